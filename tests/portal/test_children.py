import io
import os
import signal
import subprocess
import sys

import psutil
import pytest

from portal import children
from tests.servers import eventually

ENVIRONMENT = {"PATH": os.environ["PATH"]}
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]
# A parent that leaves a child in its group and goes.
LEAVER = [
    sys.executable,
    "-c",
    "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)",
]


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def child(out):
    made = []

    def make(argv: list[str], name: str = "child") -> children.Child:
        made.append(children.Child(name, argv, ENVIRONMENT, children.Output(out)))
        made[-1].start()
        return made[-1]

    yield make
    children.end(made, hurry=lambda: True)


def test_each_line_says_who_spoke(child, out):
    child([sys.executable, "-c", "print('one\\ntwo')"], name="web")
    eventually(lambda: out.getvalue() == "web    | one\nweb    | two\n")


def test_a_child_that_dies_is_started_again(child, out):
    sleeper = child(SLEEPER)
    first = sleeper.pid
    os.kill(first, signal.SIGKILL)

    def is_back() -> bool:
        sleeper.restart_if_dead()
        return sleeper.pid not in (None, first)

    eventually(is_back)
    assert "child ended (-9), starts again in 0.2 s" in out.getvalue()


def test_a_child_that_keeps_dying_is_started_less_and_less_often(child, out):
    doomed = child([sys.executable, "-c", "raise SystemExit(3)"])

    def has_died_thrice() -> bool:
        doomed.restart_if_dead()
        return out.getvalue().count("ended") == 3

    eventually(has_died_thrice)
    assert [line.split(" in ")[1] for line in out.getvalue().splitlines()] == ["0.2 s", "0.4 s", "0.8 s"]


def test_what_a_dead_child_had_started_does_not_stay(child, out):
    leaver = child(LEAVER)
    orphan = int(eventually(lambda: out.getvalue().strip()).split("| ")[1])

    def restarted() -> bool:
        leaver.restart_if_dead()
        return "ended" in out.getvalue()

    eventually(restarted)
    eventually(lambda: not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE)


def test_a_child_that_ignores_the_request_is_ended_in_a_hurry(child, out):
    stubborn = child(STUBBORN)
    eventually(lambda: "up" in out.getvalue())
    children.end([stubborn], hurry=lambda: True)
    assert stubborn.pid is None


def test_ending_what_already_ended_is_no_error(child):
    gone = child([sys.executable, "-c", ""])
    eventually(lambda: gone.pid is None)
    children.end([gone], hurry=lambda: False)


def test_nobody_reading_the_output_is_no_error(out):
    out.close()
    children.Output(out).say("anything")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's own")
def test_children_end_when_their_parent_is_killed():
    program = (
        "import sys, time; from portal import children; "
        f"child = children.Child('c', {SLEEPER!r}, {ENVIRONMENT!r}, children.Output(sys.stderr)); "
        "child.start(); print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with parent:
        orphan = int(parent.stdout.readline())
        parent.kill()
    eventually(lambda: not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE)

"""Processes of a run: each ends with the run, however the run ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from portal import processes

ROOT = Path(__file__).resolve().parent.parent
GRACE = 10.0  # seconds


def eventually(question: Callable[[], Any], *, what: str, within: float = 60.0) -> Any:
    """Return the first true answer.

    :raises TimeoutError: there was none in time.
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.02)
    raise TimeoutError(f"{what}: nothing within {within:.0f} s")


@contextmanager
def running(
    argv: Sequence[str | Path],
    *,
    env: dict[str, str] | None = None,
    log: Path | None = None,
    user: str | None = None,
    end_by: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a process group of its own and end the whole group afterwards."""
    parent = os.getpid()
    with (log or Path(os.devnull)).open("ab") as out:
        process = subprocess.Popen(
            [str(word) for word in argv],
            cwd=options.pop("cwd", ROOT),
            env=os.environ | (env or {}),
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", out),
            stderr=out,
            start_new_session=True,
            user=user,
            group=options.pop("group", None),
            extra_groups=[] if user else None,
            # The run forks from its main thread only, which lives as long as it does.
            preexec_fn=lambda: processes.end_with_parent(parent),
            **options,
        )
    try:
        yield process
    finally:
        _end(process, end_by)


def _end(process: subprocess.Popen[bytes], end_by: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(end_by)
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
    # Where nothing was left of the group, there is nothing to end.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Child:
    """A Python module of ours in its own process, asked and answering by lines of JSON."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def ask(self, **question: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Wait for the answer to the oldest question.

        :raises RuntimeError: the child died.
        """
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended without an answer")
        return json.loads(line)


@contextmanager
def child(module: str, *arguments: str, env: dict[str, str] | None = None, log: Path | None = None) -> Iterator[Child]:
    """Run a module that reads questions from its input and writes answers to its output."""
    argv = [sys.executable, "-m", module, *arguments]
    with running(argv, env=env, log=log, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Child(process)


def serve(answers: Callable[..., Any]) -> None:
    """Answer the parent's questions until it goes; the main function of a child."""
    for line in sys.stdin:
        print(json.dumps(answers(**json.loads(line))), flush=True)

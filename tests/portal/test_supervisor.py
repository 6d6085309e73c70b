"""The whole portal as `make run` starts it: real processes, real sockets."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests.servers import eventually

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MAX_RESIDENT = 900 * 1024 * 1024
READY_WITHIN = 120.0  # a new database on a busy machine
BACK_WITHIN = 60.0


class Portal:
    """A running `manage.py portal`."""

    def __init__(self, var_dir: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.var_dir = var_dir
        self.log = var_dir / "log.txt"
        self.environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
            "VAR_DIR": str(var_dir),
            "PORT": str(self.port),
        }
        self.process = self.start()

    def start(self) -> subprocess.Popen:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "portal", "--empty"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        eventually(lambda: self.status("/readyz") == 200 or self.process.poll() is not None, within=READY_WITHIN)
        assert self.process.poll() is None, self.log.read_text()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def forget_heartbeats(self) -> None:
        """Make the next readiness depend on a heartbeat that is still to come."""
        with closing(sqlite3.connect(self.var_dir / "portal.sqlite3", timeout=20)) as database, database:
            database.execute("DELETE FROM core_heartbeat")

    def end(self) -> None:
        if self.process.poll() is None:
            everybody = self.family()
            self.process.kill()
            self.process.wait()
            eventually(lambda: not alive(everybody))

    def child(self, words: str) -> psutil.Process | None:
        """Return the direct child whose command line has the words."""
        children = alive(psutil.Process(self.process.pid).children())
        return next((process for process in children if words in " ".join(process.cmdline())), None)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def lasting_portal() -> Iterator[Portal]:
    """One portal for the tests that leave it running."""
    with tempfile.TemporaryDirectory(prefix="var-") as folder, started(Path(folder)) as running:
        yield running


@pytest.fixture
def portal(var_dir) -> Iterator[Portal]:
    """A portal for a test that ends it."""
    with started(var_dir) as running:
        yield running


@contextmanager
def started(var_dir: Path) -> Iterator[Portal]:
    running = Portal(var_dir)
    try:
        yield running
    finally:
        running.end()


def test_it_gets_ready_stays_small_and_leaves_nothing_behind(portal):
    portal.wait_until_ready()
    eventually(lambda: "The portal is ready on" in portal.log.read_text())
    everybody = [psutil.Process(portal.process.pid), *portal.family()]
    resident = sum(process.memory_info().rss for process in everybody)
    assert resident < MAX_RESIDENT, f"{resident >> 20} MiB"
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(timeout=30) == 0
    assert alive(everybody) == []


@pytest.mark.parametrize("name", ["-A portal worker", "-A portal beat", "gunicorn", "valkey-server"])
def test_what_is_killed_comes_back(lasting_portal, name):
    lasting_portal.wait_until_ready()
    before = lasting_portal.child(name)
    helpers = before.children(recursive=True)
    before.kill()
    eventually(lambda: (now := lasting_portal.child(name)) and now.pid != before.pid, within=BACK_WITHIN)
    eventually(lambda: not alive(helpers), within=BACK_WITHIN)
    lasting_portal.forget_heartbeats()
    eventually(lambda: lasting_portal.status("/readyz") == 200, within=BACK_WITHIN)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's own")
def test_nothing_outlives_a_killed_supervisor(portal):
    portal.wait_until_ready()
    everybody = portal.family()
    portal.process.kill()
    portal.process.wait()
    eventually(lambda: not alive(everybody), within=30)


def test_a_taken_port_is_said_in_one_line(var_dir):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "portal", "--empty"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
                "VAR_DIR": str(var_dir),
                "PORT": str(squatter.getsockname()[1]),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "Choose another port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_one_on_the_same_folder_is_refused(lasting_portal):
    lasting_portal.wait_until_ready()
    second = subprocess.run(
        [sys.executable, "-m", "portal.supervisor"],
        cwd=ROOT,
        env=lasting_portal.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert lasting_portal.status("/healthz") == 200

"""Run web, worker, beat and the embedded broker as one program that leaves no process behind.

``python -m portal.supervisor``; ``manage.py portal`` prepares the database and becomes this. It imports no Django.
"""

import fcntl
import http.client
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

from portal import broker, children

TICK = 0.2  # seconds between two looks at the children
BROKER_STARTS_WITHIN = 10.0
READY_WITHIN = 90.0
# Containers and demo machines run as root; Celery's warning about it is six lines in everybody's first minute.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


class Supervisor:
    """The parent of all processes of the portal."""

    def __init__(
        self, *, var_dir: Path, environment: dict[str, str], banner: str = "", out: TextIO = sys.stdout
    ) -> None:
        self.out = children.Output(out)
        self.banner = banner
        self.host = environment.get("HOST", "127.0.0.1")
        self.port = environment.get("PORT", "8000")
        self.broker = broker.choose(var_dir, redis_url=environment.get("REDIS_URL", ""))
        environment = environment | {"BROKER_URL": self.broker.url, "PYTHONUNBUFFERED": "1", **QUIET}
        self.server = self._child("broker", self.broker.argv, environment) if self.broker.argv else None
        self.others = [self._child(name, argv, environment) for name, argv in commands().items()]
        self._stop = threading.Event()
        self._impatient = False

    def run(self) -> None:
        """Start everything, keep it alive, and end it all when told to stop or when anything goes wrong here."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._told_to_stop)
        try:
            self._start()
            self._watch()
        finally:
            self._end()

    def _child(self, name: str, argv: list[str], environment: dict[str, str]) -> children.Child:
        return children.Child(name, argv, environment, self.out)

    def _told_to_stop(self, *_args: Any) -> None:
        self._impatient = self._stop.is_set()
        self._stop.set()

    def _start(self) -> None:
        if self.server:
            self.server.start()
            deadline = time.monotonic() + BROKER_STARTS_WITHIN
            while not self.broker.answers() and time.monotonic() < deadline and not self._stop.wait(TICK / 4):
                pass
        for child in self.others:
            child.start()

    def _watch(self) -> None:
        told, deadline = False, time.monotonic() + READY_WITHIN
        while not self._stop.wait(TICK):
            for child in self._all():
                child.restart_if_dead()
            if not told and (ready := self._is_ready() or time.monotonic() > deadline):
                self._tell(ready=ready)
                told = True

    def _all(self) -> list[children.Child]:
        return [*self.others, *([self.server] if self.server else [])]

    def _is_ready(self) -> bool:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104 - read, not bound
        connection = http.client.HTTPConnection(host, int(self.port), timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _tell(self, *, ready: bool) -> None:
        if self.banner:
            self.out.say(self.banner)
        state = "The portal is ready" if ready else "Still not ready, see the lines above and /readyz; the portal is"
        self.out.say(f"{state} on http://{self.host}:{self.port}/ - Ctrl-C stops it.")

    def _end(self) -> None:
        self.out.say("Stopping.")
        children.end(self.others, hurry=lambda: self._impatient)
        if self.server:
            children.end([self.server], hurry=lambda: self._impatient)


def commands() -> dict[str, list[str]]:
    """Return what runs beside the broker."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--skip-checks", "-A", "portal"]
    return {
        "web": [sys.executable, "-m", "gunicorn", "-c", "python:portal.web", "portal.wsgi:application"],
        "worker": [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
    }


def lock(var_dir: Path) -> TextIO:
    """Return the open lock file of a VAR_DIR; it is free again whenever its holder dies.

    :raises SystemExit: another supervisor runs on this VAR_DIR.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    file = (var_dir / "portal.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"The portal already runs with VAR_DIR={var_dir}: stop it, or set VAR_DIR to another folder.")
    return file


def main() -> None:
    """Run the portal until told to stop."""
    var_dir = Path(os.environ["VAR_DIR"])
    with lock(var_dir):
        Supervisor(var_dir=var_dir, environment=dict(os.environ), banner=os.environ.get("PORTAL_BANNER", "")).run()


if __name__ == "__main__":
    main()

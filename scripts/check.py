"""``make test`` and its parts: every stage says what it does and how long it took; one red stage makes the run red."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from scripts import databases, machine

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
OUR_APPS = ("core", "accounts", "procedures", "dossiers", "notifications")
WORKERS = os.environ.get("TEST_WORKERS", "2")
# The package has no __main__.
LINT_IMPORTS = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
SETTINGS = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}


def command(*words: str, **extra: str) -> Callable[[], bool]:
    """Return a stage's work: one program of the environment that must end well."""
    return lambda: _run(words, extra)


def _environment() -> dict[str, str]:
    theirs = {name: value for name, value in os.environ.items() if name not in ("TEST_DATABASE_URL", "DATABASE_URL")}
    return theirs | SETTINGS


def _run(words: tuple[str, ...], extra: dict[str, str]) -> bool:
    done = subprocess.run([PYTHON, *words], cwd=ROOT, env=_environment() | extra, stdin=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def _pytest(marks: str, *more: str, workers: str = WORKERS, **extra: str) -> bool:
    return _run(("-m", "pytest", "-q", "-n", workers, "-m", marks, *more), extra)


class Beside:
    """A stage that mostly waits: it runs beside the one that starts it, and is told about in its own turn."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this process lives
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [PYTHON, *self._words],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def __call__(self) -> bool:
        assert self._process is not None, "nobody has started it"
        is_green = self._process.wait() == 0
        self._output.seek(0)
        print(self._output.read().decode(errors="replace"), flush=True)
        return is_green

    def end(self) -> None:
        """Leave nothing behind when the run is cut off."""
        if self._process is not None and self._process.poll() is None:
            # As by Ctrl-C: it ends its own children then.
            self._process.send_signal(signal.SIGINT)
            self._process.wait()


CHAOS = Beside("-m", "pytest", "-q", "-n", "0", "-m", "chaos", "-s", "tests/chaos")


def _on_postgres() -> bool:
    with databases.postgres() as url:
        lint = (
            "manage.py",
            "lintmigrations",
            "--project-root-path",
            str(ROOT),
            "--no-cache",
            "--quiet",
            "ok",
            "ignore",
            "--include-apps",
            *OUR_APPS,
        )
        return all(
            [
                _run(lint, {"TEST_DATABASE_URL": url, "LOG_LEVEL": "WARNING"}),
                _pytest("not browser and not chaos", TEST_DATABASE_URL=url),
            ]
        )


def _in_browser() -> bool:
    machine.ensure(machine.CHROMIUM)
    # One after the other: two browsers at once save a fifth of the time and lose events under load.
    return _pytest("browser", workers="0")


def _whole_suite() -> bool:
    machine.ensure(machine.KANNEL, machine.FAKE_SMSC)
    CHAOS.start()
    return _pytest("not browser and not postgres and not chaos")


def _compose_file() -> bool:
    """Let docker compose read its file where that program exists; a test reads it everywhere."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        print("No docker compose here; tests/architecture/test_containers.py reads the file.")
        return True
    required = dict.fromkeys(("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "POSTGRES_PASSWORD", "REDIS_PASSWORD"), "x")
    required |= {"SMS_PROVIDER": "kannel", "ZNS_PROVIDER": "zalo_zns"}
    done = subprocess.run(["docker", "compose", "config", "--quiet"], cwd=ROOT, env=os.environ | required, check=False)
    return done.returncode == 0


LINT = {
    "style": command("-m", "ruff", "check", "."),
    "format": command("-m", "ruff", "format", "--check", "."),
    "import contracts": command("-c", LINT_IMPORTS),
    "types": command("-m", "mypy", "."),
    "templates": command("-m", "djlint", "templates", "--lint", "--quiet"),
    "migrations are complete": command("manage.py", "makemigrations", "--check", "--dry-run"),
    "compose file": _compose_file,
}
SUITES: dict[str, Callable[[], bool]] = {
    "suite on SQLite": _whole_suite,
    "suite on PostgreSQL": _on_postgres,
    "browser": _in_browser,
    "chaos": CHAOS,
}
FAST = {"fast suite on SQLite": lambda: _pytest("not browser and not postgres and not slow")}
SETS = {"lint": LINT, "fast": FAST, "all": LINT | SUITES}


def main() -> None:
    """Run the stages of a set and exit non-zero when one was red."""
    stages = SETS[sys.argv[1]]
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))
    try:
        results = {name: _timed(name, work) for name, work in stages.items()}
    finally:
        CHAOS.end()
    print(
        "\n"
        + "\n".join(f"{'green' if ok else 'RED':<6}{seconds:7.1f} s  {name}" for name, (ok, seconds) in results.items())
    )
    sys.exit(0 if all(ok for ok, _seconds in results.values()) else 1)


def _timed(name: str, work: Callable[[], bool]) -> tuple[bool, float]:
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    try:
        ok = work()
    except SystemExit as refusal:
        print(refusal, file=sys.stderr, flush=True)
        ok = False
    seconds = time.monotonic() - started
    print(f"== {name}: {'green' if ok else 'RED'} after {seconds:.1f} s", flush=True)
    return ok, seconds


if __name__ == "__main__":
    main()

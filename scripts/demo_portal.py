"""A demo portal of one's own, started as ``make run`` starts it, for screenshots and for the browser's whole story."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 240.0


@contextmanager
def running(var_dir: Path, *, dossiers: int) -> Iterator[str]:
    """Run the whole portal with its demo province in a folder; yield its address.

    :raises RuntimeError: it did not become ready; the message ends with what it printed.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = var_dir / "portal.log"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "VAR_DIR": str(var_dir),
        "PORT": str(port),
        "PUBLIC_URL": address,
    }
    environment.pop("DATABASE_URL", None)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "portal", "--dossiers", str(dossiers)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, address, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the portal did not become ready:\n" + log.read_text("utf-8", "replace")[-4000:])

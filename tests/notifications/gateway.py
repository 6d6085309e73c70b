"""A real Kannel with its fake SMSC, on free loopback ports, in a folder of its own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import eventually

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
HOW_TO_INSTALL = "Kannel is missing: apt-get install kannel kannel-extras"
USERNAME, PASSWORD = "portal", "kannel-of-the-tests"

_CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = x
smsbox-port = {box}
dlr-storage = internal
box-allow-ip = 127.0.0.1
log-level = 0

group = smsc
smsc = fake
smsc-id = FAKE
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
global-sender = 1022
log-level = 0

group = sendsms-user
username = {username}
password = {password}
max-messages = 5
concatenation = true
"""


@dataclass(frozen=True)
class Gateway:
    url: str
    host: str
    folder: Path

    def heard(self) -> str:
        """Return what the fake SMSC, which plays the phones, has received."""
        return (self.folder / "fakesmsc.log").read_text(errors="replace")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as open_ports:
        doors = [open_ports.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]


def _answers(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def kannel(folder: Path) -> Iterator[Gateway]:
    """Run bearerbox, smsbox and fakesmsc until the block ends, however it ends."""
    programs = [shutil.which("bearerbox", path="/usr/sbin:/usr/bin"), shutil.which("smsbox", path="/usr/sbin:/usr/bin")]
    if None in programs or not Path(FAKESMSC).exists():
        pytest.fail(HOW_TO_INSTALL)
    admin, box, smsc, send = _free_ports(4)
    configuration = folder / "kannel.conf"
    configuration.write_text(
        _CONFIGURATION.format(admin=admin, box=box, smsc=smsc, send=send, username=USERNAME, password=PASSWORD)
    )
    with ExitStack() as running:

        def start(name: str, *command: str) -> None:
            log = running.enter_context((folder / f"{name}.log").open("w"))
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            running.callback(process.wait)
            running.callback(process.kill)

        start("bearerbox", str(programs[0]), str(configuration))
        eventually(lambda: _answers(box) and _answers(smsc))
        start("smsbox", str(programs[1]), str(configuration))
        eventually(lambda: _answers(send))
        start("fakesmsc", FAKESMSC, "-H", "127.0.0.1", "-r", str(smsc), "-m", "0", "1022 1022 text hello")
        yield Gateway(f"http://127.0.0.1:{send}/cgi-bin/sendsms", f"127.0.0.1:{send}", folder)

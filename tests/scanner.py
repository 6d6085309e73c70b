"""A stand-in for ClamAV, at the wire."""

import socket
import struct
import threading

from tests import files


class Clamd(threading.Thread):
    """Speaks INSTREAM as clamd does; answers FOUND when the stream holds the mark."""

    def __init__(self, *, answer: bytes | None = None):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        self.answer = answer
        self.received = b""

    def run(self):
        connection, _peer = self.server.accept()
        with connection, self.server, connection.makefile("rb") as wire:
            if wire.read(10) != b"zINSTREAM\0":
                return
            while length := struct.unpack("!L", wire.read(4))[0]:
                self.received += wire.read(length)
            verdict = b"stream: Eicar FOUND\0" if files.EICAR in self.received else b"stream: OK\0"
            connection.sendall(self.answer if self.answer is not None else verdict)

"""ClamAV over its socket: INSTREAM of clamd(8), length-prefixed chunks, one line back."""

from __future__ import annotations

import socket
import struct
from typing import Protocol
from urllib.parse import urlsplit

_CHUNK = 1 << 16
_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 30.0
_LONGEST_ANSWER = 4096


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ScannerUnavailable(Exception):
    """No verdict: the scanner can't be reached, was too slow, or answered with an error."""


def is_infected(stream: Readable, *, address: str) -> bool:
    """Ask the scanner at ``tcp://host:port`` or ``unix:///path`` about a stream.

    :raises ScannerUnavailable: there is no verdict, so the file must wait.
    """
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(_CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except OSError as error:
        raise ScannerUnavailable from error
    if answer.endswith(b" FOUND"):
        return True
    if answer == b"stream: OK":
        return False
    raise ScannerUnavailable


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_ANSWER_SECONDS)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    connection = socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=_CONNECT_SECONDS)
    connection.settimeout(_ANSWER_SECONDS)
    return connection


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        part = connection.recv(_LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").strip()

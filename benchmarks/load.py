"""The load generator, a process of its own: requests prepared to the byte, over kept-alive loopback connections."""

from __future__ import annotations

import re
import socket
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks import processes

TIMEOUT = 30.0  # seconds
_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"


class Connection:
    """One browser: asks, reads the whole answer, asks again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, request: bytes) -> int:
        """Send a request and return the status of its answer."""
        self._socket.sendall(request)
        head, body = self._head()
        status = int(head[9:12])
        if status not in (204, 304):
            self._body(head, body)
        if b"\r\nconnection: close" in head.lower():
            self._socket.close()
            self._socket = self._open()
        return status

    def _head(self) -> tuple[bytes, bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _blank, body = received.partition(b"\r\n\r\n")
        return head, body

    def _body(self, head: bytes, body: bytes) -> None:
        length = _LENGTH.search(head)
        if length is not None:
            left = int(length[1]) - len(body)
            while left > 0:
                left -= len(self._more())
            return
        while not body.endswith(_LAST_CHUNK):
            body = body[-8:] + self._more()

    def _more(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        return part

    def close(self) -> None:
        self._socket.close()


@dataclass
class Job:
    """What one measurement sends: each request once, or all of them again and again, until the time is over."""

    port: int
    requests: list[bytes]
    connections: int
    until: float
    repeats: bool
    at_most: int
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bytes | None:
        with self._lock:
            number = self._next
            if time.monotonic() >= self.until or number >= self.at_most:
                return None
            if not self.repeats and number >= len(self.requests):
                return None
            self._next += 1
        return self.requests[number % len(self.requests)]

    def work(self) -> None:
        connection = Connection(self.port)
        while (request := self.take()) is not None:
            began = time.monotonic()
            status = connection.ask(request)
            self.latencies.append(time.monotonic() - began)
            self.statuses[status] += 1
        connection.close()


def run(
    *, port: int, requests: list[str], connections: int, seconds: float, repeats: bool, at_most: int = 10**9
) -> dict[str, Any]:
    """Send for so many seconds and return what came back; requests are texts of Latin-1 letters."""
    began = time.monotonic()
    job = Job(port, [one.encode("latin-1") for one in requests], connections, began + seconds, repeats, at_most)
    threads = [threading.Thread(target=job.work) for _connection in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "done": len(job.latencies),
        "seconds": time.monotonic() - began,
        "statuses": {str(status): count for status, count in job.statuses.items()},
        "p50_ms": 1000 * statistics.median(job.latencies) if job.latencies else None,
    }


if __name__ == "__main__":
    processes.serve(run)

"""A provider on loopback: takes texts after a set delay and counts them; what it counted is the truth of a run.

``python -m benchmarks.stub PORT``. POST anywhere is a text. GET /count tells how many came and when; GET
/reset?delay=MS begins anew.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
_REFERENCE = re.compile(rb'"RequestId": ?"([^"]+)"')
_TAKEN = b'{"CodeResult":"100","SMSID":"stub"}'


class Counter:
    """What came since the last reset."""

    def __init__(self) -> None:
        self.reset(0.0)

    def reset(self, delay: float) -> None:
        self.delay = delay
        self.requests = 0
        self.first_at = self.last_at = 0.0
        self.references: set[bytes] = set()

    def took(self, body: bytes) -> None:
        now = time.monotonic()
        self.requests += 1
        self.first_at = self.first_at or now
        self.last_at = now
        reference = _REFERENCE.search(body)
        if reference:
            self.references.add(reference[1])

    def facts(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "distinct": len(self.references),
            "seconds": self.last_at - self.first_at + self.delay,
        }


class Line(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (request := self._next()) is not None:
            self._answer(*request)

    def _next(self) -> tuple[bytes, bytes] | None:
        head, blank, rest = self._received.partition(b"\r\n\r\n")
        if not blank:
            return None
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if len(rest) < length:
            return None
        self._received = rest[length:]
        return head, rest[:length]

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"POST"):
            self._counter.took(body)
            if self._counter.delay:
                asyncio.get_running_loop().call_later(self._counter.delay, self._send, _TAKEN)
            else:
                self._send(_TAKEN)
            return
        address = urlsplit(head.split(b" ", 2)[1].decode())
        if address.path == "/reset":
            self._counter.reset(int(parse_qs(address.query)["delay"][0]) / 1000)
        self._send(json.dumps(self._counter.facts()).encode())

    def _send(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def main(port: int) -> None:
    counter = Counter()
    server = await asyncio.get_running_loop().create_server(lambda: Line(counter), "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

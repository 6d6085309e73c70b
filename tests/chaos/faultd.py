"""Two providers that nobody kills: Zalo and eSMS on the wire, with faults chosen by seed and key, and a ledger.

``python -m tests.chaos.faultd PORT LEDGER SEED``. Every request is a line of the ledger, on the disk before it is
answered. eSMS knows its RequestId again, as the real one does, so it may also take a message and not answer; Zalo
takes whatever comes, so there it is the kills alone that leave our side in doubt.
"""

import json
import os
import random
import socket
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TextIO

# Longer than the portal waits for an answer (core.outbound).
HANG_SECONDS = 7
REPEATED = "124"
# What happens to the first try of a message, in a hundred; later tries are taken.
ZALO_FAULTS = {"error": 4, "busy": 2, "html": 2, "cut": 2}
ESMS_FAULTS = {"error": 3, "html": 2, "cut": 2, "hang": 1, "cut_after": 3}
# These leave the message with the provider.
TAKEN_IN_SILENCE = ("hang", "cut_after")


def fault_of(key: str, tries: int, *, seed: int, faults: dict[str, int]) -> str:
    """Return what goes wrong with a try; the same for the same seed, whenever it comes."""
    if tries > 1:
        return ""
    drawn = random.Random(f"{seed} {key}").randrange(100)
    for name, share in faults.items():
        if drawn < share:
            return name
        drawn -= share
    return ""


def has_zalo(phone: str) -> bool:
    """Every second phone has no Zalo, so that messages fall to SMS."""
    return int(phone[-1]) % 2 == 0


class Ledger:
    """What came in, one JSON object a line."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._tries: Counter[tuple[str, str]] = Counter()
        self._taken: Counter[tuple[str, str]] = Counter()

    def try_of(self, provider: str, key: str) -> int:
        with self._lock:
            self._tries[provider, key] += 1
            return self._tries[provider, key]

    def write(self, provider: str, key: str, answer: str, *, is_taken: bool) -> int:
        """Write a line down to the disk, and return how often the message was taken before."""
        with self._lock:
            before = self._taken[provider, key]
            self._taken[provider, key] += is_taken
            line = {"at": time.time(), "provider": provider, "key": key, "answer": answer, "taken": is_taken}
            self._file.write(json.dumps(line | {"before": before}) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            return before


class Providers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ledger: Ledger
    seed: int

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/esms":
            self._serve("esms", body["RequestId"], ESMS_FAULTS)
        elif not has_zalo(body["phone"]):
            self.ledger.write("zalo", body["tracking_id"], "-118", is_taken=False)
            self._answer({"error": -118, "message": "Zalo account not existed"})
        else:
            self._serve("zalo", body["tracking_id"], ZALO_FAULTS)

    def _serve(self, provider: str, key: str, faults: dict[str, int]) -> None:
        fault = fault_of(key, self.ledger.try_of(provider, key), seed=self.seed, faults=faults)
        before = self.ledger.write(provider, key, fault or "ok", is_taken=not fault or fault in TAKEN_IN_SILENCE)
        if fault:
            self._fail(fault)
        elif provider == "zalo":
            self._answer({"error": 0, "message": "Success", "data": {"msg_id": f"z-{key}", "sent_time": "0"}})
        else:
            code = REPEATED if before else "100"
            self._answer({"CodeResult": code, "CountRegenerate": 0, "SMSID": f"s-{key}"})

    def _fail(self, fault: str) -> None:
        if fault == "hang":
            time.sleep(HANG_SECONDS)
        if fault in ("hang", "cut", "cut_after"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault == "html":
            self._send(200, b"<html>maintenance</html>", "text/html")
        else:
            self._send(500 if fault == "error" else 503, b"{}", "application/json")

    def _answer(self, value: dict[str, object]) -> None:
        self._send(200, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """The ledger is the log."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A killed worker hangs up in the middle; that is what this is for."""


def main() -> None:
    port, ledger, seed = sys.argv[1:]
    with Path(ledger).open("a") as file:
        Providers.ledger, Providers.seed = Ledger(file), int(seed)
        Server(("127.0.0.1", int(port)), Providers).serve_forever()


if __name__ == "__main__":
    main()

"""Real processes for tests: waiting for what they do, and a broker that may be stopped and killed."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal import broker


def eventually(question: Callable[[], Any], *, within: float = 20.0) -> Any:
    """Return the first true answer to a question.

    :raises AssertionError: there was none in time.
    """
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"Never happened within {within} s")


@dataclass
class Valkey:
    """An embedded broker of our own."""

    broker: broker.Broker
    process: subprocess.Popen

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)


@contextmanager
def valkey(var_dir: Path) -> Iterator[Valkey]:
    """Run the embedded broker in a folder."""
    chosen = broker.choose(var_dir)
    process = subprocess.Popen(chosen.argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(chosen.answers)
        yield Valkey(chosen, process)
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()

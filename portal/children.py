"""Processes that are restarted when they die and ended without a trace."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from portal import processes

FIRST_PAUSE = 0.2  # seconds before the first restart; doubled each time
LONGEST_PAUSE = 30.0
SOUND_AFTER = 20.0  # seconds after which a child counts as well again
GRACE = 12.0  # seconds to finish what is being done, after SIGTERM
TICK = 0.05


class Output:
    """One stream many processes write lines to."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def say(self, text: str, *, name: str = "portal") -> None:
        """Write the lines of a text, each with its speaker's name."""
        lines = "".join(f"{name:<7}| {line}\n" for line in text.splitlines())
        try:
            with self._lock:
                self._stream.write(lines)
                self._stream.flush()
        except (OSError, ValueError):
            # Nobody reads any more; the children must go on, or end properly.
            return


class Child:
    """A process with its own process group, its output forwarded line by line."""

    def __init__(self, name: str, argv: Sequence[str], environment: dict[str, str], out: Output) -> None:
        self.name = name
        self._argv = argv
        self._environment = environment
        self._out = out
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = FIRST_PAUSE
        self._restart_at: float | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process."""
        parent = os.getpid()
        self._restart_at = None
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            self._argv,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Only this thread forks, and it lives as long as the program: the kernel counts threads as parents.
            preexec_fn=lambda: processes.end_with_parent(parent),
        )
        threading.Thread(target=self._forward, args=(self._process,), daemon=True).start()

    def restart_if_dead(self) -> None:
        """Start the process again after a pause that grows while it keeps dying."""
        if self._process is None or self._process.poll() is None:
            return
        now = time.monotonic()
        if self._restart_at is None:
            if now - self._started_at > SOUND_AFTER:
                self._pause = FIRST_PAUSE
            self._restart_at = now + self._pause
            self._out.say(f"{self.name} ended ({self._process.returncode}), starts again in {self._pause:g} s")
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            self.signal_group(signal.SIGKILL)
        elif now >= self._restart_at:
            self.start()

    def terminate(self) -> None:
        """Ask the process to finish; what it started is its own affair until the grace is over."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGTERM)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything it started."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            # Gone already; macOS says so with the second one.
            return

    def _forward(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            for line in lines:
                self._out.say(line.decode(errors="replace"), name=self.name)


def end(children: Sequence[Child], *, hurry: Callable[[], bool]) -> None:
    """End processes: politely, then after the grace or in a hurry by force; nothing they started stays."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE
    while any(child.pid for child in children) and time.monotonic() < deadline and not hurry():
        time.sleep(TICK)
    for child in children:
        child.signal_group(signal.SIGKILL)
    while any(child.pid for child in children):
        time.sleep(TICK)

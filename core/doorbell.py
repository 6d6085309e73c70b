"""Wake the worker now instead of at the next sweep. A ring may get lost: the rows it is about are in the database.

One thread of each process rings, so that no request waits for the broker; what is asked for while it rings is rung
once, for one worker that looks finds all the rows.
"""

import atexit
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from celery import current_app
from django.db import transaction
from kombu import Connection, pools
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# Seconds: for one word with the broker, and until the next try after one that went unheard.
TIMEOUT = 0.5
PAUSE_AFTER_FAILURE = 5.0
# Between two rings; what is asked for meanwhile is rung once. The first one waits for nothing.
REST = 0.05
# Whoever rang was served by a sweeper long before.
EXPIRES = 60.0


def ring(task_name: str) -> None:
    """Ask the worker to run a task once the transaction is committed; it finds its work in the database.

    Best effort: while the broker is away a ring is tried again every five seconds, with a line in the log.
    """
    transaction.on_commit(partial(_bell.ask, task_name))


def settle(seconds: float) -> bool:
    """Wait until what was asked for has been rung, and tell whether it was in so many seconds."""
    return _bell.settle(seconds)


@contextmanager
def silence() -> Iterator[None]:
    """Don't ring meanwhile: nobody is there yet, and the sweepers will find the rows."""
    before, _bell.is_silent = _bell.is_silent, True
    try:
        yield
    finally:
        _bell.is_silent = before


class _Bell:
    """What is still to be rung, and the thread that rings it."""

    def __init__(self) -> None:
        self.is_silent = False
        self._changed = threading.Condition()
        self._wanted: set[str] = set()
        self._ringing: set[str] = set()
        self._ringer: threading.Thread | None = None

    def ask(self, task_name: str) -> None:
        if self.is_silent:
            return
        with self._changed:
            self._wanted.add(task_name)
            if self._ringer is None or not self._ringer.is_alive():
                self._ringer = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self._ringer.start()
            self._changed.notify_all()

    def settle(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not (self._wanted or self._ringing), seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted)
                self._ringing, self._wanted = self._wanted, set()
            unheard = {name for name in self._ringing if not _publish(name)}
            with self._changed:
                self._ringing = set()
                self._wanted |= unheard
                self._changed.notify_all()
            time.sleep(PAUSE_AFTER_FAILURE if unheard else REST)


def _publish(task_name: str) -> bool:
    """Send a ring, and tell whether the broker took it."""
    try:
        with pools.producers[_connection()].acquire(block=True, timeout=TIMEOUT) as producer:
            current_app.send_task(task_name, producer=producer, retry=False, expires=EXPIRES)
    except OperationalError as error:
        log.warning("doorbell_not_heard", task=task_name, error=type(error).__name__)
        return False
    return True


def _connection() -> Connection:
    """Return the publishers' own connection: impatient, unlike the worker's."""
    return current_app.connection_for_write(
        connect_timeout=TIMEOUT,
        transport_options={
            "socket_connect_timeout": TIMEOUT,
            "socket_timeout": TIMEOUT,
            "max_retries": 0,
            "interval_start": 0,
        },
    )


def _renew() -> None:
    """Begin anew in a forked process: no thread comes along, but a lock that one held would."""
    global _bell
    _bell = _Bell()


_bell = _Bell()
os.register_at_fork(after_in_child=_renew)
# A command that rings and ends gives its thread the time for it.
atexit.register(settle, TIMEOUT)

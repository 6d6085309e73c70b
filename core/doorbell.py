"""Wake the worker now instead of at the next sweep. A ring may get lost: the rows it is about are in the database."""

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

# Seconds. A request never waits longer than one timeout, and after a failure nobody tries for a while.
TIMEOUT = 0.5
PAUSE_AFTER_FAILURE = 5.0
# Whoever rang was served by a sweeper long before.
EXPIRES = 60.0

_silent_until = 0.0


def ring(task_name: str, **kwargs: object) -> None:
    """Ask the worker to run a task once the transaction is committed; arguments are ids.

    Best effort: a broker that is away costs at most half a second, once in five seconds, and one line in the log.
    """
    transaction.on_commit(partial(_publish, task_name, kwargs))


@contextmanager
def silence() -> Iterator[None]:
    """Don't ring meanwhile: nobody is there yet, and the sweepers will find the rows."""
    global _silent_until
    before, _silent_until = _silent_until, float("inf")
    try:
        yield
    finally:
        _silent_until = before


def _publish(task_name: str, kwargs: dict[str, object]) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        with pools.producers[_connection()].acquire(block=True, timeout=TIMEOUT) as producer:
            current_app.send_task(task_name, kwargs=kwargs, producer=producer, retry=False, expires=EXPIRES)
    except OperationalError as error:
        _silent_until = time.monotonic() + PAUSE_AFTER_FAILURE
        log.warning("doorbell_not_heard", task=task_name, error=type(error).__name__)


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

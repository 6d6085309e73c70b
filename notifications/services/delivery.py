"""One run of a deliverer: claim, prepare, hand over on many threads, write down; a pipeline, so that no thread idles.

Only the thread of the caller touches the database. Nothing is locked while a provider thinks.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

import structlog
from django.conf import settings

from core import outbound
from notifications.channels.base import Accepted, SendError
from notifications.models import Message
from notifications.services import leases, outcomes, verdicts
from notifications.services.preparing import Batch, NotSendable, Prepared
from notifications.services.verdicts import Finished

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
MIN_BATCH, MAX_BATCH = 100, 500
WRITE_SIZE = 100
# Seconds that the end of a call may wait to be written down: a worker that is killed sends again what is not.
WRITE_WITHIN = 0.2
# Calls a thread has waiting when the next batch is claimed, so that none stands idle meanwhile.
ROUNDS_AHEAD = 4
# A call is begun only when it can end, at its longest, within the lease.
LONGEST_CALL = timedelta(seconds=outbound.TOTAL_SECONDS)


class LeaseShort(Exception):
    """There is too little left of the lease to begin a call."""


@dataclass
class Handover:
    """One call to a provider; the thread that makes it notes its times."""

    prepared: Prepared
    started_at: datetime
    ended_at: datetime


class Run:
    """Delivers what is due until nothing is left or the time is over; ``count`` says how the attempts ended.

    A killed run leaves leases that lapse; only what was handed over in the last moment is not written down then.
    """

    def __init__(self, *, clock: Clock, seconds: float, threads: int) -> None:
        self.count: Counter[str] = Counter()
        self._clock = clock
        self._until = clock() + timedelta(seconds=seconds)
        self._threads = threads
        self._batch = min(max(threads * 6, MIN_BATCH), MAX_BATCH)
        self._under_way: dict[Future[Accepted], Handover] = {}
        self._returned: SimpleQueue[Future[Accepted]] = SimpleQueue()
        self._finished: list[Finished] = []
        self._written_at = time.monotonic()
        self._is_dry = False

    def work(self) -> Counter[str]:
        """Run to the end.

        :raises RuntimeError: the caller has a transaction open.
        """
        outbound.refuse_in_transaction()
        with ThreadPoolExecutor(self._threads, thread_name_prefix="deliver") as pool:
            try:
                self._fill(pool)
                while self._under_way:
                    self._gather()
                    self._fill(pool)
            finally:
                # Also when the worker is told to stop: what was handed over is written down, the rest given back.
                pool.shutdown(wait=True, cancel_futures=True)
                while self._under_way:
                    self._gather()
        return self.count

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        """Claim the next batch while the threads still have work from the last one."""
        if self._is_dry or len(self._under_way) > self._threads * ROUNDS_AHEAD or self._clock() >= self._until:
            return
        now = self._clock()
        claimed = leases.claim(at=now, limit=self._batch)
        self._is_dry = len(claimed) < self._batch
        if claimed:
            batch = Batch(claimed, at=now)
            for message in claimed:
                self._start(pool, batch, message, now)
        self._write()

    def _start(self, pool: ThreadPoolExecutor, batch: Batch, message: Message, now: datetime) -> None:
        if message.expires_at is not None and message.expires_at <= now:
            self._finished.append(verdicts.expired(message, at=now))
            return
        try:
            handover = Handover(batch.prepare(message), now, now)
        except NotSendable as error:
            self._finished.append(verdicts.not_sendable(message, str(error), at=now))
            return
        future = pool.submit(self._call, handover)
        self._under_way[future] = handover
        future.add_done_callback(self._returned.put)

    def _call(self, handover: Handover) -> Accepted:
        """Hand one message over; runs on a thread of the pool.

        :raises LeaseShort: another worker may take the message before this call would end.
        """
        prepared = handover.prepared
        handover.started_at = self._clock()
        lease_ends = prepared.message.leased_until
        if lease_ends is None or handover.started_at + LONGEST_CALL > lease_ends:
            raise LeaseShort
        try:
            return prepared.channel.send(prepared.outgoing)
        finally:
            handover.ended_at = self._clock()

    def _gather(self) -> None:
        """Wait for a call to end, take all that have, and write them down when they are many, old or the last."""
        with suppress(Empty):
            self._take(self._returned.get(timeout=WRITE_WITHIN if self._finished else None))
        while not self._returned.empty():
            self._take(self._returned.get())
        self._write()

    def _take(self, future: Future[Accepted]) -> None:
        handover = self._under_way.pop(future)
        prepared, started, ended = handover.prepared, handover.started_at, handover.ended_at
        message, channel = prepared.message, prepared.channel
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(error, LeaseShort):
            finished = verdicts.given_back(message, channel, at=ended)
        elif isinstance(error, Exception):
            if not isinstance(error, SendError | outbound.OutboundError):
                log.error("channel_broken", provider=channel.name, message=str(message.pk), exc_info=error)
            finished = verdicts.failed(message, channel, error, started_at=started, at=ended)
        elif error is not None:
            raise error
        else:
            finished = verdicts.accepted(
                message, channel, future.result(), body=prepared.outgoing.body, started_at=started, at=ended
            )
        self._finished.append(finished)

    def _write(self) -> None:
        is_old = time.monotonic() - self._written_at >= WRITE_WITHIN
        if len(self._finished) >= (WRITE_SIZE if self._under_way and not is_old else 1):
            self.count.update(finished.outcome.value for finished in self._finished)
            outcomes.write(self._finished)
            self._finished = []
            self._written_at = time.monotonic()


def deliver_due(*, clock: Clock, seconds: float | None = None, threads: int | None = None) -> Counter[str]:
    """Deliver everything that is due and tell how the attempts ended.

    Ends after ``seconds`` (a setting) even if more is due; the caller rings again then.
    """
    until = clock() + timedelta(seconds=settings.DELIVERY_RUN_SECONDS if seconds is None else seconds)
    total: Counter[str] = Counter()
    while (left := (until - clock()).total_seconds()) > 0:
        count = Run(clock=clock, seconds=left, threads=threads or settings.DELIVERY_THREADS).work()
        if not count:
            break
        total += count
    return total

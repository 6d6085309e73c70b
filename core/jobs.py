"""Periodic jobs that may be rung for by anybody, as often as they like, and still run once in their period."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from core.models import JobSlot

# Longer than Celery's hard time limit, so that whoever took the slot is certainly dead.
LEASE = timedelta(minutes=10)


@contextmanager
def run_once(job: str, *, every: timedelta, at: datetime, lease: timedelta = LEASE) -> Iterator[bool]:
    """Take the job's current slot; yield whether the caller has it and must do the work.

    A slot whose holder failed is free again at once, one whose holder vanished is free after the lease. A run that was
    missed is made up by the first ring in the same slot, once. The work itself must still bear a second run.
    """
    slot = _take(job, slot_at=slot_of(at, every=every), at=at, lease=lease)
    if slot is None:
        yield False
        return
    mine = JobSlot.objects.filter(pk=slot.pk, started_at=at, finished_at=None)
    try:
        yield True
    except BaseException:
        mine.delete()
        raise
    mine.update(finished_at=timezone.now())


def slot_of(at: datetime, *, every: timedelta) -> datetime:
    """Return the start of the slot a moment lies in; slots are counted from local midnight, so a day's begins there."""
    origin = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
    return (origin + (at - origin) // every * every).astimezone(UTC)


def forget(*, before: datetime) -> int:
    """Delete the slots that began before a moment and return how many; none may be as young as its job's period."""
    return JobSlot.objects.filter(slot_at__lt=before).delete()[0]


def _take(job: str, *, slot_at: datetime, at: datetime, lease: timedelta) -> JobSlot | None:
    slot, is_mine = JobSlot.objects.get_or_create(job=job, slot_at=slot_at, defaults={"started_at": at})
    if not is_mine:
        stale = JobSlot.objects.filter(pk=slot.pk, finished_at=None, started_at__lte=at - lease)
        is_mine = stale.update(started_at=at) == 1
    return slot if is_mine else None

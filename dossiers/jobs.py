"""The clock's periodic work. Each job bears being run twice at once: the one door lets every effect happen once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from core import calendars
from dossiers import deadlines, selectors, services
from dossiers.enums import Status
from dossiers.models import Dossier

_PAGE = 500


def find_late(*, at: datetime, limit: int) -> int:
    """Open the overdue spell of newly late dossiers, the longest late first, and return how many.

    ``limit`` throttles the first look at old data: what is left over is found by the next runs.
    """
    return _each(selectors.newly_late(at=at, limit=limit), services.mark_overdue, at)


def warn_steps(*, at: datetime, limit: int) -> int:
    """Warn officers and leaders of steps that are about to end, and return how many."""
    return _each(selectors.to_warn(at=at, limit=limit), services.warn, at)


def recalculate(*, at: datetime) -> int:
    """Write due moments anew after days off have changed, and return how many moved.

    Most have not: a page is counted in memory first, and only what moves goes through the one door.
    """
    moved = 0
    for page in _running():
        for dossier_id in _moving(page, at=at):
            moved += services.recalculate(dossier_id=dossier_id, at=at) is not None
    return moved


def _each(ids: list[int], step: Callable[..., object], at: datetime) -> int:
    done = 0
    for dossier_id in ids:
        try:
            step(dossier_id=dossier_id, at=at)
        except services.StepError:
            continue  # an officer or a second run was faster; the next look decides anew
        done += 1
    return done


def _moving(page: list[Dossier], *, at: datetime) -> list[int]:
    working = calendars.for_calendars({_calendar(dossier) for dossier in page})
    return [
        dossier.pk
        for dossier in page
        if deadlines.recalculate(dossier, at=at, entries=list(dossier.clock.all()), working=working[_calendar(dossier)])
        is not None
    ]


def _calendar(dossier: Dossier) -> int | None:
    return dossier.agency.calendar_id if dossier.agency else None


def _running() -> Iterator[list[Dossier]]:
    """Yield the dossiers whose clock runs with their ledgers, page by page, so that a long run holds no cursor open."""
    running = Dossier.objects.filter(status__in=(Status.RECEIVED, Status.IN_PROCESS), due_at__isnull=False)
    rows = running.only("due_at", "paused_at", "agency__calendar_id").select_related("agency").order_by("pk")
    last = 0
    while page := list(rows.filter(pk__gt=last).prefetch_related("clock")[:_PAGE]):
        yield page
        last = page[-1].pk

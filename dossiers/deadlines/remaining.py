"""How much time is left, and in which tone a queue shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings

from core.clock import WorkingTime


class Clocked(Protocol):
    """A dossier, or a list's row of it, as far as its clock is concerned."""

    @property
    def due_at(self) -> datetime | None: ...

    @property
    def paused_at(self) -> datetime | None: ...

    @property
    def finished_at(self) -> datetime | None: ...

    @property
    def closed_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Remaining:
    """Working minutes until the due moment, negative after it; ``days`` counts the full working days in them.

    ``tone`` is "ok", "amber", "red", "late", "paused", or "none" for a dossier without a due moment.
    """

    working_minutes: int
    days: int
    is_late: bool
    tone: str


def remaining(dossier: Clocked, *, at: datetime, working: WorkingTime) -> Remaining:
    """Measure what is left; a clock that ended or stands still is measured at that moment."""
    if dossier.due_at is None:
        return Remaining(0, 0, is_late=False, tone="none")
    ended_at = dossier.finished_at or dossier.closed_at
    moment = ended_at or dossier.paused_at or at
    is_late = moment > dossier.due_at
    if ended_at is None and dossier.paused_at is not None:
        tone = "paused"
    elif is_late:
        tone = "late"
    else:
        tone = "ok" if ended_at else _tone(working.between(moment, dossier.due_at))
    minutes = minutes_left(dossier.due_at, at=moment, working=working)
    return Remaining(minutes, abs(minutes) // working.minutes_per_day, is_late=is_late, tone=tone)


def minutes_left(due_at: datetime, *, at: datetime, working: WorkingTime) -> int:
    """Return the working minutes until a due moment, negative after it.

    Outside office hours none passes, but what is late is never called in time: it is one minute late at the least.
    """
    minutes = working.minutes_between(at, due_at)
    return min(minutes, -1) if at > due_at else minutes


def _tone(left: timedelta) -> str:
    """Red within the hours of the warning, amber within twice that; a queue can filter by the same bounds."""
    red = timedelta(hours=settings.WARNING_WORKING_HOURS)
    if left <= red:
        return "red"
    return "amber" if left <= 2 * red else "ok"

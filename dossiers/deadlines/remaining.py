"""How much time is left, and in which tone a queue shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from core.clock import WorkingTime
from dossiers.models import Dossier


@dataclass(frozen=True)
class Remaining:
    """Working minutes until the due moment, negative after it; ``days`` counts the full working days in them.

    ``tone`` is "ok", "amber", "red", "late", "paused", or "none" for a dossier without a due moment.
    """

    working_minutes: int
    days: int
    is_late: bool
    tone: str


def remaining(dossier: Dossier, *, at: datetime, working: WorkingTime) -> Remaining:
    """Measure what is left; a clock that ended or stands still is measured at that moment."""
    if dossier.due_at is None:
        return Remaining(0, 0, is_late=False, tone="none")
    ended_at = dossier.finished_at or dossier.closed_at
    moment = ended_at or dossier.paused_at or at
    minutes = working.minutes_between(moment, dossier.due_at)
    is_late = moment > dossier.due_at
    if ended_at is None and dossier.paused_at is not None:
        tone = "paused"
    elif is_late:
        tone = "late"
    else:
        tone = "ok" if ended_at else _tone(minutes, red=_red_minutes(dossier, working))
    return Remaining(minutes, abs(minutes) // working.minutes_per_day, is_late=is_late, tone=tone)


def _tone(minutes: int, *, red: int) -> str:
    if minutes <= red:
        return "red"
    return "amber" if minutes <= 2 * red else "ok"


def _red_minutes(dossier: Dossier, working: WorkingTime) -> int:
    """Take the hours of the warning, but no more than a third of the whole time.

    Without the third, what is due within a day would be red from its first minute, and red would say nothing.
    """
    red: int = settings.WARNING_WORKING_HOURS * 60
    if dossier.received_at is None or dossier.due_at is None:
        return red
    return min(red, working.minutes_between(dossier.received_at, dossier.due_at) // 3)

"""Rows of the desk's lists, with the time left worked out, so that templates only show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import calendars
from core.clock import WorkingTime
from dossiers import deadlines
from dossiers.enums import Status
from dossiers.models import Dossier


@dataclass(frozen=True)
class Due:
    """What a due mark says: the moment, working minutes left (None once the clock has ended), and the tone."""

    at: datetime | None
    minutes: int | None
    level: str

    @property
    def tone(self) -> str:
        return {"amber": "amber", "red": "red", "late": "red"}.get(self.level, "grey")

    @property
    def icon(self) -> str:
        return {"late": "error", "red": "warning"}.get(self.level, "clock")


@dataclass(frozen=True)
class Row:
    dossier: Dossier
    due: Due


def rows_of(dossiers: Sequence[Dossier], *, at: datetime) -> list[Row]:
    """Return rows with their due marks, by the calendars of the agencies that gave the promises, read all at once."""
    working = calendars.for_calendars(_calendars(dossiers))
    return [Row(dossier, due_of(dossier, at=at, working=working[_calendar(dossier)])) for dossier in dossiers]


def due_of(dossier: Dossier, *, at: datetime, working: WorkingTime) -> Due:
    """Return the due mark of a dossier; before receipt it is the answer that is due."""
    if dossier.received_at is None and dossier.is_open:
        return _reply_due(dossier, at, working)
    left = deadlines.remaining(dossier, at=at, working=working)
    has_ended = dossier.finished_at is not None or dossier.closed_at is not None
    return Due(dossier.due_at, None if has_ended else left.working_minutes, left.tone)


def _reply_due(dossier: Dossier, at: datetime, working: WorkingTime) -> Due:
    """Tell how long the counter still has for its answer; the last third is red, the second amber."""
    due_at, since = dossier.reply_due_at, dossier.submitted_at
    if due_at is None or since is None:
        return Due(None, None, "none")
    if dossier.status == Status.SUPPLEMENT:
        return Due(due_at, None, "paused")
    left, third = working.minutes_between(at, due_at), working.minutes_between(since, due_at) // 3
    if due_at < at:
        return Due(due_at, left, "late")
    return Due(due_at, left, "red" if left <= third else "amber" if left <= 2 * third else "ok")


def _calendars(dossiers: Iterable[Dossier]) -> set[int | None]:
    return {_calendar(dossier) for dossier in dossiers}


def _calendar(dossier: Dossier) -> int | None:
    return dossier.agency.calendar_id if dossier.agency else None

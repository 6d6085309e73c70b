"""Rows of the desk's lists, with the time left worked out, so that templates only show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import calendars
from core.clock import WorkingTime
from core.templatetags import vietnamese
from dossiers import deadlines
from dossiers.enums import Status
from dossiers.models import Dossier

_CODE = "CODE"


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

    @cached_property
    def when(self) -> str:
        return vietnamese.vn_datetime(self.at)

    @property
    def text(self) -> str:
        """Say in words what the colour says."""
        if self.level == "paused":
            return _("Clock stands still")
        if self.minutes is not None:
            # Nobody works at night, so what has just become late has lost no working minute yet.
            return vietnamese.working_time_left(min(self.minutes, -1) if self.level == "late" else self.minutes)
        return _("Ended late") if self.level == "late" else _("Ended in time")


@dataclass(frozen=True)
class Row:
    dossier: Dossier
    due: Due


@dataclass(frozen=True)
class ListRow(Row):
    """A row of a page, with what its template would else work out for each of a hundred rows."""

    url: str
    status: SafeString


def rows_of(dossiers: Sequence[Dossier], *, at: datetime) -> list[Row]:
    """Return rows with their due marks, by the calendars of the agencies that gave the promises, read all at once."""
    working = calendars.for_calendars({_calendar(dossier) for dossier in dossiers}) if dossiers else {}
    return [Row(dossier, due_of(dossier, at=at, working=working[_calendar(dossier)])) for dossier in dossiers]


def listed(dossiers: Sequence[Dossier], *, at: datetime) -> list[ListRow]:
    """Return rows for a page; the mark of each status is drawn once."""
    drawn = {code: render_to_string("desk/_status.html", {"code": code}) for code in {row.status for row in dossiers}}
    # One look-up of the address serves all rows.
    address = reverse("desk:dossier", args=[_CODE])
    return [
        ListRow(row.dossier, row.due, address.replace(_CODE, quote(row.dossier.code or "")), drawn[row.dossier.status])
        for row in rows_of(dossiers, at=at)
    ]


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


def _calendar(dossier: Dossier) -> int | None:
    return dossier.agency.calendar_id if dossier.agency else None

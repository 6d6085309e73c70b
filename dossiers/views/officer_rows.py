"""Rows of the desk's lists, with the time left worked out, so that templates only show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TypedDict
from urllib.parse import quote

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import calendars
from core.clock import WorkingTime
from core.templatetags import vietnamese
from dossiers import deadlines
from dossiers.enums import Status
from dossiers.listed import Listed
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
            return vietnamese.working_time_left(self.minutes)
        return _("Ended late") if self.level == "late" else _("Ended in time")


@dataclass(frozen=True)
class Row:
    dossier: Listed
    due: Due


class Cells(TypedDict):
    """The texts of a row; a mapping, in which the template engine finds them at its first look."""

    code: str
    value: str
    label: str
    url: str
    applicant: str
    procedure: str
    status: SafeString
    due_at: str
    due: str
    tones: str
    icon: str
    holder: str
    unit: str


def rows_of(dossiers: Sequence[Listed], *, at: datetime) -> list[Row]:
    """Return rows with their due marks, by the calendars of the agencies that gave the promises, read all at once."""
    working = calendars.for_calendars({_calendar(dossier) for dossier in dossiers}) if dossiers else {}
    return [Row(dossier, due_of(dossier, at=at, working=working[_calendar(dossier)])) for dossier in dossiers]


def listed(dossiers: Sequence[Listed], *, at: datetime) -> list[Cells]:
    """Return rows as texts for a page."""
    # One look-up of the address serves all rows.
    address, icons = reverse("desk:dossier", args=[_CODE]), static("images/icons.svg")
    mark, language = _("Mark"), get_language() or ""
    return [_cells(row, address=address, icons=icons, mark=mark, language=language) for row in rows_of(dossiers, at=at)]


def _cells(row: Row, *, address: str, icons: str, mark: str, language: str) -> Cells:
    dossier, due = row.dossier, row.due
    code = dossier.code or ""
    return {
        "code": code,
        "value": f"{code}:{dossier.version}",
        "label": f"{mark} {code}",
        "url": address.replace(_CODE, quote(code)),
        "applicant": dossier.applicant_name,
        "procedure": dossier.procedure.name,
        "status": _status(dossier.status, language),
        "due_at": due.when,
        "due": due.text if due.at else "",
        "tones": f"mc-due--{due.level} mc-tone-{due.tone}",
        "icon": f"{icons}#{due.icon}",
        "holder": str(dossier.assignee) if dossier.assignee else "",
        "unit": dossier.unit.short_name if dossier.unit else "",
    }


@lru_cache(maxsize=64)
def _status(code: int, language: str) -> SafeString:
    """Draw the mark of a status, once for each language: nothing but a release changes it."""
    return render_to_string("desk/_status.html", {"code": code})


def due_of(dossier: Dossier | Listed, *, at: datetime, working: WorkingTime) -> Due:
    """Return the due mark of a dossier; before receipt it is the answer that is due."""
    if dossier.received_at is None and dossier.closed_at is None:
        return _reply_due(dossier, at, working)
    left = deadlines.remaining(dossier, at=at, working=working)
    has_ended = dossier.finished_at is not None or dossier.closed_at is not None
    return Due(dossier.due_at, None if has_ended else left.working_minutes, left.tone)


def _reply_due(dossier: Dossier | Listed, at: datetime, working: WorkingTime) -> Due:
    """Tell how long the counter still has for its answer; the last third is red, the second amber."""
    due_at, since = dossier.reply_due_at, dossier.submitted_at
    if due_at is None or since is None:
        return Due(None, None, "none")
    if dossier.status == Status.SUPPLEMENT:
        return Due(due_at, None, "paused")
    left, third = deadlines.minutes_left(due_at, at=at, working=working), working.minutes_between(since, due_at) // 3
    if due_at < at:
        return Due(due_at, left, "late")
    return Due(due_at, left, "red" if left <= third else "amber" if left <= 2 * third else "ok")


def _calendar(dossier: Listed) -> int | None:
    return dossier.agency.calendar_id if dossier.agency else None

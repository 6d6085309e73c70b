"""Rows of the desk's lists, with the time left worked out, so that templates only show."""

from __future__ import annotations

import html
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
            # Nobody works at night, so what has just become late has lost no working minute yet.
            return vietnamese.working_time_left(min(self.minutes, -1) if self.level == "late" else self.minutes)
        return _("Ended late") if self.level == "late" else _("Ended in time")


@dataclass(frozen=True)
class Row:
    dossier: Listed
    due: Due


class Cells(TypedDict):
    """The texts of a row, escaped.

    A mapping of strings that need no escaping is what the template engine looks up and joins fastest, and a page has
    up to a hundred rows; whatever were not escaped here, the template would escape.
    """

    code: SafeString
    value: SafeString
    label: SafeString
    url: SafeString
    applicant: SafeString
    procedure: SafeString
    status: SafeString
    due_at: SafeString
    due: SafeString
    tones: SafeString
    icon: SafeString
    holder: SafeString
    unit: SafeString


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
        "code": _safe(code),
        "value": _safe(f"{code}:{dossier.version}"),
        "label": _safe(f"{mark} {code}"),
        "url": _safe(address.replace(_CODE, quote(code))),
        "applicant": _safe(dossier.applicant_name),
        "procedure": _safe(dossier.procedure.name),
        "status": _status(dossier.status, language),
        "due_at": _safe(due.when),
        "due": _safe(due.text if due.at else ""),
        "tones": _safe(f"mc-due--{due.level} mc-tone-{due.tone}"),
        "icon": _safe(f"{icons}#{due.icon}"),
        "holder": _safe(str(dossier.assignee) if dossier.assignee else ""),
        "unit": _safe(dossier.unit.short_name if dossier.unit else ""),
    }


def _safe(text: str) -> SafeString:
    """Escape a text that is no lazy one, for which Django's own function would look in each."""
    return SafeString(html.escape(text))


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
    left, third = working.minutes_between(at, due_at), working.minutes_between(since, due_at) // 3
    if due_at < at:
        return Due(due_at, left, "late")
    return Due(due_at, left, "red" if left <= third else "amber" if left <= 2 * third else "ok")


def _calendar(dossier: Listed) -> int | None:
    return dossier.agency.calendar_id if dossier.agency else None

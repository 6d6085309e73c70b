"""The working time of an agency, as its calendar and the exceptions in the database say at this moment.

Every call reads the few rows again, so an edit in the administration counts at once in every process. What costs time,
working out the years, is kept by the content that was read: the same rows give the same object, and there is nothing
to invalidate. A list of dossiers asks once with ``for_calendars``.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Protocol

from django.db.models import Q

from core.clock import WorkingTime
from core.models import DayOverride, WorkCalendar, default_hours, default_weekdays


class HasCalendar(Protocol):
    """An agency, as far as its working time is concerned."""

    calendar_id: int | None


def for_agency(agency: HasCalendar | None) -> WorkingTime:
    """Find the working time of an agency: its own calendar, else the default one, else Monday to Friday."""
    calendar_id = agency.calendar_id if agency else None
    return for_calendars([calendar_id])[calendar_id]


def for_calendars(calendar_ids: Iterable[int | None]) -> dict[int | None, WorkingTime]:
    """Find the working times of many agencies by their ``calendar_id``, in two queries."""
    wanted = set(calendar_ids)
    calendars = list(WorkCalendar.objects.filter(Q(id__in=wanted - {None}) | Q(is_default=True)))
    ids = [calendar.id for calendar in calendars]
    overrides = list(DayOverride.objects.filter(Q(calendar__isnull=True) | Q(calendar__in=ids)).order_by())
    known: dict[int | None, WorkingTime] = {
        calendar.id: _build(calendar.weekdays, calendar.hours, overrides, calendar.id) for calendar in calendars
    }
    default = next((calendar.id for calendar in calendars if calendar.is_default), None)
    fallback = known.get(default) or _build(default_weekdays(), default_hours(), overrides, None)
    return {calendar_id: known.get(calendar_id, fallback) for calendar_id in wanted}


def _build(
    weekdays: list[int], hours: list[list[str]], overrides: list[DayOverride], calendar_id: int | None
) -> WorkingTime:
    """Put a calendar and its exceptions together; its own exception goes before one for all calendars."""
    general = {row.on: row for row in overrides if row.calendar_id is None}
    own = {row.on: row for row in overrides if row.calendar_id is not None and row.calendar_id == calendar_id}
    decided = tuple((on, row.is_working, row.reason) for on, row in sorted((general | own).items()))
    return _working_time(tuple(weekdays), tuple(tuple(session) for session in hours), decided)


@lru_cache(maxsize=128)
def _working_time(
    weekdays: tuple[int, ...], hours: tuple[tuple[str, ...], ...], decided: tuple[tuple[date, bool, str], ...]
) -> WorkingTime:
    return WorkingTime.parse(weekdays, hours, {on: (is_working, why) for on, is_working, why in decided})

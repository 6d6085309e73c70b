from datetime import datetime, time
from types import SimpleNamespace

import pytest

from core import calendars
from core.clock import ZONE
from core.models import DayOverride, WorkCalendar

pytestmark = pytest.mark.django_db


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def agency(calendar: WorkCalendar | None = None) -> SimpleNamespace:
    return SimpleNamespace(calendar_id=calendar and calendar.pk)


def off(on: str, reason: str = "Quyết định 12/QĐ-UBND", calendar: WorkCalendar | None = None) -> DayOverride:
    return DayOverride.objects.create(calendar=calendar, on=on, is_working=False, reason=reason)


def why_off(working, on: str) -> str | None:
    return working.why_off(local(f"{on} 00:00").date())


def test_without_any_calendar_offices_work_monday_to_friday_eight_hours():
    working = calendars.for_agency(agency())
    assert working.weekdays == {0, 1, 2, 3, 4}
    assert working.sessions == ((time(7), time(11, 30)), (time(13, 30), time(17)))
    assert calendars.for_agency(None) is working


def test_an_agency_without_a_calendar_follows_the_default_one():
    WorkCalendar.objects.create(name="Ngoài giờ", weekdays=[5])
    WorkCalendar.objects.create(name="Chung", is_default=True, hours=[["08:00", "12:00"]])
    assert calendars.for_agency(agency()).sessions == ((time(8), time(12)),)


def test_an_agency_follows_its_own_calendar():
    WorkCalendar.objects.create(name="Chung", is_default=True)
    own = WorkCalendar.objects.create(name="Công an", weekdays=[0, 1, 2, 3, 4, 5])
    assert 5 in calendars.for_agency(agency(own)).weekdays


def test_hours_when_papers_are_also_received_do_not_run_the_clock():
    own = WorkCalendar.objects.create(name="Công an", extra_opening={"5": [["07:30", "11:30"]]})
    saturday = local("2026-11-28 08:00")
    assert calendars.for_agency(agency(own)).next_moment(saturday) == local("2026-11-30 07:00")


def test_a_day_off_for_all_counts_for_every_agency():
    own = WorkCalendar.objects.create(name="Công an")
    off("2026-11-25")
    for whose in (agency(own), agency()):
        assert why_off(calendars.for_agency(whose), "2026-11-25") == "Quyết định 12/QĐ-UBND"


def test_a_day_off_of_one_calendar_counts_for_no_other():
    own, other = WorkCalendar.objects.create(name="Xã A"), WorkCalendar.objects.create(name="Xã B")
    off("2026-11-25", calendar=own)
    assert why_off(calendars.for_agency(agency(own)), "2026-11-25")
    assert why_off(calendars.for_agency(agency(other)), "2026-11-25") is None
    assert why_off(calendars.for_agency(agency()), "2026-11-25") is None


def test_the_decision_for_one_calendar_goes_before_the_one_for_all():
    own = WorkCalendar.objects.create(name="Xã A")
    off("2026-11-25")
    DayOverride.objects.create(calendar=own, on="2026-11-25", is_working=True, reason="Trực")
    assert calendars.for_agency(agency(own)).is_working_day(local("2026-11-25 00:00").date())


def test_the_default_calendar_carries_its_own_days_off():
    calendar = WorkCalendar.objects.create(name="Chung", is_default=True)
    off("2026-11-25", calendar=calendar)
    assert why_off(calendars.for_agency(agency()), "2026-11-25")


def test_an_edit_counts_at_once_even_when_it_went_past_the_models():
    calendar = WorkCalendar.objects.create(name="Chung", is_default=True)
    row = off("2026-11-25")
    assert why_off(calendars.for_agency(agency()), "2026-11-25") == "Quyết định 12/QĐ-UBND"

    DayOverride.objects.filter(pk=row.pk).update(reason="Quyết định 13/QĐ-UBND")
    assert why_off(calendars.for_agency(agency()), "2026-11-25") == "Quyết định 13/QĐ-UBND"

    row.delete()
    assert why_off(calendars.for_agency(agency()), "2026-11-25") is None

    WorkCalendar.objects.filter(pk=calendar.pk).update(hours=[["08:00", "12:00"]])
    assert calendars.for_agency(agency()).minutes_per_day == 240


def test_unchanged_rows_give_the_same_object_so_that_its_years_are_worked_out_once():
    off("2026-11-25")
    assert calendars.for_agency(agency()) is calendars.for_agency(agency())


@pytest.mark.parametrize("how_many", [1, 3])
def test_many_agencies_cost_two_queries(how_many, django_assert_num_queries):
    own = [WorkCalendar.objects.create(name=f"Xã {number}") for number in range(how_many)]
    with django_assert_num_queries(2):
        working = calendars.for_calendars([None, *(calendar.pk for calendar in own)])
    assert set(working) == {None, *(calendar.pk for calendar in own)}


def test_a_calendar_that_is_none_is_refused_where_it_is_read():
    broken = WorkCalendar.objects.create(name="Hỏng", hours=[["17:00", "07:00"]])
    with pytest.raises(ValueError, match="Office hours"):
        calendars.for_agency(agency(broken))

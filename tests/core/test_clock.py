from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.clock import ZONE, WorkingTime, national_days

OFFICE = WorkingTime.parse([0, 1, 2, 3, 4], [["07:00", "11:30"], ["13:30", "17:00"]])

bounded = settings(max_examples=80, deadline=None, derandomize=True, database=None)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


moments = st.integers(0, 3 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
minutes = st.integers(min_value=0, max_value=60 * 480)
times = st.sampled_from([time(6), time(7, 30), time(9), time(11), time(13), time(16, 45), time(20), time(23, 59)])


@st.composite
def calendars(draw) -> WorkingTime:
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    edges = sorted(draw(st.sets(times, min_size=2, max_size=6)))
    sessions = tuple(zip(edges[::2], edges[1::2], strict=False))
    days = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 12, 31))
    overrides = draw(st.dictionaries(days, st.tuples(st.booleans(), st.just("Quyết định 1/QĐ")), max_size=8))
    return WorkingTime(weekdays=weekdays, sessions=sessions, overrides=overrides)


# Which days are worked


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2026-11-23", None),
        ("2026-11-24", "Ngày Văn hóa Việt Nam"),
        ("2026-11-28", "Thứ Bảy"),
        ("2026-11-29", "Chủ nhật"),
        ("2026-02-17", "Tết Nguyên Đán"),
        ("2026-08-31", "Ngày nghỉ (thay cho ngày 22/08/2026)"),
        ("2026-04-27", "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
    ],
)
def test_a_day_off_has_its_vietnamese_name(on, why):
    day = date.fromisoformat(on)
    assert OFFICE.why_off(day) == why
    assert OFFICE.is_working_day(day) is (why is None)


def test_public_holidays_of_2026_are_those_of_the_published_list():
    weekdays_off = [f"{on:%d/%m}" for on in national_days(2026).off if on.weekday() < 5]
    assert " ".join(weekdays_off) == "01/01 16/02 17/02 18/02 19/02 20/02 27/04 30/04 01/05 31/08 01/09 02/09 24/11"


@pytest.mark.parametrize(
    ("on", "bridge"), [("2025-04-26", "02/05/2025"), ("2026-08-22", "31/08/2026"), ("2019-01-05", "31/12/2018")]
)
def test_a_make_up_saturday_is_a_working_day_and_says_for_which_day(on, bridge):
    day = date.fromisoformat(on)
    assert OFFICE.is_working_day(day)
    assert OFFICE.why_working(day) == f"Làm bù cho ngày {bridge}"


def test_a_make_up_day_of_the_next_year_is_no_make_up_day_of_this_one():
    assert date(2019, 1, 5) not in national_days(2018).made_up


def test_no_bridge_of_2_january_2026_is_assumed_without_a_decision():
    assert OFFICE.is_working_day(date(2026, 1, 2))
    assert not OFFICE.is_working_day(date(2026, 1, 10))


def test_a_decision_makes_a_bridge_and_its_make_up_saturday():
    reason = "Hoán đổi ngày làm việc, Thông báo 1/TB"
    working = WorkingTime(
        OFFICE.weekdays, OFFICE.sessions, {date(2026, 1, 2): (False, reason), date(2026, 1, 10): (True, reason)}
    )
    assert working.why_off(date(2026, 1, 2)) == reason
    assert working.why_working(date(2026, 1, 10)) == reason
    assert working.add_working_days(local("2025-12-31 10:00"), 1) == local("2026-01-05 10:00")


def test_a_decision_goes_before_a_holiday_and_before_a_make_up_day():
    working = WorkingTime(
        OFFICE.weekdays,
        OFFICE.sessions,
        {date(2026, 9, 1): (True, "Trực lễ"), date(2026, 8, 22): (False, "Không làm bù")},
    )
    assert working.why_working(date(2026, 9, 1)) == "Trực lễ"
    assert working.why_off(date(2026, 8, 22)) == "Không làm bù"


def test_a_decision_that_changes_nothing_is_no_day_out_of_turn():
    working = WorkingTime(OFFICE.weekdays, OFFICE.sessions, {date(2026, 11, 25): (True, "Ngày thường")})
    assert working.is_working_day(date(2026, 11, 25))
    assert working.why_working(date(2026, 11, 25)) is None


def test_a_day_off_without_a_written_reason_carries_the_name_of_its_weekday():
    working = WorkingTime(OFFICE.weekdays, OFFICE.sessions, {date(2026, 11, 25): (False, "")})
    assert working.why_off(date(2026, 11, 25)) == "Thứ Tư"


def test_an_office_open_on_saturdays_works_on_saturday():
    working = WorkingTime.parse([0, 1, 2, 3, 4, 5], [["07:30", "11:30"]])
    assert working.is_working_day(date(2026, 11, 28))
    assert working.why_working(date(2026, 11, 28)) is None
    assert working.minutes_per_day == 240


def test_days_off_between_two_moments_are_listed_in_order_across_the_new_year():
    listed = OFFICE.days_off(local("2026-12-30 09:00"), local("2027-01-04 09:00"))
    assert [f"{on:%d/%m/%Y}" for on, _ in listed] == ["01/01/2027", "02/01/2027", "03/01/2027"]
    assert listed[0][1] == "Tết Dương lịch"


def test_days_worked_out_of_turn_are_listed():
    assert OFFICE.days_made_up(local("2026-08-20 09:00"), local("2026-08-24 09:00")) == [
        (date(2026, 8, 22), "Làm bù cho ngày 31/08/2026")
    ]


# The first moment that counts


@pytest.mark.parametrize(
    ("received", "counts_from"),
    [
        ("2026-11-25 10:00", "2026-11-25 10:00"),
        ("2026-11-25 06:15", "2026-11-25 07:00"),
        ("2026-11-25 12:10", "2026-11-25 13:30"),
        ("2026-11-25 11:30", "2026-11-25 11:30"),
        ("2026-11-25 17:00", "2026-11-25 17:00"),
        ("2026-11-25 17:00:01", "2026-11-26 07:00"),
        ("2026-11-28 08:30", "2026-11-30 07:00"),
        ("2026-11-23 20:00", "2026-11-25 07:00"),
        ("2026-02-13 17:30", "2026-02-23 07:00"),
        ("2026-08-21 18:00", "2026-08-22 07:00"),
    ],
)
def test_what_comes_outside_office_hours_counts_from_the_next_opening(received, counts_from):
    assert OFFICE.next_moment(local(received)) == local(counts_from)
    assert OFFICE.is_working_moment(local(received)) is (received == counts_from)


# Counting


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-25 10:00"),
        ("2026-02-13 10:00", 1, "2026-02-23 10:00"),
        ("2026-08-21 10:00", 1, "2026-08-22 10:00"),
        ("2026-08-28 09:00", 1, "2026-09-03 09:00"),
        ("2026-11-26 15:00", 5, "2026-12-03 15:00"),
        ("2026-11-26 12:00", 1, "2026-11-27 11:30"),
        ("2026-11-26 17:00", 1, "2026-11-27 17:00"),
        ("2026-11-26 18:00", 1, "2026-11-27 17:00"),
        ("2026-11-28 08:00", 2, "2026-12-01 17:00"),
        ("2026-12-24 09:00", 10, "2027-01-08 09:00"),
    ],
)
def test_working_days_skip_weekends_and_holidays_and_keep_the_hour(start, days, due):
    assert OFFICE.add_working_days(local(start), days) == local(due)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-25 10:00", 90, "2026-11-25 11:30"),
        ("2026-11-25 10:00", 91, "2026-11-25 13:31"),
        ("2026-11-25 16:00", 60, "2026-11-25 17:00"),
        ("2026-11-25 16:00", 61, "2026-11-26 07:01"),
        ("2026-11-25 12:00", 0, "2026-11-25 13:30"),
        ("2026-11-27 16:30", 480, "2026-11-30 16:30"),
        ("2026-11-27 16:30", -60, "2026-11-27 15:30"),
    ],
)
def test_working_minutes_run_through_lunch_night_and_weekend(start, minutes, end):
    assert OFFICE.add_minutes(local(start), minutes) == local(end)


@pytest.mark.parametrize(
    ("end", "minutes", "start"),
    [
        ("2026-11-25 10:00", 180, "2026-11-25 07:00"),
        ("2026-11-25 10:00", 181, "2026-11-23 16:59"),
        ("2026-11-25 17:00", 480, "2026-11-25 07:00"),
        ("2026-11-30 10:00", 480, "2026-11-27 10:00"),
        ("2026-11-29 10:00", 60, "2026-11-27 16:00"),
        ("2027-01-04 07:00", 60, "2026-12-31 16:00"),
        ("2026-11-25 14:00", 30, "2026-11-25 13:30"),
        ("2026-11-25 12:00", 0, "2026-11-25 13:30"),
    ],
)
def test_counting_back_finds_the_moment_so_many_working_minutes_before(end, minutes, start):
    assert OFFICE.subtract_minutes(local(end), minutes) == local(start)


def test_minutes_between_count_only_office_hours_and_turn_negative_backwards():
    start, end = local("2026-11-23 16:00"), local("2026-11-25 08:30")
    assert OFFICE.minutes_between(start, end) == 150
    assert OFFICE.minutes_between(end, start) == -150
    assert OFFICE.minutes_between(local("2026-12-31 16:00"), local("2027-01-04 08:00")) == 120


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-25 10:00"),
        ("2026-11-25 10:00", 3, "2026-11-30 10:00"),
        ("2026-11-25 10:00", 10, "2026-12-07 10:00"),
        ("2026-11-25 12:00", 1, "2026-11-26 13:30"),
        ("2026-11-25 20:00", 1, "2026-11-26 17:00"),
        ("2026-11-25 05:00", 1, "2026-11-26 07:00"),
        ("2028-02-28 10:00", 1, "2028-02-29 10:00"),
    ],
)
def test_calendar_days_end_on_a_working_day_at_the_same_hour(start, days, due):
    assert OFFICE.add_calendar_days(local(start), days) == local(due)


def test_the_day_closes_at_the_end_of_its_last_session():
    assert OFFICE.end_of_day(local("2026-11-25 08:00")) == local("2026-11-25 17:00")


def test_moments_come_out_in_utc_whatever_zone_they_went_in():
    out = OFFICE.add_minutes(local("2026-11-25 10:00"), 30)
    assert out.tzinfo is UTC
    assert OFFICE.next_moment(local("2026-11-25 10:00")).tzinfo is UTC
    assert OFFICE.add_minutes(local("2026-11-25 10:00").astimezone(UTC), 30) == out


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.next_moment(local("2026-11-25 10:00").replace(tzinfo=None))


@pytest.mark.parametrize(
    ("weekdays", "hours"),
    [
        ([], [["07:00", "17:00"]]),
        ([7], [["07:00", "17:00"]]),
        ([0], []),
        ([0], [["17:00", "07:00"]]),
        ([0], [["07:00", "07:00"]]),
        ([0], [["07:00", "12:00"], ["12:00", "17:00"]]),
        ([0], [["07:00", "12:00"], ["11:00", "17:00"]]),
        ([0], [["7h", "17h"]]),
        ([0], [["07:00"]]),
        ([0], [None]),
        (None, [["07:00", "17:00"]]),
    ],
)
def test_what_is_no_calendar_is_refused(weekdays, hours):
    with pytest.raises(ValueError, match=r".+"):
        WorkingTime.parse(weekdays, hours)


# Laws that hold for every calendar


@bounded
@given(calendars(), moments, minutes)
@example(OFFICE, local("2026-11-25 17:00"), 480)
@example(OFFICE, local("2026-02-13 17:00:30"), 1)
def test_as_much_time_lies_between_as_was_added(working, at, minutes):
    assert working.minutes_between(at, working.add_minutes(at, minutes)) == minutes


@bounded
@given(calendars(), moments, minutes)
def test_as_much_time_lies_between_as_was_taken_off(working, at, minutes):
    assert working.minutes_between(working.subtract_minutes(at, minutes), at) == minutes


@bounded
@given(calendars(), moments, minutes, minutes)
def test_adding_in_two_parts_is_adding_at_once(working, at, first, second):
    assert working.add_minutes(working.add_minutes(at, first), second) == working.add_minutes(at, first + second)


@bounded
@given(calendars(), moments, moments, minutes)
def test_who_comes_later_is_due_no_earlier(working, one, other, minutes):
    earlier, later = sorted([one, other])
    assert working.add_minutes(earlier, minutes) <= working.add_minutes(later, minutes)
    assert working.minutes_between(earlier, later) >= 0


@bounded
@given(calendars(), moments, minutes)
def test_the_end_lies_in_working_time_and_never_before_the_start(working, at, minutes):
    end = working.add_minutes(at, minutes)
    assert end >= at
    assert working.is_working_moment(end)
    assert working.is_working_day(end.astimezone(ZONE).date())


@bounded
@given(calendars(), moments, st.integers(0, 120), st.integers(0, 30))
def test_calendar_days_end_in_working_time_and_more_days_end_no_earlier(working, at, days, more):
    end = working.add_calendar_days(at, days)
    assert working.is_working_moment(end)
    assert end <= working.add_calendar_days(at, days + more)
    assert end.astimezone(ZONE).date() >= at.astimezone(ZONE).date() + timedelta(days=days)


@bounded
@given(calendars(), moments, minutes, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_one_more_day_off_never_brings_a_due_moment_forward(working, at, minutes, on):
    assume(on not in working.overrides)
    idle = WorkingTime(working.weekdays, working.sessions, {**working.overrides, on: (False, "Nghỉ")})
    assert idle.add_minutes(at, minutes) >= working.add_minutes(at, minutes)


@settings(bounded, max_examples=25)
@given(calendars(), moments)
def test_walking_minute_by_minute_agrees_with_the_arithmetic(working, at):
    """The slow definition: a minute counts when its middle lies in a session of a working day."""
    at = at.replace(second=0)
    end, counted = at + timedelta(days=3), 0
    moment = at.astimezone(ZONE)
    while moment < end:
        middle = (moment + timedelta(seconds=30)).time()
        is_open = any(opens <= middle <= closes for opens, closes in working.sessions)
        counted += working.is_working_day(moment.date()) and is_open
        moment += timedelta(minutes=1)
    assert working.minutes_between(at, end) == counted

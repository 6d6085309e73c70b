from datetime import date, time, timedelta

import pytest

from dossiers import deadlines
from dossiers.enums import ClockKind
from dossiers.models import ClockEntry
from procedures.enums import TimeUnit
from tests.ledgers import OFFICE, Ledger, closing, limit, local, started

# The first due moment


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-25 10:00"),  # 24/11 is off
        ("2026-02-13 10:00", 1, "2026-02-23 10:00"),  # Tet
        ("2026-08-21 10:00", 1, "2026-08-22 10:00"),  # the Saturday that makes up for 31/8
        ("2026-11-28 08:30", 1, "2026-11-30 17:00"),  # Saturday morning counts from Monday
        ("2026-11-26 17:20", 1, "2026-11-27 17:00"),  # after closing
        ("2026-11-26 12:00", 1, "2026-11-27 11:30"),  # at lunch, counts from 13:30
        ("2026-11-25 09:00", 15, "2026-12-16 09:00"),
    ],
)
def test_working_days_count_from_the_first_working_moment_after_reception(received, days, due):
    assert started(received, days).due_at == local(due)


@pytest.mark.parametrize(
    ("received", "value", "due"),
    [
        ("2026-11-25 14:59", 1, "2026-11-25 17:00"),
        ("2026-11-25 15:00", 1, "2026-11-25 17:00"),
        ("2026-11-25 15:01", 1, "2026-11-26 17:00"),
        ("2026-11-27 15:30", 1, "2026-11-30 17:00"),
        ("2026-11-23 15:30", 1, "2026-11-25 17:00"),
        ("2026-11-27 17:30", 1, "2026-11-30 17:00"),
        ("2026-11-28 09:00", 1, "2026-11-30 17:00"),
        ("2026-11-25 09:00", 2, "2026-11-26 17:00"),
        ("2026-11-25 07:00", 1, "2026-11-25 17:00"),
    ],
)
def test_fifteen_hour_rule_of_1_001193_same_day_before_it_and_next_working_day_after(received, value, due):
    assert started(received, value, same_day_until=time(15)).due_at == local(due)


def test_fifteen_hour_rule_counts_calendar_days_where_the_limit_does():
    friday = started("2026-11-27 16:00", 2, TimeUnit.CALENDAR_DAY, same_day_until=time(15))
    assert friday.due_at == local("2026-12-01 17:00")
    thursday = started("2026-11-26 10:00", 3, TimeUnit.CALENDAR_DAY, same_day_until=time(15))
    assert thursday.due_at == local("2026-11-30 17:00")


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        ("2026-11-25 10:00", 2, "2026-11-27 10:00"),
        ("2026-11-25 10:00", 3, "2026-11-30 10:00"),
        ("2026-11-28 08:00", 2, "2026-12-02 07:00"),
        ("2026-02-10 10:00", 7, "2026-02-23 10:00"),
        ("2026-08-19 10:00", 3, "2026-08-22 10:00"),
    ],
)
def test_calendar_days_count_every_day_but_never_end_on_a_day_off(received, days, due):
    assert started(received, days, TimeUnit.CALENDAR_DAY).due_at == local(due)


def test_working_hours_run_in_office_hours_only():
    assert started("2026-11-25 16:00", 4, TimeUnit.WORKING_HOUR).due_at == local("2026-11-26 10:00")


@pytest.mark.parametrize("without", [None, limit(None)])
def test_without_a_limit_there_is_no_due_moment_and_the_pause_works_all_the_same(without):
    ledger = Ledger()
    assert ledger.start(local("2026-11-25 09:00"), without).due_after is None
    ledger.pause(local("2026-11-25 10:00"))
    assert ledger.resume(local("2026-11-26 10:00")).due_after is None
    assert ledger.dossier.paused_at is None


def test_a_row_freezes_the_due_moment_and_the_days_off_on_the_way():
    row = started("2026-11-20 10:00", 2).rows[0]
    assert row.due_after == local("2026-11-25 10:00")
    assert row.days_off == [
        ["2026-11-21", "Thứ Bảy"],
        ["2026-11-22", "Chủ nhật"],
        ["2026-11-24", "Ngày Văn hóa Việt Nam"],
    ]


def test_a_row_in_calendar_days_freezes_only_the_days_off_that_moved_its_end():
    assert started("2026-11-20 10:00", 11, TimeUnit.CALENDAR_DAY).rows[0].days_off == []
    assert started("2026-11-20 10:00", 8, TimeUnit.CALENDAR_DAY).rows[0].days_off == [
        ["2026-11-28", "Thứ Bảy"],
        ["2026-11-29", "Chủ nhật"],
    ]


# Pauses: statuses 5, 6 and 8 shift the due date by their length


def test_a_pause_leaves_the_due_moment_as_the_provisional_one():
    ledger = started("2026-11-25 10:00")
    row = ledger.pause(local("2026-11-26 10:00"))
    assert ledger.due_at == row.due_after == local("2026-12-02 10:00")
    assert ledger.dossier.paused_at == local("2026-11-26 10:00")


def test_what_was_left_at_the_pause_is_left_when_the_clock_runs_again():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-26 10:00"))
    row = ledger.resume(local("2026-12-07 14:30"))
    assert row.due_after == ledger.due_at == local("2026-12-11 14:30")
    assert ledger.dossier.paused_at is None
    assert [on for on, _ in row.days_off] == []


def test_a_pause_over_a_weekend_shifts_by_working_time_only():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-27 16:00"))
    ledger.resume(local("2026-11-30 08:00"))
    assert ledger.due_at == local("2026-12-02 14:00")


def test_papers_that_come_on_sunday_let_the_clock_run_from_monday():
    ledger = started("2026-11-25 10:00", 1)
    ledger.pause(local("2026-11-25 16:00"))
    ledger.resume(local("2026-11-29 20:00"))
    assert ledger.due_at == local("2026-11-30 11:00")


def test_a_pause_of_a_limit_in_calendar_days_shifts_by_the_time_that_passed():
    ledger = started("2026-11-25 10:00", 5, TimeUnit.CALENDAR_DAY)
    assert ledger.due_at == local("2026-11-30 10:00")
    ledger.pause(local("2026-11-26 10:00"))
    ledger.resume(local("2026-12-01 10:00"))
    assert ledger.due_at == local("2026-12-07 10:00")  # 5/12 is a Saturday


def test_public_posting_of_1_012785_is_a_pause_like_any_other():
    ledger = started("2026-11-25 10:00", 10)
    ledger.pause(local("2026-11-26 10:00"), ground="Niêm yết công khai 30 ngày")
    ledger.resume(local("2026-12-28 10:00"))
    assert ledger.due_at == local("2027-01-11 10:00")


def test_several_supplements_each_shift_the_due_moment():
    ledger = started("2026-11-25 10:00", 3)
    for day in ("2026-11-26", "2026-12-07", "2026-12-14"):
        ledger.pause(local(f"{day} 10:00"))
        ledger.resume(local(f"{day} 10:00") + timedelta(days=7))
    assert ledger.due_at == local("2026-12-21 10:00")


def test_a_dossier_that_is_late_when_halted_stays_as_late():
    ledger = started("2026-11-25 10:00", 1)
    ledger.pause(local("2026-11-26 10:01"))
    ledger.resume(local("2026-12-07 10:00"))
    assert ledger.due_at == local("2026-11-26 10:00")


def test_a_pause_before_reception_is_no_matter_of_the_ledger_but_does_no_harm():
    ledger = Ledger()
    ledger.pause(local("2026-11-25 10:00"))
    assert ledger.resume(local("2026-11-26 10:00")).due_after is None
    assert ledger.start(local("2026-11-26 11:00"), limit(1)).due_after == local("2026-11-27 11:00")
    assert deadlines.due(ledger.rows, OFFICE) == local("2026-11-27 11:00")


# What can't follow


def test_a_clock_that_stands_still_cannot_be_halted_again():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-26 10:00"))
    with pytest.raises(deadlines.ClockError, match="stands still already"):
        ledger.pause(local("2026-11-26 11:00"))


def test_a_clock_that_runs_cannot_resume():
    ledger = started("2026-11-25 10:00")
    with pytest.raises(deadlines.ClockError, match="only one that stands still"):
        ledger.resume(local("2026-11-26 10:00"))
    assert ledger.due_at == local("2026-12-02 10:00")


def test_a_clock_cannot_start_twice():
    ledger = started("2026-11-25 10:00")
    with pytest.raises(deadlines.ClockError, match="runs already"):
        ledger.start(local("2026-11-26 10:00"), limit(1))


def test_a_clock_cannot_start_while_it_stands_still():
    ledger = Ledger()
    ledger.pause(local("2026-11-25 10:00"))
    with pytest.raises(deadlines.ClockError, match="stands still"):
        ledger.start(local("2026-11-26 10:00"), limit(1))


@pytest.mark.parametrize("end", ["finished_at", "closed_at"])
def test_a_clock_that_has_ended_cannot_be_halted(end):
    ledger = started("2026-11-25 10:00")
    setattr(ledger.dossier, end, local("2026-11-26 10:00"))
    with pytest.raises(deadlines.ClockError, match="has ended"):
        ledger.pause(local("2026-11-27 10:00"))


def test_a_ledger_whose_rows_contradict_each_other_is_not_replayed():
    ledger = started("2026-11-25 10:00")
    rows = [*ledger.rows, *ledger.rows]
    with pytest.raises(deadlines.ClockError, match="runs already"):
        deadlines.state(rows, OFFICE)
    ledger.stop(local("2026-11-26 10:00"))
    ledger.dossier.finished_at = None
    ledger.pause(local("2026-11-26 11:00"))
    with pytest.raises(deadlines.ClockError, match="has ended"):
        deadlines.state(ledger.rows, OFFICE)
    paused = [ClockEntry(kind=ClockKind.PAUSE, at=local("2026-11-26 10:00"))] * 2
    with pytest.raises(deadlines.ClockError, match="stands still already"):
        deadlines.state(paused, OFFICE)


# Extension


def test_an_extension_sets_the_due_moment_and_a_later_pause_shifts_it_too():
    ledger = started("2026-11-25 10:00")
    row = ledger.extend(local("2026-11-30 09:00"), local("2026-12-10 17:00"))
    assert row.due_after == ledger.due_at == local("2026-12-10 17:00")
    ledger.pause(local("2026-12-09 17:00"))
    ledger.resume(local("2026-12-14 17:00"))
    assert ledger.due_at == local("2026-12-15 17:00")


def test_a_date_set_during_a_pause_moves_only_by_the_rest_of_the_pause():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-26 10:00"))
    ledger.extend(local("2026-12-03 10:00"), local("2026-12-10 10:00"))
    ledger.resume(local("2026-12-04 10:00"))
    assert ledger.due_at == local("2026-12-11 10:00")


def test_a_pause_in_the_last_evening_does_not_bring_a_date_set_for_the_morning_forward():
    ledger = started("2026-11-25 10:00")
    ledger.extend(local("2026-11-30 09:00"), local("2026-12-10 07:00"))
    ledger.pause(local("2026-12-09 17:00"))
    ledger.resume(local("2026-12-09 17:00"))
    assert ledger.due_at == local("2026-12-10 07:00")


def test_a_late_dossier_with_a_new_committed_date_has_time_again():
    ledger = started("2026-11-25 10:00", 1)
    ledger.extend(local("2026-11-27 09:00"), local("2026-12-04 17:00"))
    assert ledger.remaining(local("2026-11-27 10:00")).is_late is False


def test_a_dossier_without_limit_can_be_given_a_date():
    ledger = Ledger()
    ledger.start(local("2026-11-25 09:00"), None)
    ledger.extend(local("2026-11-26 09:00"), local("2026-12-04 17:00"))
    assert deadlines.due(ledger.rows, OFFICE) == local("2026-12-04 17:00")


# The end and the undo


def test_the_due_moment_stays_when_the_clock_ends():
    ledger = started("2026-11-25 10:00")
    row = ledger.stop(local("2026-11-27 10:00"))
    assert row.due_after == ledger.due_at == local("2026-12-02 10:00")
    assert deadlines.state(ledger.rows, OFFICE).stopped_at == local("2026-11-27 10:00")


def test_an_undone_pause_never_was():
    ledger = started("2026-11-25 10:00")
    row = ledger.pause(local("2026-11-26 10:00"))
    ledger.undo(local("2026-11-26 10:05"), row)
    assert (ledger.due_at, ledger.dossier.paused_at) == (local("2026-12-02 10:00"), None)
    ledger.pause(local("2026-11-26 10:10"))


def test_an_undone_resume_leaves_the_clock_halted_since_the_pause():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-26 10:00"))
    row = ledger.resume(local("2026-11-27 10:00"))
    ledger.undo(local("2026-11-27 10:05"), row)
    assert (ledger.due_at, ledger.dossier.paused_at) == (local("2026-12-02 10:00"), local("2026-11-26 10:00"))
    ledger.resume(local("2026-11-30 10:00"))
    assert ledger.due_at == local("2026-12-04 10:00")


def test_an_undone_reception_leaves_no_due_moment_and_the_next_one_starts_anew():
    ledger = started("2026-11-25 10:00")
    ledger.undo(local("2026-11-25 10:05"), ledger.rows[0])
    assert ledger.due_at is None
    ledger.start(local("2026-11-26 10:00"), limit(5))
    assert deadlines.due(ledger.rows, OFFICE) == local("2026-12-03 10:00")


def test_an_undone_finish_lets_the_clock_run_on():
    ledger = started("2026-11-25 10:00")
    row = ledger.stop(local("2026-11-27 10:00"))
    ledger.undo(local("2026-11-27 10:05"), row)
    assert deadlines.state(ledger.rows, OFFICE).stopped_at is None


def test_an_undo_that_is_undone_brings_the_rows_back():
    ledger = started("2026-11-25 10:00")
    pause = ledger.pause(local("2026-11-26 10:00"))
    undo = ledger.undo(local("2026-11-26 10:05"), pause)
    ledger.undo(local("2026-11-26 10:06"), undo)
    assert ledger.dossier.paused_at == local("2026-11-26 10:00")


# A change of the calendar


def test_a_new_day_off_on_the_way_moves_the_date_and_says_so():
    ledger = started("2026-11-25 10:00")
    ledger.working = closing(OFFICE, date(2026, 12, 1))
    row = ledger.add(ledger.recalculate(local("2026-11-26 10:00")))
    assert row.kind == ClockKind.CALENDAR
    assert row.due_after == ledger.due_at == local("2026-12-03 10:00")
    assert ["2026-12-01", "Nghỉ bão"] in row.days_off
    assert ledger.recalculate(local("2026-11-26 11:00")) is None


def test_a_day_off_elsewhere_writes_nothing():
    ledger = started("2026-11-25 10:00")
    ledger.working = closing(OFFICE, date(2026, 12, 15))
    assert ledger.recalculate(local("2026-11-26 10:00")) is None


def test_a_clock_that_has_ended_is_never_counted_again():
    ledger = started("2026-11-25 10:00")
    ledger.stop(local("2026-11-27 10:00"))
    ledger.working = closing(OFFICE, date(2026, 12, 1))
    assert ledger.recalculate(local("2026-12-02 10:00")) is None


def test_a_committed_date_that_becomes_a_day_off_moves_to_the_next_working_day():
    ledger = started("2026-11-25 10:00")
    ledger.extend(local("2026-11-26 10:00"), local("2026-12-11 16:00"))
    ledger.working = closing(OFFICE, date(2026, 12, 11))
    row = ledger.add(ledger.recalculate(local("2026-12-01 10:00")))
    assert ledger.due_at == local("2026-12-14 16:00")
    assert [on for on, _ in row.days_off] == ["2026-12-11", "2026-12-12", "2026-12-13"]

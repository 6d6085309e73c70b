from datetime import UTC, datetime, time, timedelta

from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import ZONE
from dossiers import deadlines
from dossiers.enums import ClockKind
from procedures.enums import TimeUnit
from tests.ledgers import OFFICE, Ledger, closing, limit, local, started

bounded = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def test_the_state_tells_what_was_left_when_the_clock_was_halted():
    ledger = started("2026-11-25 10:00", 2)
    ledger.pause(local("2026-11-26 10:00"))
    now = deadlines.state(ledger.rows, OFFICE)
    assert (now.remaining_minutes, now.paused_at) == (480, local("2026-11-26 10:00"))
    ledger.resume(local("2026-11-27 10:00"))
    assert deadlines.state(ledger.rows, OFFICE).remaining_minutes is None


def test_no_rows_no_clock():
    assert deadlines.state([], OFFICE) == deadlines.ClockState()
    assert deadlines.explain([], OFFICE, at=local("2026-11-25 10:00")) == []


# Laws that hold for every ledger

units = st.sampled_from([unit.value for unit in TimeUnit])
steps = st.lists(
    st.tuples(st.sampled_from(["toggle", "extend", "undo", "undo"]), st.integers(1, 12 * 86_400)), max_size=8
)
starts = st.integers(0, 2 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
limits = st.builds(
    limit,
    st.integers(1, 40),
    units,
    st.sampled_from([None, time(15)]),
)


def walk(ledger: Ledger, at: datetime, steps: list[tuple[str, int]], *, extensions: bool = True) -> datetime:
    """Take the steps one after the other, each so many seconds after the one before."""
    for name, seconds in steps:
        at += timedelta(seconds=seconds)
        if name == "undo" and ledger.rows[-1].kind not in (ClockKind.START, ClockKind.VOID):
            ledger.undo(at, ledger.rows[-1])
        elif name == "extend" and extensions:
            ledger.extend(at, ledger.working.add_working_days(at, 7))
        elif ledger.dossier.paused_at is None:
            ledger.pause(at)
        else:
            ledger.resume(at)
    return at


@bounded
@given(starts, limits, steps)
def test_replaying_the_rows_gives_what_each_row_froze(at, limit, steps):
    ledger = Ledger()
    ledger.start(at, limit)
    walk(ledger, at, steps)
    for length, row in enumerate(ledger.rows, start=1):
        assert deadlines.due(ledger.rows[:length], OFFICE) == row.due_after
    now = deadlines.state(ledger.rows, OFFICE)
    assert (now.due_at, now.paused_at) == (ledger.due_at, ledger.dossier.paused_at)
    assert ledger.recalculate(at) is None


@bounded
@given(starts, limits, steps)
def test_the_due_moment_always_lies_in_office_hours_of_a_working_day(at, limit, steps):
    ledger = Ledger()
    ledger.start(at, limit)
    walk(ledger, at, steps)
    assert all(OFFICE.is_working_moment(row.due_after) for row in ledger.rows)


@bounded
@given(starts, limits, st.integers(0, 30 * 86_400), st.integers(0, 60 * 86_400))
def test_a_pause_never_brings_the_due_moment_forward_and_a_longer_one_never_less(at, limit, before, length):
    dues = []
    for pause in (0, length // 2, length):
        ledger = Ledger()
        ledger.start(at, limit)
        first = ledger.due_at
        ledger.pause(at + timedelta(seconds=before))
        ledger.resume(at + timedelta(seconds=before + pause))
        assert ledger.due_at >= first
        dues.append(ledger.due_at)
    if limit.unit != TimeUnit.CALENDAR_DAY:  # there the hour of day is kept, so only the day is in order
        assert dues == sorted(dues)
    assert [due.astimezone(ZONE).date() for due in dues] == sorted(due.astimezone(ZONE).date() for due in dues)


@bounded
@given(starts, limits, steps, st.sampled_from(["toggle", "extend", "stop"]), st.integers(1, 9 * 86_400))
def test_an_undo_restores_exactly_what_was_before(at, limit, steps, name, seconds):
    ledger = Ledger()
    ledger.start(at, limit)
    at = walk(ledger, at, steps)
    before = (ledger.due_at, ledger.dossier.paused_at, deadlines.state(ledger.rows, OFFICE))
    at += timedelta(seconds=seconds)
    if name == "stop":
        ledger.stop(at)
    else:
        walk(ledger, at, [(name, 0)])
    ledger.undo(at + timedelta(minutes=5), ledger.rows[-1])
    assert (ledger.due_at, ledger.dossier.paused_at, deadlines.state(ledger.rows, OFFICE)) == before


@bounded
@given(starts, limits, steps, st.integers(0, 90))
def test_one_more_day_off_never_brings_the_due_moment_forward(at, limit, steps, days):
    ledger = Ledger()
    ledger.start(at, limit)
    idle = closing(OFFICE, (at.astimezone(ZONE) + timedelta(days=days)).date())
    if limit.unit == TimeUnit.CALENDAR_DAY:
        # Days are counted, not hours: a start that moves to the next morning may bring an earlier hour of that day.
        assert deadlines.due(ledger.rows, idle).astimezone(ZONE).date() >= ledger.due_at.astimezone(ZONE).date()
    else:
        walk(ledger, at, steps, extensions=False)
        assert deadlines.due(ledger.rows, idle) >= ledger.due_at


@bounded
@given(starts, starts, limits)
def test_who_comes_first_is_due_first(one, other, limit):
    earlier, later = Ledger(), Ledger()
    earlier.start(min(one, other), limit)
    later.start(max(one, other), limit)
    if limit.unit == TimeUnit.CALENDAR_DAY:
        assert earlier.due_at.astimezone(ZONE).date() <= later.due_at.astimezone(ZONE).date()
    else:
        assert earlier.due_at <= later.due_at


@bounded
@given(starts, limits, steps)
def test_every_line_of_the_answer_can_be_read_in_both_languages(at, limit, steps):
    ledger = Ledger()
    ledger.start(at, limit)
    end = walk(ledger, at, steps)
    lines = ledger.explain(end)
    assert lines[-1].due_after == ledger.due_at
    for language in ("vi", "en"):
        with translation.override(language):
            assert all("%(" not in line.text and line.text.endswith(".") for line in lines)

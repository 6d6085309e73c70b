"""From the rows of a ledger to where the clock stands: the one algorithm behind every due moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from core.clock import ZONE, WorkingTime
from dossiers.enums import ClockKind
from dossiers.models import ClockEntry
from procedures.enums import TimeUnit

_ZERO = timedelta()


class ClockError(Exception):
    """A row can't follow the rows that are there."""


@dataclass(frozen=True)
class ClockState:
    """Where the clock of a dossier stands after its rows.

    ``counted_from`` is the moment from which the present due moment was counted; ``remaining`` is the time that was
    left when the clock was halted, in the time of the limit's unit, negative when the dossier was late already.
    """

    due_at: datetime | None = None
    counted_from: datetime | None = None
    unit: str = ""
    started_at: datetime | None = None
    paused_at: datetime | None = None
    remaining: timedelta | None = None
    stopped_at: datetime | None = None

    @property
    def remaining_minutes(self) -> int | None:
        return None if self.remaining is None else self.remaining // timedelta(minutes=1)


def due(entries: Iterable[ClockEntry], working: WorkingTime) -> datetime | None:
    """Replay the rows to the due moment."""
    return state(entries, working).due_at


def state(entries: Iterable[ClockEntry], working: WorkingTime) -> ClockState:
    """Replay the rows, in the order of the ledger, without those that were undone.

    :raises ClockError: a row can't follow those before it.
    """
    now = ClockState()
    for entry in counting(entries):
        step = _STEPS.get(entry.kind)
        if step is not None:
            if now.stopped_at is not None:
                raise ClockError("The clock of this dossier has ended.")
            now = step(now, entry, working)
    return now


def counting(entries: Iterable[ClockEntry]) -> list[ClockEntry]:
    """Leave out the rows of events that were undone; an undo can be undone itself."""
    rows = list(entries)
    if all(entry.kind != ClockKind.VOID for entry in rows):
        return rows
    undone: set[int | None] = set()
    counted = []
    for entry in reversed(rows):
        if entry.event_id is not None and entry.event_id in undone:
            continue
        if entry.kind == ClockKind.VOID:
            undone.add(entry.voids_id)
        counted.append(entry)
    return counted[::-1]


def first_due(
    at: datetime, value: int, unit: str, working: WorkingTime, *, same_day_until: time | None = None
) -> datetime:
    """Count a limit from reception; what comes outside office hours counts from the next opening.

    With ``same_day_until`` the day of reception is the first one, or the next working day after that hour ("tiếp nhận
    sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo", procedures 1.001193 and 2.000635), until closing time.
    """
    counted = working.next_moment(at)
    if unit == TimeUnit.WORKING_HOUR:
        return working.add(counted, timedelta(hours=value))
    add = working.add_calendar_days if unit == TimeUnit.CALENDAR_DAY else working.add_working_days
    if same_day_until is None:
        return add(counted, value)
    closing = working.end_of_day(counted)
    if is_after(counted, same_day_until):
        closing = working.add_working_days(closing, 1)
    return add(closing, value - 1)


def is_after(at: datetime, hour: time) -> bool:
    return at.astimezone(ZONE).time() > hour


def _start(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    if now.started_at is not None:
        raise ClockError("The clock of this dossier runs already.")
    due_at = None
    if entry.limit_value:
        due_at = first_due(entry.at, entry.limit_value, entry.limit_unit, working, same_day_until=entry.same_day_until)
    return replace(now, started_at=entry.at, counted_from=entry.at, due_at=due_at, unit=entry.limit_unit)


def _pause(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    if now.paused_at is not None:
        raise ClockError("The clock of this dossier stands still already.")
    return replace(now, paused_at=entry.at, remaining=_left(now, entry.at, working))


def _resume(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    """Give back what was left; a dossier that was late when it was halted stays as late as it was."""
    if now.paused_at is None:
        raise ClockError("The clock of this dossier runs; only one that stands still can resume.")
    running = replace(now, paused_at=None, remaining=None)
    if now.due_at is None or now.remaining is None or now.remaining < _ZERO:
        return running
    if now.unit == TimeUnit.CALENDAR_DAY:
        due_at = working.next_same_time(entry.at + now.remaining)
    else:
        due_at = working.add(entry.at, now.remaining)
    return replace(running, due_at=max(due_at, now.due_at), counted_from=entry.at)


def _extend(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    """Take the new date; decided while the clock stands still, it allows for the pause until then."""
    moved = replace(now, due_at=entry.new_due_at, counted_from=entry.at)
    return moved if now.paused_at is None else replace(moved, remaining=_left(moved, entry.at, working))


def _stop(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    return replace(now, stopped_at=entry.at)


_STEPS = {
    ClockKind.START: _start,
    ClockKind.PAUSE: _pause,
    ClockKind.RESUME: _resume,
    ClockKind.EXTEND: _extend,
    ClockKind.STOP: _stop,
}


def _left(now: ClockState, at: datetime, working: WorkingTime) -> timedelta | None:
    if now.due_at is None:
        return None
    if now.unit == TimeUnit.CALENDAR_DAY or at > now.due_at:
        return now.due_at - at
    return working.between(at, now.due_at)

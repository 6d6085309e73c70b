"""From the rows of a ledger to where the clock stands: the one algorithm behind every due moment."""

from collections.abc import Callable, Iterable
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

    ``skips_from`` is the moment from which days off were left out on the way to the due moment.
    ``remaining`` is the time that was left when the clock was halted, in the time of the limit's unit, negative when
    the dossier was late already.
    """

    due_at: datetime | None = None
    skips_from: datetime | None = None
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
        if entry.event_id in undone:
            continue
        if entry.kind == ClockKind.VOID:
            undone.add(entry.voids_id)
        counted.append(entry)
    return counted[::-1]


def count_limit(entry: ClockEntry, working: WorkingTime) -> datetime:
    """Count the limit of a starting row from reception; what comes outside office hours counts from the next opening.

    With ``same_day_until`` the day of reception is the first one, or the next working day when it came after that hour,
    and the last day lasts until closing time (the 15:00 rule of procedures 1.001193 and 2.000635).
    """
    value = entry.limit_value or 0
    counted_from = working.next_moment(entry.at)
    if entry.limit_unit == TimeUnit.WORKING_HOUR:
        return working.add(counted_from, timedelta(hours=value))
    if entry.same_day_until is not None:
        late = is_after(counted_from, entry.same_day_until)
        counted_from = working.add_working_days(working.end_of_day(counted_from), int(late))
        value -= 1
    if entry.limit_unit == TimeUnit.CALENDAR_DAY:
        return counted_from + timedelta(days=value)
    return working.add_working_days(counted_from, value)


def is_after(at: datetime, hour: time) -> bool:
    return at.astimezone(ZONE).time() > hour


def _start(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    if now.started_at is not None:
        raise ClockError("The clock of this dossier runs already.")
    running = replace(now, started_at=entry.at, unit=entry.limit_unit)
    return _counted(running, entry.at, count_limit(entry, working), working) if entry.limit_value else running


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
    is_calendar = now.unit == TimeUnit.CALENDAR_DAY
    until = entry.at + now.remaining if is_calendar else working.add(entry.at, now.remaining)
    return _counted(running, entry.at, until, working)


def _counted(now: ClockState, since: datetime, until: datetime, working: WorkingTime) -> ClockState:
    """Set the due moment, which never falls on a day off and which counting again never brings forward."""
    due_at = working.next_same_time(until)
    if now.due_at is not None:
        due_at = max(due_at, now.due_at)
    return replace(now, due_at=due_at, skips_from=until if now.unit == TimeUnit.CALENDAR_DAY else since)


def _extend(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    """Take the date that a person set, unless it has become a day off since.

    A date set while the clock stands still allows for the pause until then.
    """
    due_at = entry.new_due_at
    if due_at is not None and not working.is_working_day(due_at.astimezone(ZONE).date()):
        due_at = working.next_same_time(due_at)
    moved = replace(now, due_at=due_at, skips_from=entry.new_due_at)
    return moved if now.paused_at is None else replace(moved, remaining=_left(moved, entry.at, working))


def _stop(now: ClockState, entry: ClockEntry, working: WorkingTime) -> ClockState:
    return replace(now, stopped_at=entry.at)


_STEPS: dict[str, Callable[[ClockState, ClockEntry, WorkingTime], ClockState]] = {
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

"""The deadline ledger: the due moment of a dossier is a replay of its clock rows under its agency's working time.

``state`` is the one algorithm. The functions that write build a row, set ``due_at`` and ``paused_at`` of the dossier
and leave the saving to the caller, who knows the event.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.conf import settings

from core.clock import ZONE, WorkingTime
from dossiers.enums import ClockKind
from dossiers.models import ClockEntry, Dossier, DossierEvent
from procedures.enums import TimeUnit
from procedures.models import TimeLimit

_ZERO = timedelta()


class ClockError(Exception):
    """The row asked for can't follow the rows that are there."""


@dataclass(frozen=True)
class ClockState:
    """Where the clock of a dossier stands after its rows.

    ``counted_from`` is the moment from which the present due moment was counted; ``remaining`` is what was left when
    the clock was halted.
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


def start(dossier: Dossier, *, at: datetime, limit: TimeLimit | None, working: WorkingTime) -> ClockEntry:
    """Start the clock at reception; without a limit the dossier has no due moment.

    :raises ClockError: the clock runs already.
    """
    if dossier.due_at is not None:
        raise ClockError("The clock of this dossier runs already.")
    entry = ClockEntry(dossier=dossier, kind=ClockKind.START, at=at, ground=limit.note if limit else "")
    if limit is not None and limit.value:
        entry.limit_value, entry.limit_unit = limit.value, limit.unit
        entry.same_day_until = limit.same_day_until
    return _apply(dossier, entry, state([entry], working), working)


def pause(dossier: Dossier, *, at: datetime, ground: str) -> ClockEntry:
    """Halt the clock; the due moment stays as the provisional one.

    :raises ClockError: the clock stands still already.
    """
    if dossier.paused_at is not None:
        raise ClockError("The clock of this dossier stands still already.")
    dossier.paused_at = at
    return ClockEntry(dossier=dossier, kind=ClockKind.PAUSE, at=at, ground=ground, due_after=dossier.due_at)


def resume(
    dossier: Dossier, *, at: datetime, ground: str, entries: Sequence[ClockEntry], working: WorkingTime
) -> ClockEntry:
    """Let the clock run again, with as much time as was left.

    :raises ClockError: the clock runs.
    """
    entry = ClockEntry(dossier=dossier, kind=ClockKind.RESUME, at=at, ground=ground)
    return _apply(dossier, entry, state([*entries, entry], working), working)


def extend(
    dossier: Dossier, *, at: datetime, new_due_at: datetime, ground: str, working: WorkingTime | None = None
) -> ClockEntry:
    """Set a due moment that a person decided; later pauses shift it too."""
    dossier.due_at = new_due_at
    days_off = _frozen(working.days_off(at, new_due_at)) if working else []
    return ClockEntry(
        dossier=dossier,
        kind=ClockKind.EXTEND,
        at=at,
        new_due_at=new_due_at,
        ground=ground,
        due_after=new_due_at,
        days_off=days_off,
    )


def stop(dossier: Dossier, *, at: datetime, ground: str) -> ClockEntry:
    """End the clock: the dossier is finished, refused or withdrawn; the due moment stays to be measured against."""
    return ClockEntry(dossier=dossier, kind=ClockKind.STOP, at=at, ground=ground, due_after=dossier.due_at)


def void(
    dossier: Dossier,
    *,
    at: datetime,
    event: DossierEvent,
    entries: Sequence[ClockEntry],
    working: WorkingTime,
    ground: str,
) -> ClockEntry:
    """Take back the rows that an event wrote; what remains decides the due moment."""
    entry = ClockEntry(dossier=dossier, kind=ClockKind.VOID, at=at, voids=event, ground=ground)
    return _apply(dossier, entry, state([*entries, entry], working), working)


def recalculate(
    dossier: Dossier, *, at: datetime, entries: Sequence[ClockEntry], working: WorkingTime
) -> ClockEntry | None:
    """Count again after the days off changed; gives a row when the due moment of a running clock moves."""
    now = state(entries, working)
    if now.stopped_at is not None or now.due_at == dossier.due_at:
        return None
    entry = ClockEntry(dossier=dossier, kind=ClockKind.CALENDAR, at=at)
    return _apply(dossier, entry, now, working)


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


def _apply(dossier: Dossier, entry: ClockEntry, now: ClockState, working: WorkingTime) -> ClockEntry:
    """Write what the replay gave into the dossier and freeze it in the row."""
    dossier.due_at, dossier.paused_at = now.due_at, now.paused_at
    entry.due_after = now.due_at
    if now.due_at is not None and now.counted_from is not None:
        entry.days_off = _frozen(working.days_off(now.counted_from, now.due_at))
    return entry


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
    """Measure what is left at a moment, in the time of the limit's unit; negative when it is late already."""
    if now.due_at is None:
        return None
    if now.unit == TimeUnit.CALENDAR_DAY or at > now.due_at:
        return now.due_at - at
    return working.between(at, now.due_at)


def first_due(
    at: datetime, value: int, unit: str, working: WorkingTime, *, same_day_until: time | None = None
) -> datetime:
    """Count a limit from reception; outside office hours it counts from the next opening."""
    counted = working.next_moment(at)
    if unit == TimeUnit.WORKING_HOUR:
        return working.add(counted, timedelta(hours=value))
    add = working.add_calendar_days if unit == TimeUnit.CALENDAR_DAY else working.add_working_days
    if same_day_until is None:
        return add(counted, value)
    closing = working.end_of_day(counted)
    if counted.astimezone(ZONE).time() > same_day_until:
        closing = working.add_working_days(closing, 1)
    return add(closing, value - 1)


def _frozen(days: list[tuple[datetime, str]]) -> list[list[str]]:
    return [[on.isoformat(), why] for on, why in days]


@dataclass(frozen=True)
class Remaining:
    """How much working time is left; negative minutes and a count of full days when it is late."""

    working_minutes: int
    days: int
    is_late: bool
    tone: str


def remaining(dossier: Dossier, *, at: datetime, working: WorkingTime) -> Remaining:
    """Say how much time is left and in which tone to show it; an ended dossier is measured at its end."""
    if dossier.due_at is None:
        return Remaining(0, 0, False, "none")
    ended_at = dossier.finished_at or dossier.closed_at
    moment = ended_at or dossier.paused_at or at
    minutes = working.minutes_between(moment, dossier.due_at)
    is_late = moment > dossier.due_at
    tone = _tone(dossier, minutes, is_late, is_ended=ended_at is not None, working=working)
    return Remaining(minutes, abs(minutes) // working.minutes_per_day, is_late, tone)


def _tone(dossier: Dossier, minutes: int, is_late: bool, *, is_ended: bool, working: WorkingTime) -> str:
    if dossier.paused_at is not None and not is_ended:
        return "paused"
    if is_late:
        return "late"
    red = settings.WARNING_WORKING_HOURS * 60
    if dossier.received_at is not None and dossier.due_at is not None:
        red = min(red, working.minutes_between(dossier.received_at, dossier.due_at) // 3)
    if is_ended or minutes > 2 * red:
        return "ok"
    return "amber" if minutes > red else "red"

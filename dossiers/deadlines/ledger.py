"""The rows that a step writes into the ledger.

Each function builds a row, sets ``due_at`` and ``paused_at`` of the dossier, and saves nothing: the caller knows the
event and saves everything in one transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from core.clock import WorkingTime
from dossiers.deadlines.replay import ClockError, ClockState, state
from dossiers.enums import ClockKind
from dossiers.models import ClockEntry, Dossier, DossierEvent
from procedures.models import TimeLimit


def start(dossier: Dossier, *, at: datetime, limit: TimeLimit | None, working: WorkingTime) -> ClockEntry:
    """Start the clock at reception; without a limit the dossier has no due moment.

    :raises ClockError: the clock runs or stands still already.
    """
    if dossier.due_at is not None:
        raise ClockError("The clock of this dossier runs already.")
    if dossier.paused_at is not None:
        raise ClockError("The clock of this dossier stands still already.")
    entry = ClockEntry(dossier=dossier, kind=ClockKind.START, at=at, ground=limit.note if limit else "")
    if limit is not None and limit.value:
        entry.limit_value, entry.limit_unit = limit.value, limit.unit
        entry.same_day_until = limit.same_day_until
    return _apply(dossier, entry, state([entry], working), working)


def pause(dossier: Dossier, *, at: datetime, ground: str) -> ClockEntry:
    """Halt the clock; the due moment stays as the provisional one.

    :raises ClockError: the clock stands still already, or has ended.
    """
    if dossier.paused_at is not None:
        raise ClockError("The clock of this dossier stands still already.")
    if dossier.finished_at is not None or dossier.closed_at is not None:
        raise ClockError("The clock of this dossier has ended.")
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


def extend(dossier: Dossier, *, at: datetime, new_due_at: datetime, ground: str) -> ClockEntry:
    """Set a due moment that a person decided; a later pause shifts it too."""
    dossier.due_at = new_due_at
    return ClockEntry(
        dossier=dossier, kind=ClockKind.EXTEND, at=at, new_due_at=new_due_at, ground=ground, due_after=new_due_at
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
    """Count again after the days off changed; gives a row when the due moment of a clock that has not ended moves."""
    now = state(entries, working)
    if now.stopped_at is not None or now.due_at == dossier.due_at:
        return None
    entry = ClockEntry(dossier=dossier, kind=ClockKind.CALENDAR, at=at, ground=_("The working calendar was changed"))
    return _apply(dossier, entry, now, working)


def _apply(dossier: Dossier, entry: ClockEntry, now: ClockState, working: WorkingTime) -> ClockEntry:
    """Set what the replay gave on the dossier and freeze it in the row."""
    dossier.due_at, dossier.paused_at = now.due_at, now.paused_at
    entry.due_after = now.due_at
    if now.skips_from is not None and now.due_at is not None:
        entry.days_off = [[on.isoformat(), why] for on, why in working.days_off(now.skips_from, now.due_at)]
    return entry

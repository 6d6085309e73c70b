"""The one door: every change of a dossier, of its status above all, goes through ``change``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction

from core import calendars
from dossiers import permissions, selectors
from dossiers.enums import UNDOABLE_STEPS, EventKind
from dossiers.models import ClockEntry, Dossier, DossierEvent
from dossiers.signals import dossier_changed

if TYPE_CHECKING:
    from accounts.models import User
    from core.clock import WorkingTime


class StepError(Exception):
    """A step was not taken; nothing has changed."""


class StepNotPossible(StepError):
    """The dossier's status or its guards do not allow the step."""


class NotPermitted(StepError):
    """The actor is not the one who may take the step."""


class StaleDossier(StepError):
    """Somebody else was faster; ``event`` is what they did."""

    def __init__(self, event: DossierEvent | None) -> None:
        super().__init__("somebody else changed the dossier first")
        self.event = event


class InvalidStep(StepError):
    """What was entered for the step is not enough; ``field`` names the place."""

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(str(message))
        self.field = field
        self.message = message


@dataclass
class Step:
    """A change on its way: the dossier in memory, and the rows that will hang on its event."""

    dossier: Dossier
    kind: EventKind
    actor: User | None
    party: str
    at: datetime
    reason: str = ""
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[models.Model] = field(default_factory=list)
    undoes: DossierEvent | None = None
    target: tuple[Any, ...] = ()

    @cached_property
    def working(self) -> WorkingTime:
        """The working time of the agency that received the dossier: what it promised moves with no other calendar."""
        return calendars.for_agency(self.dossier.agency)

    @cached_property
    def ledger(self) -> list[ClockEntry]:
        return selectors.clock(self.dossier)


Work = Callable[[Step], None]


@transaction.atomic
def change(
    dossier_id: int,
    kind: EventKind,
    *,
    actor: User | None,
    at: datetime,
    work: Work,
    reason: str = "",
    note: str = "",
    expected_version: int | None = None,
    before: Work | None = None,
) -> DossierEvent:
    """Take one step: load, permission, transition, compare-and-set on the version, event and its rows, signal.

    ``work`` fills in the dossier's other columns after the transition; ``before`` runs ahead of it.
    ``expected_version`` is the version that the actor had on the screen.

    :raises NotPermitted: the actor may not take this step.
    :raises StepNotPossible: the step does not exist from here.
    :raises StaleDossier: somebody else changed it first.
    """
    dossier = _load(dossier_id)
    if expected_version is not None and expected_version != dossier.version:
        raise StaleDossier(selectors.last_event(dossier_id))
    columns = _columns(dossier)
    step = Step(dossier, kind, actor, _party(dossier, kind, actor=actor, at=at), at, reason.strip(), note.strip())
    if before is not None:
        before(step)
    if kind not in permissions.ACTS:
        getattr(dossier, kind.value)(*step.target)
    work(step)
    changed = {name: value for name, value in _columns(dossier).items() if columns[name] != value}
    _compare_and_set(dossier, changed, at=at)
    event = _record(step, columns, changed)
    dossier_changed.send(sender=Dossier, event=event, dossier=dossier)
    return event


def _load(dossier_id: int) -> Dossier:
    # Every event names its unit; few steps ask for the terms, and those read them.
    return Dossier.objects.select_related("agency", "unit").get(pk=dossier_id)


def _party(dossier: Dossier, kind: EventKind, *, actor: User | None, at: datetime) -> str:
    if not permissions.is_possible(dossier, kind, at=at):
        raise StepNotPossible
    party = permissions.party_for(actor, dossier, kind)
    if party is None:
        raise NotPermitted
    return party


def _columns(dossier: Dossier) -> dict[str, Any]:
    return {column.attname: getattr(dossier, column.attname) for column in Dossier._meta.concrete_fields}


def _compare_and_set(dossier: Dossier, changed: dict[str, Any], *, at: datetime) -> None:
    """Write the changed columns if nobody else has moved the version meanwhile."""
    here = Dossier.objects.filter(pk=dossier.pk, version=dossier.version)
    if not here.update(**changed, version=dossier.version + 1, updated_at=at):
        raise StaleDossier(selectors.last_event(dossier.pk))
    dossier.version += 1


def _record(step: Step, columns: dict[str, Any], changed: dict[str, Any]) -> DossierEvent:
    dossier = step.dossier
    event = DossierEvent(
        dossier=dossier,
        seq=dossier.version,
        kind=step.kind,
        from_status=columns["status"],
        to_status=dossier.status,
        actor=step.actor,
        party=step.party,
        unit=dossier.unit or dossier.agency,
        at=step.at,
        reason=step.reason,
        note=step.note,
        facts={**_standing_facts(step), **step.facts},
        before={name: _storable(columns[name]) for name in changed} if step.kind in UNDOABLE_STEPS else {},
        undoes=step.undoes,
    )
    try:
        event.save(force_insert=True)
    except IntegrityError as error:
        raise StaleDossier(None) from error
    for row in step.rows:
        if hasattr(row, "event_id"):
            row.event = event  # type: ignore[attr-defined]
        row.save()
    return event


def _standing_facts(step: Step) -> dict[str, Any]:
    """What almost every message says; instants as ISO text in UTC."""
    dossier, unit = step.dossier, step.dossier.unit or step.dossier.agency
    facts: dict[str, Any] = {"code": dossier.code or "", "unit": unit.short_name if unit else ""}
    if dossier.due_at and dossier.paused_at is None:
        facts["due"] = dossier.due_at.isoformat()
    if step.reason:
        facts["reason"] = step.reason
    return facts


def _storable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

"""Taking back the last step, as a new step that says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from dossiers import deadlines, permissions, selectors
from dossiers.enums import UNDOABLE_STEPS, EventKind, ExtensionState, Status
from dossiers.models import Dossier, DossierEvent, OverdueSpell, Task
from dossiers.services.door import Step, StepNotPossible, change

if TYPE_CHECKING:
    from accounts.models import User


def undoable(dossier: Dossier, *, actor: User, at: datetime) -> DossierEvent | None:
    """Return the last step if this officer took it, nothing came after it, and the time to undo has not run out."""
    last = selectors.last_event(dossier.pk)
    if last is None or last.seq != dossier.version or last.kind not in UNDOABLE_STEPS or last.actor_id != actor.pk:
        return None
    if at > last.at + timedelta(minutes=settings.UNDO_MINUTES):
        return None
    return last if permissions.parties(actor, dossier) or last.before.get("unit_id") else None


def undo(
    *, dossier_id: int, actor: User, at: datetime, reason: str = "", expected_version: int | None = None
) -> DossierEvent:
    """Take the last step back: the columns, the clock and the open requests stand as before it.

    :raises StepNotPossible: the last step was somebody else's, can't be undone, or the time has run out.
    """

    def before(step: Step) -> None:
        last = undoable(step.dossier, actor=actor, at=at)
        if last is None:
            raise StepNotPossible
        step.undoes = last
        step.target = (Status(last.from_status),)

    return change(
        dossier_id,
        EventKind.UNDO,
        actor=actor,
        at=at,
        before=before,
        work=_restore,
        reason=reason,
        expected_version=expected_version,
    )


def _restore(step: Step) -> None:
    dossier, last = step.dossier, step.undoes
    assert last is not None
    step.facts["undone"] = last.kind
    columns = {column.attname: column for column in Dossier._meta.concrete_fields}
    for name, value in last.before.items():
        if name not in ("status", "version"):
            setattr(dossier, name, columns[name].to_python(value))
    if "unit_id" in last.before:
        Task.objects.filter(dossier=dossier, done_at__isnull=True).update(unit=dossier.unit_id or dossier.agency_id)
    if any(entry.event_id == last.pk for entry in step.ledger):
        step.rows.append(
            deadlines.void(
                dossier,
                at=step.at,
                event=last,
                entries=step.ledger,
                working=step.working,
                ground=str(last.get_kind_display()),
            )
        )
    _restore_rows(dossier, last, step.at)


def _restore_rows(dossier: Dossier, last: DossierEvent, at: datetime) -> None:
    """Take back what the step did to the rows around the dossier."""
    if last.kind == EventKind.REQUEST_SUPPLEMENT:
        dossier.supplements.filter(event=last).update(closed_at=at)
    elif last.kind == EventKind.REQUEST_OBLIGATION:
        dossier.obligations.filter(event=last).update(cancelled_at=at)
    elif last.kind == EventKind.SETTLE_OBLIGATION:
        dossier.obligations.filter(settled_at=last.at).update(
            settled_at=None, settled_by=None, settled_amount_vnd=None, payer="", receipt_number=""
        )
    elif last.kind in (EventKind.STOP, EventKind.REFUSE):
        dossier.supplements.filter(closed_at=last.at).update(closed_at=None)
        dossier.obligations.filter(cancelled_at=last.at).update(cancelled_at=None)
    if last.kind in (EventKind.FINISH, EventKind.REFUSE):
        OverdueSpell.objects.filter(dossier=dossier, ended_at=last.at).update(ended_at=None)
        Task.objects.filter(dossier=dossier, done_at=last.at).update(done_at=None)
        lapsed = dossier.extensions.filter(state=ExtensionState.DENIED, decided_at=last.at, decided_by__isnull=True)
        lapsed.update(state=ExtensionState.PENDING)

"""What officers do from receipt to the returned result."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.enums import Role
from dossiers import deadlines, permissions
from dossiers.enums import EventKind
from dossiers.models import DossierEvent, InternalNote, Task
from dossiers.services import steps
from dossiers.services.asking import hold_clock
from dossiers.services.door import InvalidStep, NotPermitted, Step, change
from procedures.enums import StepRole

if TYPE_CHECKING:
    from accounts.models import Agency, User
    from dossiers.models import Dossier

REASON_LENGTH = 2000


def required_reason(reason: str) -> str:
    """Return the reason without outer blanks.

    :raises InvalidStep: it is empty or too long; a citizen is owed a reason (forms 02, 03, 05 of TT 03/2025/TT-VPCP).
    """
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise InvalidStep("reason", _("Write the reason; the citizen will read it."))
    return reason


def receive(
    *, dossier_id: int, actor: User, at: datetime, note: str = "", expected_version: int | None = None
) -> DossierEvent:
    """Accept the dossier and start its clock (form 01 of TT 03/2025/TT-VPCP: receipt with the due date)."""

    def work(step: Step) -> None:
        dossier = step.dossier
        limit = next((limit for limit in dossier.terms.time_limits.all() if limit.channel == dossier.channel), None)
        dossier.received_at = at
        step.rows.append(deadlines.start(dossier, at=at, limit=limit, working=step.working))
        if dossier.unit_id is None:
            dossier.unit = dossier.agency
        steps.enter(step, StepRole.RECEIVE)

    return change(
        dossier_id, EventKind.RECEIVE, actor=actor, at=at, work=work, note=note, expected_version=expected_version
    )


def refuse(
    *, dossier_id: int, actor: User, at: datetime, reason: str, expected_version: int | None = None
) -> DossierEvent:
    """Refuse to receive the dossier (form 03), or close it when what was asked for never came."""

    def work(step: Step) -> None:
        dossier = step.dossier
        dossier.closed_at = at
        if dossier.received_at is not None:
            step.rows.append(deadlines.stop(dossier, at=at, ground=step.reason[:300]))
        dossier.paused_at = None
        dossier.supplements.filter(closed_at__isnull=True).update(closed_at=at)
        steps.end(step)
        steps.end_lateness(step)

    reason = required_reason(reason)
    return change(
        dossier_id, EventKind.REFUSE, actor=actor, at=at, work=work, reason=reason, expected_version=expected_version
    )


def start(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    unit: Agency | None = None,
    assignee: User | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> DossierEvent:
    """Hand the received dossier to the specialist unit and, if named, to an officer there."""

    def work(step: Step) -> None:
        _place(step, unit, assignee)
        steps.enter(step, StepRole.PROCESS)

    return change(
        dossier_id, EventKind.START, actor=actor, at=at, work=work, note=note, expected_version=expected_version
    )


def assign(
    *, dossier_id: int, actor: User, at: datetime, assignee: User, expected_version: int | None = None
) -> DossierEvent:
    """Give the dossier to an officer of the unit that holds it."""

    def work(step: Step) -> None:
        _place(step, None, assignee)

    return change(dossier_id, EventKind.ASSIGN, actor=actor, at=at, work=work, expected_version=expected_version)


def forward(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    unit: Agency,
    assignee: User | None = None,
    note: str = "",
    expected_version: int | None = None,
) -> DossierEvent:
    """Pass the dossier on to another unit, which holds it and answers for it from now on."""

    def work(step: Step) -> None:
        if step.dossier.unit_id == unit.pk:
            raise InvalidStep("unit", _("The dossier lies there already."))
        step.dossier.assignee = None
        _place(step, unit, assignee)

    return change(
        dossier_id, EventKind.FORWARD, actor=actor, at=at, work=work, note=note, expected_version=expected_version
    )


def _place(step: Step, unit: Agency | None, assignee: User | None) -> None:
    dossier = step.dossier
    if unit is not None:
        if not unit.is_active:
            raise InvalidStep("unit", _("This agency is not active."))
        dossier.unit = unit
        step.facts["to_unit"] = unit.short_name
        Task.objects.filter(dossier=dossier, done_at__isnull=True).update(unit=unit)
    if assignee is not None:
        if dossier.unit_id is None or not people.has_role(assignee, Role.PROCESS, dossier.unit_id):
            raise InvalidStep("assignee", _("This officer does not process dossiers there."))
        dossier.assignee = assignee
        step.facts["assignee"] = assignee.full_name


def stop(
    *, dossier_id: int, actor: User, at: datetime, reason: str, expected_version: int | None = None
) -> DossierEvent:
    """Stop processing (form 05); it can be resumed until it is closed."""

    def work(step: Step) -> None:
        dossier = step.dossier
        dossier.supplements.filter(closed_at__isnull=True).update(closed_at=at)
        dossier.obligations.filter(settled_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=at)
        if dossier.paused_at is None:
            hold_clock(step, step.reason[:300])

    reason = required_reason(reason)
    return change(
        dossier_id, EventKind.STOP, actor=actor, at=at, work=work, reason=reason, expected_version=expected_version
    )


def resume(
    *, dossier_id: int, actor: User, at: datetime, note: str = "", expected_version: int | None = None
) -> DossierEvent:
    """Go on with a stopped dossier; its clock runs again."""

    def work(step: Step) -> None:
        ground = str(_("Processing resumed"))
        step.rows.append(
            deadlines.resume(step.dossier, at=at, ground=ground, entries=step.ledger, working=step.working)
        )
        steps.release(step)

    return change(
        dossier_id, EventKind.RESUME, actor=actor, at=at, work=work, note=note, expected_version=expected_version
    )


def close(
    *, dossier_id: int, actor: User, at: datetime, reason: str, expected_version: int | None = None
) -> DossierEvent:
    """Close a stopped dossier for good."""

    def work(step: Step) -> None:
        step.dossier.closed_at = at
        step.rows.append(deadlines.stop(step.dossier, at=at, ground=step.reason[:300]))
        steps.end(step)
        steps.end_lateness(step)

    reason = required_reason(reason)
    return change(
        dossier_id, EventKind.CLOSE, actor=actor, at=at, work=work, reason=reason, expected_version=expected_version
    )


def propose(
    *, dossier_id: int, actor: User, at: datetime, result: str, expected_version: int | None = None
) -> DossierEvent:
    """Lay the drafted result before the leader, who alone can approve it."""
    if not result.strip():
        raise InvalidStep("result", _("Describe the result, such as its number."))

    def work(step: Step) -> None:
        step.dossier.proposed_by = actor
        step.dossier.result_note = result.strip()[:REASON_LENGTH]
        steps.enter(step, StepRole.APPROVE)

    return change(dossier_id, EventKind.PROPOSE, actor=actor, at=at, work=work, expected_version=expected_version)


def finish(
    *, dossier_id: int, actor: User, at: datetime, result: str = "", expected_version: int | None = None
) -> DossierEvent:
    """Approve the result; the clock ends and the result goes to the return counter."""

    def work(step: Step) -> None:
        dossier = step.dossier
        dossier.finished_at = at
        dossier.result_note = result.strip()[:REASON_LENGTH] or dossier.result_note
        step.rows.append(deadlines.stop(dossier, at=at, ground=str(_("Result ready"))))
        step.facts["return_method"] = dossier.return_method
        steps.end(step)
        steps.end_lateness(step)

    return change(dossier_id, EventKind.FINISH, actor=actor, at=at, work=work, expected_version=expected_version)


def return_result(
    *, dossier_id: int, actor: User, at: datetime, note: str = "", expected_version: int | None = None
) -> DossierEvent:
    """Hand the result over; this closes the dossier."""

    def work(step: Step) -> None:
        step.dossier.closed_at = at

    return change(
        dossier_id, EventKind.RETURN_RESULT, actor=actor, at=at, work=work, note=note, expected_version=expected_version
    )


def add_note(*, dossier: Dossier, actor: User, at: datetime, text: str) -> InternalNote:
    """Write a note that only the officers concerned see.

    :raises NotPermitted: the actor does not work on this dossier.
    """
    if not permissions.may_work_on(actor, dossier):
        raise NotPermitted
    text = text.strip()
    if not text or len(text) > REASON_LENGTH:
        raise InvalidStep("text", _("Write a note of at most 2,000 characters."))
    return InternalNote.objects.create(dossier=dossier, author=actor, text=text, at=at)

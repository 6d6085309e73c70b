"""What officers ask of the citizen while the clock stands still: papers and answers, or money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dossiers import deadlines
from dossiers.enums import EventKind, ItemKind, ReasonCode
from dossiers.models import DossierEvent, Obligation, SupplementItem, SupplementRequest
from dossiers.services import steps
from dossiers.services.door import InvalidStep, Step, StepNotPossible, change

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Asked:
    """One answer or paper to ask for: where it stands in the form, why, and what the citizen should do."""

    kind: ItemKind
    key: str
    label: str
    reason: ReasonCode
    comment: str = ""


def request_supplement(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    items: Sequence[Asked],
    guidance: str = "",
    expected_version: int | None = None,
) -> DossierEvent:
    """Ask once for everything that is missing (form 02); the clock stands still until it is supplied."""
    if not items:
        raise InvalidStep("items", _("Mark at least one answer or paper that is missing."))

    def work(step: Step) -> None:
        _ask(step, items, guidance.strip())

    return change(
        dossier_id, EventKind.REQUEST_SUPPLEMENT, actor=actor, at=at, work=work, expected_version=expected_version
    )


def _ask(step: Step, items: Sequence[Asked], guidance: str) -> None:
    dossier = step.dossier
    dossier.supplement_count += 1
    start = step.working.next_moment(step.at)
    dossier.supplement_due_at = step.working.add_working_days(start, dossier.terms.supplement_days)
    request = SupplementRequest(
        dossier=dossier,
        number=dossier.supplements.count() + 1,  # an undone request keeps its number
        requested_by=step.actor,
        requested_at=step.at,
        due_at=dossier.supplement_due_at,
        guidance=guidance,
    )
    step.rows.append(request)
    step.rows.extend(
        SupplementItem(
            request=request, kind=item.kind, key=item.key, label=item.label, reason=item.reason, comment=item.comment
        )
        for item in items
    )
    step.facts.update(n=len(items), deadline=dossier.supplement_due_at.isoformat())
    hold_clock(step, str(_("More papers asked for (form 02, Thông tư 03/2025/TT-VPCP)")))


def hold_clock(step: Step, ground: str) -> None:
    """Let the clock stand still, where it runs at all: not before receipt, not after the result."""
    if step.dossier.received_at is not None and step.dossier.finished_at is None:
        step.rows.append(deadlines.pause(step.dossier, at=step.at, ground=ground))
        steps.hold(step)
    else:
        steps.end(step)


def request_obligation(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    what: str,
    amount_vnd: int,
    due_at: datetime | None = None,
    expected_version: int | None = None,
) -> DossierEvent:
    """Ask for a fee or a tax; before the result the clock stands still until it is settled."""
    if amount_vnd <= 0:
        raise InvalidStep("amount_vnd", _("Enter an amount above zero."))
    if not what.strip():
        raise InvalidStep("what", _("Say what the money is for."))
    if due_at is not None and due_at <= at:
        raise InvalidStep("due_at", _("The day to pay by must lie ahead."))

    def work(step: Step) -> None:
        dossier = step.dossier
        until = due_at or step.working.add_working_days(step.working.next_moment(at), dossier.terms.supplement_days)
        step.rows.append(Obligation(dossier=dossier, what=what.strip()[:200], amount_vnd=amount_vnd, due_at=until))
        step.facts.update(amount_vnd=amount_vnd, deadline=until.isoformat(), what=what.strip()[:200])
        hold_clock(step, str(_("Financial obligation")))

    return change(
        dossier_id, EventKind.REQUEST_OBLIGATION, actor=actor, at=at, work=work, expected_version=expected_version
    )


def settle_obligation(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    amount_vnd: int,
    receipt_number: str,
    payer: str = "",
    expected_version: int | None = None,
) -> DossierEvent:
    """Record that the obligation is settled: who paid, how much, under which receipt number."""
    if not receipt_number.strip():
        raise InvalidStep("receipt_number", _("Enter the number of the receipt."))

    def work(step: Step) -> None:
        dossier = step.dossier
        due = dossier.obligations.filter(settled_at__isnull=True, cancelled_at__isnull=True).first()
        if due is None:
            raise StepNotPossible
        if due.amount_vnd != amount_vnd:
            raise InvalidStep("amount_vnd", _("The amount differs from the one asked for."))
        due.settled_at, due.settled_by, due.settled_amount_vnd = at, actor, amount_vnd
        due.payer, due.receipt_number = payer.strip() or dossier.applicant_name, receipt_number.strip()
        due.save()
        step.facts.update(amount_vnd=amount_vnd, receipt_number=due.receipt_number)
        if dossier.finished_at is None:
            ground = str(_("Financial obligation settled"))
            step.rows.append(deadlines.resume(dossier, at=at, ground=ground, entries=step.ledger, working=step.working))
            steps.release(step)

    return change(
        dossier_id, EventKind.SETTLE_OBLIGATION, actor=actor, at=at, work=work, expected_version=expected_version
    )

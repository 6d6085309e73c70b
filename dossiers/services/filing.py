"""What the citizen does: draft, submit, supply, withdraw, write; and the counter in their place."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from core.clock import ZONE
from core.folding import fold
from dossiers import codes, deadlines, guards, permissions, selectors
from dossiers.enums import EventKind, ItemKind, PaperState, ReturnMethod, Side, Status
from dossiers.models import Dossier, DossierEvent, Paper, SupplementRequest, ThreadMessage
from dossiers.services import steps
from dossiers.services.door import InvalidStep, NotPermitted, StaleDossier, Step, StepNotPossible, change
from procedures import forms
from procedures.enums import Channel, StepRole

if TYPE_CHECKING:
    from accounts.models import Agency, Enterprise, User
    from procedures.models import Procedure

# What a draft may have changed besides its answers.
DRAFT_COLUMNS = frozenset(
    {
        "agency",
        "enterprise",
        "owner",
        "applicant_name",
        "applicant_phone",
        "applicant_identity",
        "applicant_address",
        "applicant_email",
        "language",
        "return_method",
        "return_address",
    }
)


class Incomplete(Exception):
    """It can't be submitted yet; ``errors`` maps a place (``group.field``, ``paper.key``, ``agency``) to a text."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__("incomplete: " + ", ".join(sorted(errors)))
        self.errors = errors


class DraftConflict(Exception):
    """The draft was changed elsewhere meanwhile; ``revision`` is the newest one."""

    def __init__(self, revision: int) -> None:
        super().__init__("the draft was changed elsewhere")
        self.revision = revision


def start_draft(
    *,
    procedure: Procedure,
    actor: User,
    at: datetime,
    owner: User | None = None,
    enterprise: Enterprise | None = None,
    agency: Agency | None = None,
    channel: str = Channel.ONLINE,
) -> Dossier:
    """Begin a draft under the procedure's published version, filled in from the owner's profile.

    :raises NotPermitted: the actor may not file for that owner or enterprise, or not at that counter.
    :raises StepNotPossible: the procedure is not offered now.
    """
    if procedure.published is None or not procedure.is_active:
        raise StepNotPossible
    owner = owner or (actor if channel == Channel.ONLINE else None)
    profile: dict[str, Any] = dict(people.profile_values(owner)) if owner else {}
    draft = Dossier(
        procedure=procedure,
        terms=procedure.published,
        channel=channel,
        owner=owner,
        enterprise=enterprise,
        filed_by=actor,
        agency=agency,
        unit=agency,
        language=owner.language if owner else "vi",
        data=forms.prefill(procedure.published, profile),
        created_at=at,
        **_applicant(profile, enterprise),
    )
    if not permissions.parties(actor, draft) & guards.FILERS:
        raise NotPermitted
    draft.save()
    return draft


def _applicant(profile: dict[str, Any], enterprise: Enterprise | None) -> dict[str, Any]:
    """Return whom the dossier is for: the enterprise by its name and code, or the person of the profile."""
    return {
        "applicant_name": enterprise.name if enterprise else profile.get("full_name", ""),
        "applicant_phone": profile.get("phone", ""),
        "applicant_email": profile.get("email", ""),
        "applicant_identity": enterprise.tax_code if enterprise else profile.get("identity_number", ""),
        "applicant_address": profile.get("address_text", ""),
    }


def open_drafts(*, actor: User, procedure: Procedure) -> list[Dossier]:
    """Return the actor's drafts of this procedure, so that nobody fills in a second one by mistake."""
    return list(selectors.filed_by(actor).filter(procedure=procedure, status=Status.DRAFT).order_by("-updated_at"))


def save_answers(*, public_id: UUID, actor: User, group: str, answers: Any, base_revision: int, at: datetime) -> int:
    """Keep what was typed into one group of a draft, checked or not, and return the new revision.

    :raises DraftConflict: ``base_revision`` is not the newest, so another device has written meanwhile.
    :raises Dossier.DoesNotExist: there is no such draft of this actor.
    """
    draft = _draft(public_id, actor)
    data = {**draft.data, group: answers}
    here = Dossier.objects.filter(pk=draft.pk, status=Status.DRAFT, draft_revision=base_revision)
    if not here.update(data=data, draft_revision=base_revision + 1, updated_at=at):
        raise DraftConflict(Dossier.objects.values_list("draft_revision", flat=True).get(pk=draft.pk))
    return base_revision + 1


def update_draft(*, public_id: UUID, actor: User, at: datetime, **columns: Any) -> None:
    """Set columns of a draft, such as the agency or the way the result comes back.

    :raises ValueError: a column that a draft may not have changed.
    """
    if not columns.keys() <= DRAFT_COLUMNS:
        raise ValueError(sorted(columns.keys() - DRAFT_COLUMNS))
    draft = _draft(public_id, actor)
    if "agency" in columns:
        columns["unit"] = columns["agency"]
    Dossier.objects.filter(pk=draft.pk, status=Status.DRAFT).update(**columns, updated_at=at)


@transaction.atomic
def delete_draft(*, public_id: UUID, actor: User) -> None:
    """Throw a draft away with its papers; their bytes go with the next sweep."""
    draft = _draft(public_id, actor)
    draft.uploads.all().delete()
    draft.papers.all().delete()
    draft.delete()


def _draft(public_id: UUID, actor: User) -> Dossier:
    draft = selectors.by_public_id(actor, public_id)
    if draft.status != Status.DRAFT or not permissions.parties(actor, draft) & guards.FILERS:
        raise Dossier.DoesNotExist
    return draft


def missing(dossier: Dossier, *, at: datetime) -> dict[str, Any]:
    """Return what still keeps a draft from being submitted, by place; empty when it is complete."""
    on = at.astimezone(ZONE).date()
    errors: dict[str, Any] = dict(forms.validate(dossier.terms, dossier.data, on=on).errors)
    if dossier.agency is None or not dossier.procedure.offerings.filter(agency=dossier.agency).exists():
        errors["agency"] = _("Choose the agency that receives the dossier.")
    return errors | _missing_of_applicant(dossier) | _missing_papers(dossier, on)


def _missing_of_applicant(dossier: Dossier) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    if not dossier.applicant_name:
        errors["applicant_name"] = _("Enter the applicant's name.")
    if not dossier.applicant_phone:
        errors["applicant_phone"] = _("Enter a mobile number, so that we can send word of each step.")
    if dossier.return_method == ReturnMethod.POST and not dossier.return_address:
        errors["return_address"] = _("Enter the address to which the post brings the result.")
    return errors


def _missing_papers(dossier: Dossier, on: date) -> dict[str, Any]:
    there = dossier.papers.filter(removed_at__isnull=True).exclude(state=PaperState.REJECTED)
    attached = set(there.values_list("component", flat=True))
    return {
        f"paper.{paper.key}": _("Attach: %(paper)s") % {"paper": paper.name}
        for paper in forms.papers_asked(dossier.terms, dossier.data, on=on)
        if paper.is_required and paper.key not in attached
    }


def submit(*, dossier_id: int, actor: User, at: datetime) -> DossierEvent:
    """File a draft: check it, give it its code and tell the agency; a second call returns the first one's event.

    :raises Incomplete: something is missing; nothing has changed.
    :raises NotPermitted: the draft is not this actor's to file.
    """
    try:
        return change(dossier_id, EventKind.SUBMIT, actor=actor, at=at, before=_check_complete, work=_submit)
    except (StaleDossier, StepNotPossible):
        done = DossierEvent.objects.filter(dossier=dossier_id, kind=EventKind.SUBMIT).select_related("dossier").first()
        if done is None:
            raise
        if not permissions.parties(actor, done.dossier) & guards.FILERS:
            raise NotPermitted from None
        return done


def _check_complete(step: Step) -> None:
    errors = missing(step.dossier, at=step.at)
    if errors:
        raise Incomplete(errors)
    if step.dossier.papers.filter(removed_at__isnull=True, state=PaperState.PENDING).exists():
        raise Incomplete({"papers": _("A paper is still being checked; please wait a moment and submit again.")})


def _submit(step: Step) -> None:
    dossier = step.dossier
    assert dossier.agency is not None
    dossier.data = forms.validate(dossier.terms, dossier.data, on=step.at.astimezone(ZONE).date()).answers
    dossier.unit = dossier.agency
    dossier.code = codes.next_code(agency=dossier.agency, at=step.at)
    dossier.submitted_at = step.at
    reply_minutes = settings.REPLY_WORKING_HOURS * 60
    dossier.reply_due_at = step.working.add_minutes(step.working.next_moment(step.at), reply_minutes)
    dossier.search_text = search_text(dossier)
    step.facts["deadline"] = dossier.reply_due_at.isoformat()
    steps.enter(step, StepRole.RECEIVE)


def search_text(dossier: Dossier) -> str:
    """Return the one folded text by which officers find a dossier."""
    phone = dossier.applicant_phone
    local = "0" + phone[2:] if phone.startswith("84") else ""
    parts = (
        dossier.code or "",
        dossier.applicant_name,
        phone,
        local,
        dossier.applicant_identity,
        dossier.procedure.name,
    )
    return fold(" ".join(part for part in parts if part))


def withdraw(
    *, dossier_id: int, actor: User, at: datetime, reason: str = "", expected_version: int | None = None
) -> DossierEvent:
    """Take the dossier back at the citizen's wish; this closes it."""
    return change(
        dossier_id,
        EventKind.WITHDRAW,
        actor=actor,
        at=at,
        work=_withdraw,
        reason=reason,
        expected_version=expected_version,
    )


def _withdraw(step: Step) -> None:
    dossier = step.dossier
    dossier.closed_at = step.at
    if dossier.received_at is not None:
        step.rows.append(deadlines.stop(dossier, at=step.at, ground=str(_("Withdrawn at the citizen's wish"))))
    dossier.paused_at = None
    steps.end(step)
    dossier.supplements.filter(closed_at__isnull=True).update(closed_at=step.at)
    dossier.obligations.filter(settled_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=step.at)
    steps.end_lateness(step)


def keep_supply(*, dossier_id: int, actor: User, item_id: int, answer: Any) -> None:
    """Keep a typed answer to an item of the open supplement request, before it is sent."""
    dossier = Dossier.objects.get(pk=dossier_id)
    if not permissions.party_for(actor, dossier, EventKind.SUPPLY):
        raise NotPermitted
    request = selectors.open_supplement(dossier)
    if request is None:
        raise StepNotPossible
    request.items.filter(pk=item_id, kind=ItemKind.FIELD).update(answer=answer)


def supply(*, dossier_id: int, actor: User, at: datetime, expected_version: int | None = None) -> DossierEvent:
    """Send everything that was asked for; the clock runs on from here.

    :raises Incomplete: an item is not answered yet, or its answer is not valid.
    """
    return change(dossier_id, EventKind.SUPPLY, actor=actor, at=at, work=_supply, expected_version=expected_version)


def _supply(step: Step) -> None:
    dossier, request = step.dossier, selectors.open_supplement(step.dossier)
    if request is None:
        raise StepNotPossible
    dossier.data = _merged(dossier, request, step.at)
    request.items.update(answered_at=step.at)
    SupplementRequest.objects.filter(pk=request.pk).update(closed_at=step.at)
    dossier.supplement_due_at = None
    step.facts["n"] = len(request.items.all())
    if dossier.received_at is None:
        reply_minutes = settings.REPLY_WORKING_HOURS * 60
        dossier.reply_due_at = step.working.add_minutes(step.working.next_moment(step.at), reply_minutes)
        dossier.paused_at = None
        steps.enter(step, StepRole.RECEIVE)
        return
    ground = str(_("Papers supplied"))
    step.rows.append(deadlines.resume(dossier, at=step.at, ground=ground, entries=step.ledger, working=step.working))
    steps.release(step)


def _merged(dossier: Dossier, request: SupplementRequest, at: datetime) -> dict[str, Any]:
    """Return the answers with the supplied ones put in; every item must be answered and valid."""
    data = deepcopy(dossier.data)
    errors: dict[str, Any] = {}
    fresh = set(
        Paper.objects.filter(dossier=dossier, removed_at__isnull=True, uploaded_at__gte=request.requested_at)
        .exclude(state=PaperState.REJECTED)
        .values_list("component", flat=True)
    )
    for item in request.items.all():
        if item.kind == ItemKind.PAPER:
            if item.key not in fresh:
                errors[f"paper.{item.key}"] = _("Attach: %(paper)s") % {"paper": item.label}
        elif item.answer in (None, ""):
            errors[item.key] = _("Answer: %(field)s") % {"field": item.label}
        else:
            _put(data, item.key.split("."), item.answer)
    asked = {item.key for item in request.items.all()}
    checked = forms.validate(dossier.terms, data, on=at.astimezone(ZONE).date())
    errors |= {place: text for place, text in checked.errors.items() if place in asked - errors.keys()}
    if errors:
        raise Incomplete(errors)
    return checked.answers


def _put(data: dict[str, Any], place: list[str], answer: Any) -> None:
    """Put an answer where it belongs: ``group.field``, or ``group.0.field`` in a repeating group."""
    if len(place) == 2:
        data.setdefault(place[0], {})[place[1]] = answer
        return
    rows = data.setdefault(place[0], [])
    row = int(place[1])
    if row < len(rows):
        rows[row][place[2]] = answer


def write(*, dossier_id: int, actor: User, at: datetime, text: str) -> DossierEvent:
    """Write a message on the dossier, from the citizen to the officer or back.

    :raises InvalidStep: the text is empty or longer than 2,000 characters.
    """
    text = text.strip()
    if not text or len(text) > 2000:
        raise InvalidStep("text", _("Write a message of at most 2,000 characters."))

    def work(step: Step) -> None:
        side = Side.CITIZEN if step.party == guards.FILER else Side.OFFICER
        step.facts["side"] = side
        step.rows.append(ThreadMessage(dossier=step.dossier, side=side, author=actor, text=text, at=at))

    return change(dossier_id, EventKind.WRITE, actor=actor, at=at, work=work)

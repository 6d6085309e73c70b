"""Before and after the due moment: warnings, extensions, the overdue spell, the new date, the apology."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import calendars
from dossiers import deadlines, selectors
from dossiers.enums import EventKind, ExtensionState, TaskKind
from dossiers.models import Dossier, DossierEvent, ExtensionRequest, OverdueSpell, Task
from dossiers.services import steps
from dossiers.services.door import InvalidStep, NotPermitted, StaleDossier, Step, StepNotPossible, change
from dossiers.services.processing import REASON_LENGTH, required_reason

if TYPE_CHECKING:
    from accounts.models import User
    from core.clock import WorkingTime


def warn(*, dossier_id: int, at: datetime) -> DossierEvent:
    """Tell the officer and the leader that a step is about to end; once for each step."""

    def work(step: Step) -> None:
        dossier = step.dossier
        if dossier.warn_at is None or dossier.warn_at > at:
            raise StepNotPossible
        ends = [moment for moment in (dossier.step_due_at, dossier.due_at or dossier.reply_due_at) if moment]
        dossier.warn_at = None
        if ends:
            step.facts["deadline"] = min(ends).isoformat()
        step.rows.append(_task(step, TaskKind.STEP_WARNING, min(ends, default=None)))

    return change(dossier_id, EventKind.STEP_WARNING, actor=None, at=at, work=work)


def mark_overdue(*, dossier_id: int, at: datetime) -> DossierEvent:
    """Open the overdue spell of a missed due moment and the unit's task; what the citizen hears follows from the event.

    :raises StepNotPossible: it is not late, its clock stands still, or this spell is open already.
    """

    def work(step: Step) -> None:
        dossier = step.dossier
        if dossier.due_at is None or dossier.due_at >= at or dossier.paused_at or dossier.overdue_since:
            raise StepNotPossible
        breach = dossier.spells.count() + 1
        kind = TaskKind.COMMIT_DATE if breach == 1 else TaskKind.WRITE_APOLOGY
        answer_by = step.working.add_minutes(step.working.next_moment(at), settings.APOLOGY_DATE_WORKING_HOURS * 60)
        dossier.overdue_since = dossier.due_at
        # The warning has come true, and an extension is granted before the due moment or not at all.
        dossier.warn_at = None
        for over in (TaskKind.STEP_WARNING, TaskKind.DECIDE_EXTENSION):
            _done(dossier, over, at)
        steps.lapse_extension(step)
        step.rows += [
            OverdueSpell(
                dossier=dossier,
                number=breach,
                missed_due_at=dossier.due_at,
                found_at=at,
                unit=dossier.unit or dossier.agency,
                apologised_at=at if breach == 1 else None,
            ),
            _task(step, kind, answer_by),
        ]
        step.facts.update(due_old=dossier.due_at.isoformat(), deadline=answer_by.isoformat(), breach=breach)

    return change(dossier_id, EventKind.OVERDUE, actor=None, at=at, work=work)


def commit_date(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    new_due_at: datetime,
    reason: str,
    expected_version: int | None = None,
) -> DossierEvent:
    """Commit to a new date for a late dossier; the citizen hears of it, and the spell ends."""
    reason = required_reason(reason)

    def work(step: Step) -> None:
        dossier = step.dossier
        if dossier.overdue_since is None:
            raise StepNotPossible
        spell = dossier.spells.filter(ended_at__isnull=True).order_by("number").last()
        step.facts.update(due_old=dossier.overdue_since.isoformat(), breach=spell.number if spell else 1)
        _move_due(step, new_due_at)
        dossier.overdue_since = None
        if spell is not None:
            OverdueSpell.objects.filter(pk=spell.pk).update(new_due_at=dossier.due_at, ended_at=at)
        _done(dossier, TaskKind.COMMIT_DATE, at)

    return change(
        dossier_id,
        EventKind.COMMIT_DATE,
        actor=actor,
        at=at,
        work=work,
        reason=reason,
        expected_version=expected_version,
    )


def apologise(
    *, dossier_id: int, actor: User, at: datetime, words: str, expected_version: int | None = None
) -> DossierEvent:
    """Apologise in a person's own words, which a second breach asks of the leader."""
    words = words.strip()
    if not words or len(words) > REASON_LENGTH:
        raise InvalidStep("words", _("Write the apology in your own words."))

    def work(step: Step) -> None:
        dossier = step.dossier
        spell = dossier.spells.order_by("number").last()
        if spell is None:
            raise StepNotPossible
        step.facts.update(words=words, due_old=spell.missed_due_at.isoformat(), breach=spell.number)
        OverdueSpell.objects.filter(pk=spell.pk).update(apologised_at=at)
        _done(dossier, TaskKind.WRITE_APOLOGY, at)

    return change(dossier_id, EventKind.APOLOGISE, actor=actor, at=at, work=work, expected_version=expected_version)


def request_extension(
    *,
    dossier_id: int,
    actor: User,
    at: datetime,
    reason: str,
    new_due_at: datetime,
    expected_version: int | None = None,
) -> DossierEvent:
    """Ask the leader for a later due date, early enough before the old one (form 04 of TT 03/2025/TT-VPCP)."""
    reason = required_reason(reason)

    def work(step: Step) -> None:
        dossier = step.dossier
        _check_extension(step, new_due_at)
        step.rows += [
            ExtensionRequest(
                dossier=dossier, requested_by=actor, requested_at=at, reason=reason, new_due_at=new_due_at
            ),
            _task(step, TaskKind.DECIDE_EXTENSION, dossier.due_at),
        ]

    return change(
        dossier_id,
        EventKind.REQUEST_EXTENSION,
        actor=actor,
        at=at,
        work=work,
        reason=reason,
        expected_version=expected_version,
    )


def _check_extension(step: Step, new_due_at: datetime) -> None:
    dossier = step.dossier
    obstacle = extension_obstacle(dossier, at=step.at, working=step.working)
    if obstacle is not None:
        raise InvalidStep("new_due_at", obstacle)
    _check_moment(step, new_due_at)
    if dossier.due_at is not None and new_due_at <= dossier.due_at:
        raise InvalidStep("new_due_at", _("The new date must lie after the present one."))


def extension_obstacle(dossier: Dossier, *, at: datetime, working: WorkingTime) -> Any | None:
    """Return why no extension can be asked for, whatever the new date; None where one can."""
    if dossier.due_at is None:
        return _("This dossier has no due date.")
    lead = settings.EXTENSION_LEAD_DAYS * working.minutes_per_day
    if at > working.subtract_minutes(dossier.due_at, lead):
        return _("It is too late to ask for an extension; commit to a new date when it is late.")
    states = list(dossier.extensions.values_list("state", flat=True))
    if ExtensionState.PENDING in states:
        return _("An extension is waiting for the leader already.")
    if states.count(ExtensionState.APPROVED) >= settings.MAX_EXTENSIONS:
        return _("The due date has been extended as often as is allowed.")
    return None


def extend(
    *, dossier_id: int, actor: User, at: datetime, letter_number: str, expected_version: int | None = None
) -> DossierEvent:
    """Approve the extension that waits: the due date moves, and the citizen gets the letter's facts."""
    letter_number = letter_number.strip()
    if not letter_number:
        raise InvalidStep("letter_number", _("Enter the number of the letter."))

    def work(step: Step) -> None:
        wish = _pending(step)
        if step.dossier.due_at is None or step.dossier.due_at <= at:
            raise StepNotPossible
        step.reason = wish.reason
        step.facts.update(due_old=step.dossier.due_at.isoformat(), letter_number=letter_number)
        _move_due(step, wish.new_due_at)
        ExtensionRequest.objects.filter(pk=wish.pk).update(
            state=ExtensionState.APPROVED, letter_number=letter_number, decided_by=actor, decided_at=at
        )
        _done(step.dossier, TaskKind.DECIDE_EXTENSION, at)

    return change(dossier_id, EventKind.EXTEND, actor=actor, at=at, work=work, expected_version=expected_version)


def deny_extension(
    *, dossier_id: int, actor: User, at: datetime, reason: str, expected_version: int | None = None
) -> DossierEvent:
    """Deny the extension that waits; the due date stays."""
    reason = required_reason(reason)

    def work(step: Step) -> None:
        wish = _pending(step)
        ExtensionRequest.objects.filter(pk=wish.pk).update(state=ExtensionState.DENIED, decided_by=actor, decided_at=at)
        _done(step.dossier, TaskKind.DECIDE_EXTENSION, at)

    return change(
        dossier_id,
        EventKind.DENY_EXTENSION,
        actor=actor,
        at=at,
        work=work,
        reason=reason,
        expected_version=expected_version,
    )


def _pending(step: Step) -> ExtensionRequest:
    wish = step.dossier.extensions.filter(state=ExtensionState.PENDING).first()
    if wish is None:
        raise StepNotPossible
    if step.actor is not None and wish.requested_by_id == step.actor.pk:
        raise NotPermitted
    return wish


def recalculate(*, dossier_id: int, at: datetime) -> DossierEvent | None:
    """Write the due moment anew after days off have changed; None where the date does not move."""
    dossier = Dossier.objects.select_related("agency").get(pk=dossier_id)
    working = calendars.for_agency(dossier.agency)
    old = dossier.due_at
    if deadlines.recalculate(dossier, at=at, entries=selectors.clock(dossier), working=working) is None:
        return None

    def work(step: Step) -> None:
        entry = deadlines.recalculate(step.dossier, at=at, entries=step.ledger, working=step.working)
        if entry is None:
            raise StepNotPossible
        step.rows.append(entry)
        step.reason = entry.ground
        if old is not None and step.dossier.due_at is not None:
            step.facts["due_old"] = old.isoformat()
            if step.dossier.due_at > old:
                step.facts["due_new"] = step.dossier.due_at.isoformat()
        steps.move_warning(step)

    try:
        return change(dossier_id, EventKind.RECALCULATE, actor=None, at=at, work=work)
    except (StaleDossier, StepNotPossible):
        return None


def _check_moment(step: Step, new_due_at: datetime) -> None:
    if new_due_at <= step.at:
        raise InvalidStep("new_due_at", _("The new date must lie ahead."))
    if not step.working.is_working_moment(new_due_at):
        raise InvalidStep("new_due_at", _("The new date lies outside office hours; choose a working day and hour."))


def _move_due(step: Step, new_due_at: datetime) -> None:
    _check_moment(step, new_due_at)
    step.rows.append(deadlines.extend(step.dossier, at=step.at, new_due_at=new_due_at, ground=step.reason[:300]))
    step.facts["due_new"] = new_due_at.isoformat()
    steps.move_warning(step)


def _task(step: Step, kind: TaskKind, due_at: datetime | None) -> Task:
    unit = step.dossier.unit or step.dossier.agency
    return Task(kind=kind, dossier=step.dossier, unit=unit, created_at=step.at, due_at=due_at)


def _done(dossier: Dossier, kind: TaskKind, at: datetime) -> None:
    Task.objects.filter(dossier=dossier, kind=kind, done_at__isnull=True).update(done_at=at)

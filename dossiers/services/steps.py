"""Small moves that several steps share: the step inside the agency and its warning moment."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from dossiers.enums import ExtensionState, TaskKind
from dossiers.models import ExtensionRequest, OverdueSpell, Task
from dossiers.services.door import Step
from procedures.enums import StepRole


def _settle_warning(step: Step) -> None:
    """Close the warning of the step that ends; where none was given, its moment still lies ahead."""
    if step.dossier.warn_at is None:
        warned = Task.objects.filter(dossier=step.dossier, kind=TaskKind.STEP_WARNING, done_at__isnull=True)
        warned.update(done_at=step.at)


def enter(step: Step, role: StepRole) -> None:
    """Let the next step of the route that this role takes begin, with its own limit in working hours."""
    _settle_warning(step)
    dossier = step.dossier
    of_role = [part for part in dossier.terms.steps.all() if part.role == role]
    ahead = [part for part in of_role if part.position > dossier.step_position]
    part = next(iter(ahead or of_role), None)
    dossier.step_minutes_left = None
    dossier.step_due_at = None
    if part is not None:
        dossier.step_position = part.position
        if part.limit_hours:
            dossier.step_due_at = step.working.add_minutes(step.at, part.limit_hours * 60)
    set_warning(step)


def hold(step: Step) -> None:
    """Keep what is left of the running step while the clock stands still; a step past its limit has nothing left."""
    _settle_warning(step)
    dossier = step.dossier
    if dossier.step_due_at is not None:
        dossier.step_minutes_left = max(step.working.minutes_between(step.at, dossier.step_due_at), 0)
    dossier.step_due_at = None
    dossier.warn_at = None


def release(step: Step) -> None:
    """Let the held step run on."""
    dossier = step.dossier
    if dossier.step_minutes_left is not None:
        dossier.step_due_at = step.working.add_minutes(step.at, dossier.step_minutes_left)
    dossier.step_minutes_left = None
    set_warning(step)


def end(step: Step) -> None:
    """Nothing is owed by a step any more."""
    _settle_warning(step)
    step.dossier.step_due_at = None
    step.dossier.step_minutes_left = None
    step.dossier.warn_at = None


def end_lateness(step: Step) -> None:
    """Nothing is owed to the due moment any more: spells, tasks and a wish for an extension end with it."""
    OverdueSpell.objects.filter(dossier=step.dossier, ended_at__isnull=True).update(ended_at=step.at)
    Task.objects.filter(dossier=step.dossier, done_at__isnull=True).update(done_at=step.at)
    lapse_extension(step)


def lapse_extension(step: Step) -> None:
    """Let a wish for an extension that nobody decided in time come to nothing; nobody stands as who denied it."""
    pending = ExtensionRequest.objects.filter(dossier=step.dossier, state=ExtensionState.PENDING)
    pending.update(state=ExtensionState.DENIED, decided_at=step.at)


def set_warning(step: Step) -> None:
    """Set the moment from which the officer and the leader are warned, once for this step."""
    end = _next_end(step)
    ahead = settings.WARNING_WORKING_HOURS * 60
    step.dossier.warn_at = step.working.subtract_minutes(end, ahead) if end else None


def move_warning(step: Step) -> None:
    """Let the warning follow a due moment that has moved; one given for an end that stays is not given twice."""
    set_warning(step)
    given = Task.objects.filter(dossier=step.dossier, kind=TaskKind.STEP_WARNING, done_at__isnull=True)
    still = given.filter(due_at=_next_end(step))
    if still.exists():
        step.dossier.warn_at = None
    given.exclude(pk__in=still.values("pk")).update(done_at=step.at)


def _next_end(step: Step) -> datetime | None:
    """Return what ends next; of what has passed nobody can be warned any more."""
    dossier = step.dossier
    ends = (dossier.step_due_at, dossier.due_at, _reply(step))
    return min((moment for moment in ends if moment is not None and moment > step.at), default=None)


def _reply(step: Step) -> datetime | None:
    """The moment by which the counter owes an answer, until it has given one."""
    return step.dossier.reply_due_at if step.dossier.received_at is None else None

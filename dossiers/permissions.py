"""Who may do what to a dossier: the one place that pages, API and services ask."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts import selectors as people
from accounts.enums import Role
from dossiers import guards
from dossiers.enums import EventKind, Status
from procedures.enums import Channel

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from dossiers.models import Dossier

# Acts that leave the status alone; the transitions carry their own parties on the model.
ACTS: dict[EventKind, frozenset[str]] = {
    EventKind.ASSIGN: frozenset({Role.RECEIVE, Role.APPROVE}),
    EventKind.FORWARD: guards.DESK - {Role.RETURN},
    EventKind.PROPOSE: guards.PROCESSORS,
    EventKind.WRITE: guards.DESK | {guards.FILER},
    EventKind.REQUEST_EXTENSION: guards.PROCESSORS_OR_APPROVERS,
    EventKind.EXTEND: guards.APPROVERS,
    EventKind.DENY_EXTENSION: guards.APPROVERS,
    EventKind.COMMIT_DATE: guards.PROCESSORS_OR_APPROVERS,
    EventKind.APOLOGISE: guards.APPROVERS,
    EventKind.CLOSE: guards.APPROVERS,
    EventKind.STEP_WARNING: frozenset({guards.SYSTEM}),
    EventKind.OVERDUE: frozenset({guards.SYSTEM}),
    EventKind.RECALCULATE: frozenset({guards.SYSTEM}),
}

# What a leader answers for and the citizen can't be spared again: it asks for a recent proof of who decides.
DECISIONS = frozenset(
    {
        EventKind.FINISH,
        EventKind.STOP,
        EventKind.CLOSE,
        EventKind.EXTEND,
        EventKind.DENY_EXTENSION,
        EventKind.APOLOGISE,
    }
)

_GRANTORS = "_grantor_ids"
_RUNNING = frozenset({Status.RECEIVED, Status.IN_PROCESS})
_OPEN = frozenset(Status) - {Status.DRAFT, Status.REFUSED, Status.WITHDRAWN, Status.RETURNED}
_ACT_STATUSES: dict[EventKind, frozenset[Status]] = {
    EventKind.ASSIGN: _OPEN,
    EventKind.FORWARD: frozenset({Status.SUBMITTED, Status.RECEIVED, Status.IN_PROCESS}),
    EventKind.PROPOSE: frozenset({Status.IN_PROCESS}),
    EventKind.WRITE: frozenset(Status) - {Status.DRAFT},
    EventKind.REQUEST_EXTENSION: _RUNNING,
    EventKind.EXTEND: _RUNNING,
    EventKind.DENY_EXTENSION: _OPEN,
    EventKind.COMMIT_DATE: _RUNNING,
    EventKind.APOLOGISE: _OPEN,
    EventKind.CLOSE: frozenset({Status.STOPPED}),
    EventKind.STEP_WARNING: _RUNNING | {Status.SUBMITTED},
    EventKind.OVERDUE: _RUNNING,
    EventKind.RECALCULATE: _OPEN,
}


def is_filer(user: User | AnonymousUser, dossier: Dossier) -> bool:
    """Tell whether the dossier is the person's own, their enterprise's, or of somebody whose mandate they hold."""
    if not user.is_authenticated:
        return False
    if dossier.owner_id == user.pk:
        return True
    if dossier.enterprise_id is not None:
        return dossier.enterprise_id in people.enterprises_of(user)
    return dossier.owner_id is not None and dossier.owner_id in _grantors(user)


def _grantors(user: User) -> set[int]:
    """Return those for whom the user may act; read once per user object, thus once per request, like the roles."""
    found: set[int] | None = getattr(user, _GRANTORS, None)
    if found is None:
        found = people.may_act_for(user)
        setattr(user, _GRANTORS, found)
    return found


def parties(user: User | AnonymousUser | None, dossier: Dossier) -> frozenset[str]:
    """Return what somebody is to a dossier: its filer, or the roles they hold where it lies, or nothing.

    Whoever filed it leaves it to others at the desk: nobody decides their own request.
    """
    if user is None:
        return frozenset({guards.SYSTEM})
    if not user.is_authenticated:
        return frozenset()
    if is_filer(user, dossier):
        return frozenset({guards.FILER})
    if dossier.status == Status.DRAFT and dossier.channel == Channel.ONLINE:
        return frozenset()
    roles = people.roles_of(user)
    at_counter = roles.get(dossier.agency_id or 0, set()) & {Role.RECEIVE, Role.RETURN}
    in_unit = roles.get(dossier.unit_id or 0, set()) & set(guards.DESK)
    return frozenset(at_counter | in_unit)


def transition_for(dossier: Dossier, kind: EventKind) -> Any | None:
    """Return the FSM transition of that name from the dossier's status, or None where there is none."""
    method = getattr(type(dossier), kind.value, None)
    meta = getattr(method, "_django_fsm", None)
    return meta.get_transition(dossier.status) if meta else None


def allowed_parties(dossier: Dossier, kind: EventKind) -> frozenset[str]:
    """Return who may take this step from the dossier's status; empty when the step does not exist from here."""
    if kind in ACTS:
        possible = dossier.status in _ACT_STATUSES[kind] and (
            dossier.closed_at is None or kind in (EventKind.WRITE, EventKind.APOLOGISE)
        )
        return ACTS[kind] if possible else frozenset()
    step = transition_for(dossier, kind)
    return step.custom["roles"] if step else frozenset()


def is_possible(dossier: Dossier, kind: EventKind, *, at: datetime) -> bool:
    """Tell whether the step exists from here and its guards agree at that moment, whoever asks."""
    dossier.as_of = at
    if kind in ACTS:
        return bool(allowed_parties(dossier, kind))
    step = transition_for(dossier, kind)
    return step is not None and all(condition(dossier) for condition in step.conditions)


def party_for(user: User | AnonymousUser | None, dossier: Dossier, kind: EventKind) -> str | None:
    """Return the party as which somebody may take the step, or None."""
    return _party_among(parties(user, dossier), user, dossier, kind)


def _party_among(
    all_parties: frozenset[str], user: User | AnonymousUser | None, dossier: Dossier, kind: EventKind
) -> str | None:
    held = all_parties & allowed_parties(dossier, kind)
    if kind is EventKind.FINISH and not _may_finish(all_parties, user, dossier):
        return None
    if kind is EventKind.REQUEST_SUPPLEMENT and dossier.supplement_count:
        # Asking a second time is the exception that a leader answers for.
        held &= guards.APPROVERS
    return sorted(held)[0] if held else None


def _may_finish(all_parties: frozenset[str], user: User | AnonymousUser | None, dossier: Dossier) -> bool:
    """A result is approved by a leader who did not propose it, unless the procedure needs no approval."""
    if user is None:
        return False
    if not dossier.terms.needs_approval:
        return True
    return Role.APPROVE in all_parties and dossier.proposed_by_id is not None and dossier.proposed_by_id != user.pk


def is_decision(user: User, dossier: Dossier, kind: EventKind) -> bool:
    """Tell whether somebody would take the step as the leader who decides."""
    return kind in DECISIONS and party_for(user, dossier, kind) == Role.APPROVE


def next_steps(user: User | AnonymousUser, dossier: Dossier, *, at: datetime) -> list[EventKind]:
    """Return the steps this person may take now, in the order of the law; what is missing here is not on the page."""
    held = parties(user, dossier)
    return [
        kind
        for kind in EventKind
        if kind is not EventKind.UNDO and is_possible(dossier, kind, at=at) and _party_among(held, user, dossier, kind)
    ]


def may_work_on(user: User | AnonymousUser, dossier: Dossier) -> bool:
    """Tell whether somebody sees the dossier from the desk."""
    return bool(parties(user, dossier) & guards.DESK)


def may_edit_papers(user: User | AnonymousUser, dossier: Dossier) -> bool:
    """Tell whether somebody may attach papers: the filer, and the counter for a draft filed there."""
    if dossier.status not in (Status.DRAFT, Status.SUPPLEMENT):
        return False
    return bool(parties(user, dossier) & guards.FILERS)

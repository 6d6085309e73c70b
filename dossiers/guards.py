"""Conditions on transitions, and which parties may take them. Pure functions of the row given; no import of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.enums import Role
from dossiers.enums import Status

if TYPE_CHECKING:
    from dossiers.models import Dossier

# A party is what somebody is to one dossier: its filer, the system, or a role held in the agency concerned.
FILER = "filer"
SYSTEM = "system"

FILERS = frozenset({FILER, Role.RECEIVE})
FILERS_ONLINE = frozenset({FILER})
RECEIVERS = frozenset({Role.RECEIVE})
RECEIVERS_OR_PROCESSORS = frozenset({Role.RECEIVE, Role.PROCESS})
RECEIVERS_OR_APPROVERS = frozenset({Role.RECEIVE, Role.APPROVE})
PROCESSORS = frozenset({Role.PROCESS})
PROCESSORS_OR_APPROVERS = frozenset({Role.PROCESS, Role.APPROVE})
CASHIERS = frozenset({Role.RECEIVE, Role.PROCESS, Role.RETURN})
APPROVERS = frozenset({Role.APPROVE})
RETURNERS = frozenset({Role.RETURN})
DESK = frozenset({Role.RECEIVE, Role.PROCESS, Role.APPROVE, Role.RETURN})


def was_received(dossier: Dossier) -> bool:
    return dossier.received_at is not None


def is_not_closed(dossier: Dossier) -> bool:
    return dossier.closed_at is None


def is_not_finished(dossier: Dossier) -> bool:
    """An obligation asked for on return of the result leads back to the result only."""
    return dossier.finished_at is None


def supplement_is_over(dossier: Dossier) -> bool:
    """The time to supply has passed at the moment for which the one door asks."""
    due, moment = dossier.supplement_due_at, dossier.as_of
    return due is not None and moment is not None and due < moment


def after_supply(dossier: Dossier) -> Status:
    """A supplement asked for before receipt goes back to the counter, a later one to the specialist."""
    return Status.IN_PROCESS if was_received(dossier) else Status.SUBMITTED


def after_settlement(dossier: Dossier) -> Status:
    """A fee collected on return goes back to the finished result."""
    return Status.FINISHED if dossier.finished_at else Status.IN_PROCESS

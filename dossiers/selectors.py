"""Reads of dossiers, each scoped to who asks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import selectors as people
from accounts.enums import DESK_ROLES, Role
from dossiers import guards, permissions
from dossiers.enums import Status
from dossiers.models import ClockEntry, Dossier, DossierEvent, SupplementRequest
from procedures.enums import Channel

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def filed_by(user: User | AnonymousUser) -> QuerySet[Dossier]:
    """Return the dossiers and drafts that are the person's own, their enterprises', or under a mandate they hold."""
    if not user.is_authenticated:
        return Dossier.objects.none()
    mine = Q(owner=user) | Q(owner__in=people.may_act_for(user), enterprise__isnull=True)
    return Dossier.objects.filter(mine | Q(enterprise__in=people.enterprises_of(user)))


def on_desk_of(user: User | AnonymousUser) -> QuerySet[Dossier]:
    """Return the dossiers that lie where the officer holds a role; an online draft is the citizen's alone."""
    if not user.is_authenticated:
        return Dossier.objects.none()
    roles = people.roles_of(user)
    units = [agency for agency, held in roles.items() if held & set(DESK_ROLES)]
    counters = [agency for agency, held in roles.items() if held & {Role.RECEIVE, Role.RETURN}]
    there = Q(unit__in=units) | Q(agency__in=counters)
    return Dossier.objects.filter(there).exclude(status=Status.DRAFT, channel=Channel.ONLINE)


def visible_to(user: User | AnonymousUser) -> QuerySet[Dossier]:
    """Return every dossier that somebody may open in full; all pages, files and the API start from here."""
    if not user.is_authenticated:
        return Dossier.objects.none()
    desk, own = on_desk_of(user), filed_by(user)
    return Dossier.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=desk.values("pk")))


# What a page shows of a dossier beside its own columns.
_SHOWN = ("terms", "procedure", "agency", "unit")


def by_code(user: User | AnonymousUser, code: str, *, is_shown: bool = True) -> Dossier:
    """Return one dossier by its code; a step that shows nothing leaves the other tables alone.

    :raises Dossier.DoesNotExist: there is none, or it is not this person's to see.
    """
    rows = Dossier.objects.select_related(*_SHOWN) if is_shown else Dossier.objects.all()
    return _checked(user, rows.get(code=code))


def by_public_id(user: User | AnonymousUser, public_id: UUID) -> Dossier:
    """Return one dossier or draft by its public id.

    :raises Dossier.DoesNotExist: there is none, or it is not this person's to see.
    """
    return _checked(user, Dossier.objects.select_related(*_SHOWN).get(public_id=public_id))


def _checked(user: User | AnonymousUser, dossier: Dossier) -> Dossier:
    if not permissions.parties(user, dossier) & (guards.DESK | {guards.FILER}):
        raise Dossier.DoesNotExist
    return dossier


def history(dossier: Dossier) -> QuerySet[DossierEvent]:
    """Return what happened, oldest first."""
    return dossier.events.select_related("actor", "unit").order_by("seq")


def clock(dossier: Dossier) -> list[ClockEntry]:
    """Return the ledger rows in their order."""
    return list(dossier.clock.order_by("id"))


def last_event(dossier_id: int) -> DossierEvent | None:
    return DossierEvent.objects.filter(dossier=dossier_id).select_related("actor").order_by("-seq").first()


def open_supplement(dossier: Dossier) -> SupplementRequest | None:
    return dossier.supplements.filter(closed_at__isnull=True).prefetch_related("items").first()


def _newly_late(at: datetime) -> QuerySet[Dossier]:
    return Dossier.objects.filter(
        status__in=(Status.RECEIVED, Status.IN_PROCESS), overdue_since__isnull=True, due_at__lt=at
    ).order_by("due_at")


def newly_late(*, at: datetime, limit: int) -> list[int]:
    """Return ids of dossiers whose running clock has just passed its due moment, the longest late first."""
    return list(_newly_late(at).values_list("pk", flat=True)[:limit])


def late_codes(*, at: datetime, limit: int) -> list[tuple[str, datetime]]:
    """Return code and missed due moment of the same dossiers, for a look before anything is done."""
    return [(str(late), late.due_at) for late in _newly_late(at).only("code", "due_at")[:limit] if late.due_at]


def to_warn(*, at: datetime, limit: int) -> list[int]:
    """Return ids of dossiers whose step ends within the warning time."""
    near = Dossier.objects.filter(status__in=(Status.SUBMITTED, Status.RECEIVED, Status.IN_PROCESS), warn_at__lte=at)
    return list(near.order_by("warn_at").values_list("pk", flat=True)[:limit])

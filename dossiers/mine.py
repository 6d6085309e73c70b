"""A citizen's own dossiers in four groups: drafts, what waits for them, what runs, what is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Enterprise, User
from core import paging
from dossiers import selectors
from dossiers.enums import ReturnMethod, Status
from dossiers.models import Dossier, Obligation, SupplementRequest
from procedures.models import Procedure

PAGE_SIZE = 25

_WAITS_FOR_ME = Q(status__in=(Status.SUPPLEMENT, Status.OBLIGATION)) | Q(
    status=Status.FINISHED, return_method=ReturnMethod.COUNTER
)

# What a row shows; answers and search text stay in the database.
_COLUMNS = (
    "public_id",
    "code",
    "status",
    "channel",
    "procedure",
    "owner",
    "enterprise",
    "applicant_name",
    "agency",
    "unit",
    "return_method",
    "return_address",
    "updated_at",
    "submitted_at",
    "supplement_due_at",
    "reply_due_at",
    "received_at",
    "due_at",
    "paused_at",
    "finished_at",
    "closed_at",
)


@dataclass(frozen=True)
class Group:
    """A part of the list, the newest first by one moment; ``first`` rows of it stand on the first page."""

    slug: str
    title: Promise
    where: Q
    order: paging.Order
    first: int


DRAFTS = Group(
    "ban-nhap",
    _("Drafts, not submitted yet"),
    Q(status=Status.DRAFT),
    paging.Order("updated_at", True),
    first=PAGE_SIZE,
)
WAITING = Group("can-lam", _("Waiting for you"), _WAITS_FOR_ME, paging.Order("submitted_at", True), first=PAGE_SIZE)
RUNNING = Group(
    "dang-giai-quyet",
    _("On their way"),
    ~Q(status=Status.DRAFT) & ~_WAITS_FOR_ME & Q(closed_at__isnull=True),
    paging.Order("submitted_at", True),
    first=10,
)
OVER = Group("da-xong", _("Over and done"), Q(closed_at__isnull=False), paging.Order("closed_at", True), first=5)
GROUPS = (DRAFTS, WAITING, RUNNING, OVER)
BY_SLUG = {group.slug: group for group in GROUPS}


@dataclass(frozen=True)
class Part:
    """The rows of a group that one page shows, and the cursor of the next page, empty on the last."""

    group: Group
    rows: list[Dossier]
    next: str


@dataclass(frozen=True)
class Asked:
    """What a dossier's officers wait for: answers and papers, or money, or neither."""

    supplement: SupplementRequest | None = None
    n_items: int = 0
    obligation: Obligation | None = None


def overview(user: User) -> list[Part]:
    """Return the first rows of every group that has any."""
    own = selectors.filed_by(user)
    parts = [_part(own, group, size=group.first) for group in GROUPS]
    _attach([row for part in parts for row in part.rows])
    return [part for part in parts if part.rows]


def page(user: User, group: Group, *, cursor: str = "") -> Part:
    """Return a page of one group.

    :raises BadCursor: the cursor was not given out for this group.
    """
    part = _part(selectors.filed_by(user), group, size=PAGE_SIZE, cursor=cursor)
    _attach(part.rows)
    return part


def _part(own: QuerySet[Dossier], group: Group, *, size: int, cursor: str = "") -> Part:
    salt = f"citizen.{group.slug}"
    after = paging.Position.opened(cursor, salt) if cursor else None
    found = paging.page([own.filter(group.where).only(*_COLUMNS)], order=group.order, size=size, after=after)
    return Part(group, found.rows, found.next.sealed(salt) if found.next else "")


def _attach(rows: Sequence[Dossier]) -> None:
    """Read what the rows show of other tables, in one query for each table."""
    agencies = Agency.objects.only("name", "short_name", "address", "phone", "calendar_id")
    prefetch_related_objects(
        list(rows),
        Prefetch("procedure", Procedure.objects.only("code", "name")),
        Prefetch("unit", agencies),
        Prefetch("agency", agencies),
        Prefetch("enterprise", Enterprise.objects.only("name")),
        Prefetch("owner", User.objects.only("full_name", "username", "phone")),
    )


def asked_of(dossiers: Iterable[Dossier]) -> dict[int, Asked]:
    """Return what is open on each of the dossiers that wait for their citizen, in two queries."""
    wanted = [dossier.pk for dossier in dossiers if dossier.status in (Status.SUPPLEMENT, Status.OBLIGATION)]
    requests = SupplementRequest.objects.filter(dossier__in=wanted, closed_at__isnull=True)
    due = Obligation.objects.filter(dossier__in=wanted, settled_at__isnull=True, cancelled_at__isnull=True)
    found = {row.dossier_id: Asked(row, row.n_items) for row in requests.annotate(n_items=Count("items"))}
    return found | {row.dossier_id: Asked(obligation=row) for row in due}

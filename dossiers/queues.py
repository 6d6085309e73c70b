"""The queues of the officer's desk: what lies where an officer holds a role, late first.

A queue is one limited query for each agency and status, merged by ``core.paging``; one query over several statuses
with a sort would read the whole group for every page.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.enums import DESK_ROLES, Role
from accounts.models import Agency, User
from core import calendars, clock, paging, phones
from core.folding import fold
from dossiers import places
from dossiers.enums import Status
from dossiers.listed import COLUMNS, Listed, attach
from dossiers.models import Dossier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.clock import WorkingTime

RUNNING = (Status.RECEIVED, Status.IN_PROCESS)
HELD = (Status.RECEIVED, Status.IN_PROCESS, Status.SUPPLEMENT, Status.OBLIGATION)
PAGE_SIZE = 25
BY_DUE = paging.Order("due_at")
BY_SUBMISSION = paging.Order("submitted_at")
# By id alone, in which the table lies sorted: a common name would else be sorted anew for every page.
NEWEST = paging.Order(is_descending=True)
BY_CLOSING = paging.Order("closed_at", is_descending=True)


class Scope:
    """The agencies in which an officer works, with their roles and working time; read once for a request."""

    def __init__(self, user: User) -> None:
        desk = set(DESK_ROLES)
        self.user = user
        self.roles = {agency: held & desk for agency, held in people.roles_of(user).items() if held & desk}

    @cached_property
    def agencies(self) -> dict[int, Agency]:
        return _agencies(self.roles)

    def agencies_of(self, rows: Iterable[Listed]) -> dict[int, Agency]:
        """Return the agencies and units of some rows by id."""
        # A page without filters never needs the scope's own, so they are not read for it.
        known = self.agencies if "agencies" in vars(self) else {}
        wanted = {agency for row in rows for agency in (row.agency_id, row.unit_id) if agency is not None}
        unknown = wanted - known.keys()
        return {**known, **_agencies(unknown)} if unknown else known

    @cached_property
    def _working(self) -> Mapping[int | None, WorkingTime]:
        return calendars.for_calendars(agency.calendar_id for agency in self.agencies.values())

    def where(self, *roles: Role) -> list[int]:
        """Return the agencies in which one of these roles is held."""
        return sorted(agency for agency, held in self.roles.items() if held & set(roles))

    def working(self, agency_id: int) -> WorkingTime:
        return self._working[self.agencies[agency_id].calendar_id]

    def rows(self) -> QuerySet[Dossier]:
        """Return what an officer may find at the desk at all: their own requests are for others to decide."""
        own = Q(owner=self.user) | Q(enterprise__in=people.memberships_of(self.user).values("enterprise").order_by())
        return Dossier.objects.exclude(own)

    def listed(self) -> QuerySet[Dossier, Any]:
        """Return the same rows with the values that a list shows."""
        return self.rows().values_list(*COLUMNS, named=True)


def _agencies(ids: Iterable[int]) -> dict[int, Agency]:
    return Agency.objects.only("code", "name", "short_name", "calendar_id").in_bulk(list(ids))


@dataclass(frozen=True)
class Source:
    """One part of a queue: what lies in one agency under one condition."""

    agency_id: int
    where: Q


@dataclass(frozen=True)
class Queue:
    """A named list; who holds one of ``roles`` somewhere has it on the desk."""

    slug: str
    title: Promise
    roles: tuple[Role, ...]
    parts: Callable[[Scope, datetime], list[Source]]
    order: paging.Order = BY_DUE
    # Which columns the filters of dates and of time left look at.
    dated: str = "received_at"
    due: str = "due_at"
    # A counter and a unit may both hold the same row.
    overlaps: bool = False


@dataclass(frozen=True)
class Filters:
    """What an officer narrows a queue by; every condition comes on top of what they may see."""

    q: str = ""
    procedure: str = ""
    agency: str = ""
    holder: int | None = None
    is_unassigned: bool = False
    due: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def words(self) -> list[str]:
        return words(self.q)

    @property
    def is_empty(self) -> bool:
        return self == EVERYTHING


EVERYTHING = Filters()


@dataclass(frozen=True)
class QueuePage:
    """Rows with what a list shows of them, and the cursor of the next page, empty on the last."""

    rows: list[Listed]
    next: str


def _held(roles: tuple[Role, ...], *statuses: Status, **more: object) -> Callable[[Scope, datetime], list[Source]]:
    """Return the parts of a queue that lies in the units where a role is held."""

    def parts(scope: Scope, at: datetime) -> list[Source]:
        return [
            Source(unit, Q(unit=unit, status=status, **more)) for unit in scope.where(*roles) for status in statuses
        ]

    return parts


def _mine(scope: Scope, at: datetime) -> list[Source]:
    return [Source(unit, Q(assignee=scope.user.pk, unit=unit, status__in=HELD)) for unit in scope.where(*DESK_ROLES)]


def _late(scope: Scope, at: datetime) -> list[Source]:
    return _due(scope, Q(due_at__lt=at))


def _due_today(scope: Scope, at: datetime) -> list[Source]:
    return _due(scope, Q(due_at__gte=at, due_at__lt=start_of_day(at, days=1)))


def _due(scope: Scope, when: Q) -> list[Source]:
    units = scope.where(*DESK_ROLES)
    return [Source(unit, Q(unit=unit, status=status) & when) for unit in units for status in RUNNING]


def _to_approve(scope: Scope, at: datetime) -> list[Source]:
    """Proposed results; nobody approves their own proposal."""
    return [
        Source(unit, Q(unit=unit, status=Status.IN_PROCESS, proposed_by__isnull=False) & ~Q(proposed_by=scope.user.pk))
        for unit in scope.where(Role.APPROVE)
    ]


def _at_counter_or_unit(
    status: Status, at_unit: tuple[Role, ...], at_counter: tuple[Role, ...]
) -> Callable[[Scope, datetime], list[Source]]:
    def parts(scope: Scope, at: datetime) -> list[Source]:
        units = [Source(unit, Q(unit=unit, status=status)) for unit in scope.where(*at_unit)]
        counters = [Source(agency, Q(agency=agency, status=status)) for agency in scope.where(*at_counter)]
        return units + counters

    return parts


TO_RECEIVE = Queue(
    "cho-tiep-nhan",
    _("To receive"),
    (Role.RECEIVE,),
    _held((Role.RECEIVE,), Status.SUBMITTED),
    BY_SUBMISSION,
    dated="submitted_at",
    due="reply_due_at",
)
MINE = Queue("cua-toi", _("Mine"), DESK_ROLES, _mine)
UNIT = Queue("cua-don-vi", _("My unit's"), DESK_ROLES, _held(DESK_ROLES, *RUNNING))
LATE = Queue("qua-han", _("Late"), DESK_ROLES, _late)
DUE_TODAY = Queue("den-han-hom-nay", _("Due today"), DESK_ROLES, _due_today)
TO_APPROVE = Queue("cho-duyet", _("To approve"), (Role.APPROVE,), _to_approve)
SUPPLEMENT = Queue(
    "cho-bo-sung", _("Waiting for papers"), DESK_ROLES, _held(DESK_ROLES, Status.SUPPLEMENT), dated="submitted_at"
)
MONEY = Queue(
    "cho-nop-tien",
    _("Waiting for money"),
    DESK_ROLES,
    _at_counter_or_unit(Status.OBLIGATION, DESK_ROLES, (Role.RECEIVE, Role.RETURN)),
    overlaps=True,
)
STOPPED = Queue("tam-dung", _("Stopped"), DESK_ROLES, _held(DESK_ROLES, Status.STOPPED, closed_at__isnull=True))
TO_RETURN = Queue(
    "cho-tra-ket-qua",
    _("To return"),
    (Role.RETURN,),
    _at_counter_or_unit(Status.FINISHED, (Role.RETURN,), (Role.RETURN,)),
    overlaps=True,
)
DONE = Queue(
    "da-xong",
    _("Done"),
    DESK_ROLES,
    _held(DESK_ROLES, Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED, closed_at__isnull=False),
    BY_CLOSING,
)
QUEUES = (TO_RECEIVE, MINE, UNIT, LATE, DUE_TODAY, TO_APPROVE, SUPPLEMENT, MONEY, STOPPED, TO_RETURN, DONE)
_BY_SLUG = {queue.slug: queue for queue in QUEUES}


def queues_of(scope: Scope) -> list[Queue]:
    """Return the queues that the officer's roles give, in the order of the work."""
    return [queue for queue in QUEUES if scope.where(*queue.roles)]


def by_slug(scope: Scope, slug: str) -> Queue | None:
    """Return a queue of this officer, or None."""
    queue = _BY_SLUG.get(slug)
    return queue if queue is not None and scope.where(*queue.roles) else None


def page(
    queue: Queue, scope: Scope, *, at: datetime, filters: Filters = EVERYTHING, cursor: str = "", size: int = PAGE_SIZE
) -> QueuePage:
    """Return a page of a queue.

    :raises BadCursor: the cursor was not given out for this queue.
    """
    rows = scope.listed()
    sources = [rows.filter(where) for where in _narrowed(queue, scope, at, filters)]
    return _page(scope, sources, queue.order, salt=f"desk.queue.{queue.slug}", cursor=cursor, size=size)


def _page(
    scope: Scope, sources: list[QuerySet[Dossier, Any]], order: paging.Order, *, salt: str, cursor: str, size: int
) -> QueuePage:
    found: paging.Page[Any] = paging.page(
        sources,
        order=order,
        size=min(max(size, 1), paging.MAX_PAGE_SIZE),
        after=paging.Position.opened(cursor, salt) if cursor else None,
    )
    rows = [Listed(*values) for values in found.rows]
    attach(rows, scope.agencies_of(rows))
    return QueuePage(rows, found.next.sealed(salt) if found.next else "")


def count(queue: Queue, scope: Scope, *, at: datetime) -> int:
    """Count a queue, no further than ``paging.COUNT_CAP``."""
    wheres = [part.where for part in queue.parts(scope, at)]
    if queue.overlaps:
        wheres = [reduce(operator.or_, wheres)]
    return paging.count(scope.rows().filter(where) for where in wheres)


def _narrowed(queue: Queue, scope: Scope, at: datetime, filters: Filters) -> list[Q]:
    parts = queue.parts(scope, at)
    if filters.is_empty:
        return [part.where for part in parts]
    return [
        part.where & _condition(queue, filters, at, scope.working(part.agency_id))
        for part in parts
        if not filters.agency or scope.agencies[part.agency_id].code == filters.agency
    ]


def _condition(queue: Queue, filters: Filters, at: datetime, working: WorkingTime) -> Q:
    # A text of signs alone is a search for what nobody has, and no text is no search.
    condition = _contains(filters.words) if filters.words or not filters.q.strip() else Q(pk__in=())
    if filters.procedure:
        condition &= Q(procedure__code=filters.procedure)
    if filters.is_unassigned:
        condition &= Q(assignee__isnull=True)
    elif filters.holder is not None:
        condition &= Q(assignee=filters.holder)
    if filters.since:
        condition &= Q(**{f"{queue.dated}__gte": _midnight(filters.since)})
    if filters.until:
        condition &= Q(**{f"{queue.dated}__lt": _midnight(filters.until + timedelta(days=1))})
    if filters.due:
        condition &= _time_left(queue.due, filters.due, at, working)
    return condition


def _time_left(column: str, due: str, at: datetime, working: WorkingTime) -> Q:
    """Bound the due moment by working hours from now; the tones of the rows use the same hours."""
    hours = settings.WARNING_WORKING_HOURS
    red, amber = working.add_minutes(at, hours * 60), working.add_minutes(at, 2 * hours * 60)
    running = Q(paused_at__isnull=True, finished_at__isnull=True, closed_at__isnull=True)
    bounds = {
        "late": Q(**{f"{column}__lt": at}),
        "red": Q(**{f"{column}__gte": at, f"{column}__lte": red}),
        "amber": Q(**{f"{column}__gt": red, f"{column}__lte": amber}),
        "tomorrow": late_by_tomorrow(column, at, working),
    }
    return running & bounds[due]


def search(scope: Scope, text: str, *, cursor: str = "", size: int = PAGE_SIZE) -> QueuePage:
    """Find dossiers by code, name, phone or identity number, in every status, the newest first; without a word, none.

    :raises BadCursor: the cursor was not given out for a search.
    """
    wanted, desk = words(text), scope.where(*DESK_ROLES)
    if not wanted:
        return QueuePage([], "")
    elsewhere = set(desk).difference(scope.where(Role.RECEIVE, Role.RETURN))
    found = places.at_one_of(scope.listed().filter(_contains(wanted)), desk).exclude(status=Status.DRAFT)
    # What an agency received and another unit holds is for its counter alone.
    found = found.exclude(~Q(unit__in=desk), agency__in=elsewhere)
    return _page(scope, [found], NEWEST, salt="desk.search", cursor=cursor, size=size)


def words(text: str) -> list[str]:
    """Return the folded words of a search, signs between them left out; a telephone number is one in any spelling."""
    try:
        return [phones.normalise_mobile(text)]
    except phones.InvalidPhone:
        # PostgreSQL takes no null character in a text.
        return [word for word in fold(text.replace("\0", "")).split() if any(map(str.isalnum, word))]


def _contains(folded: list[str]) -> Q:
    # Both sides are folded already, so the plain comparison suffices, which is what the trigram index serves. It reads
    # the words in this order: the given name, rarer than the family's, stands last.
    return reduce(operator.and_, (Q(search_text__contains=_part(word)) for word in reversed(folded)), Q())


def _part(word: str) -> str:
    """Return what to look for: one letter or two make no trigram but at the beginning of a word."""
    return word if len(word) > 2 else f" {word}"


def late_by_tomorrow(column: str, at: datetime, working: WorkingTime) -> Q:
    """Bound the due moment by the end of the next working day: what is due in it is late when it is over."""
    tomorrow = working.next_moment(start_of_day(at, days=1))
    return Q(**{f"{column}__gte": at, f"{column}__lt": start_of_day(tomorrow, days=1)})


def start_of_day(at: datetime, *, days: int = 0) -> datetime:
    """Return midnight of the local day that lies so many days after ``at``."""
    return _midnight(at.astimezone(clock.ZONE).date() + timedelta(days=days))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, clock.ZONE)

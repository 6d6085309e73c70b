"""What the first page of the desk tells: what the unit owes, a leader's three figures, and who holds what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.enums import DESK_ROLES, Role
from accounts.models import User
from core import paging
from core.folding import fold
from dossiers import queues
from dossiers.enums import Status, TaskKind
from dossiers.models import Dossier, Task
from procedures.models import Procedure


@dataclass(frozen=True)
class TaskRow:
    """What is owed, as it stands at a moment."""

    task: Task
    is_late: bool

    @classmethod
    def seen(cls, task: Task, *, at: datetime) -> Self:
        return cls(task, task.due_at is not None and task.due_at < at)

    @property
    def title(self) -> str:
        """Name the task; a warning whose moment has passed warns of nothing any more."""
        if self.is_late and self.task.kind == TaskKind.STEP_WARNING:
            return gettext("This step has run out of its time")
        return str(TaskKind(self.task.kind).label)


@dataclass(frozen=True)
class Figures:
    """A leader's three numbers, each capped."""

    late: int
    late_by_tomorrow: int
    waiting_for_papers: int
    waiting_for_money: int

    @property
    def waiting_for_citizen(self) -> int:
        return self.waiting_for_papers + self.waiting_for_money


@dataclass(frozen=True)
class Holder:
    """An officer, or nobody, with what lies in their hands."""

    officer: User | None
    held: int
    late: int


def tasks(
    scope: queues.Scope, *, at: datetime, cursor: str = "", size: int = queues.PAGE_SIZE
) -> tuple[list[TaskRow], str]:
    """Return open tasks of the officer's units by due moment, and the cursor of the next page.

    :raises BadCursor: the cursor was not given out for this list.
    """
    after = paging.Position.opened(cursor, "desk.tasks") if cursor else None
    sources = [_open_tasks(unit) for unit in scope.where(*DESK_ROLES)]
    found = paging.page(sources, order=paging.Order("due_at"), size=size, after=after)
    rows = [TaskRow.seen(task, at=at) for task in found.rows]
    return rows, found.next.sealed("desk.tasks") if found.next else ""


def _open_tasks(unit: int) -> QuerySet[Task]:
    rows = Task.objects.filter(unit=unit, done_at__isnull=True).select_related("dossier__procedure")
    return rows.only("kind", "due_at", "dossier__code", "dossier__procedure__code", "dossier__procedure__name")


def figures(scope: queues.Scope, *, at: datetime) -> Figures | None:
    """Return the three numbers of a leader's units; None for who leads none."""
    units = scope.where(Role.APPROVE)
    if not units:
        return None
    return Figures(
        late=_count(scope, units, queues.RUNNING, Q(due_at__lt=at)),
        late_by_tomorrow=sum(
            _count(scope, [unit], queues.RUNNING, queues.late_by_tomorrow("due_at", at, scope.working(unit)))
            for unit in units
        ),
        waiting_for_papers=_count(scope, units, [Status.SUPPLEMENT], Q()),
        waiting_for_money=_count(scope, units, [Status.OBLIGATION], Q()),
    )


def _count(scope: queues.Scope, units: Iterable[int], statuses: Iterable[Status], more: Q) -> int:
    return paging.count(scope.rows().filter(more, unit=unit, status=status) for unit in units for status in statuses)


def holders(scope: queues.Scope, *, at: datetime) -> list[Holder]:
    """Return who holds how much in a leader's units, the latest first.

    Read from at most ``paging.COUNT_CAP`` rows of each unit and status, those due first.
    """
    held: Counter[int | None] = Counter()
    late: Counter[int | None] = Counter()
    for unit in scope.where(Role.APPROVE):
        for status in queues.RUNNING:
            rows = Dossier.objects.filter(unit=unit, status=status).order_by("due_at", "id")
            for assignee, due_at in rows.values_list("assignee", "due_at")[: paging.COUNT_CAP]:
                held[assignee] += 1
                late[assignee] += due_at is not None and due_at < at
    officers = User.objects.only("full_name", "username", "phone").in_bulk([key for key in held if key is not None])
    found = [Holder(officers.get(key) if key else None, held[key], late[key]) for key in held]
    return sorted(found, key=lambda holder: (-holder.late, -holder.held))


def offered(counters: Iterable[int], text: str) -> QuerySet[Procedure]:
    """Return the procedures that these counters receive, found without diacritics."""
    rows = Procedure.objects.filter(is_active=True, published__isnull=False, offerings__agency__in=counters)
    for word in fold(text).split():
        rows = rows.filter(search_text__contains=word)
    return rows.only("code", "name").distinct().order_by("code")[: paging.MAX_PAGE_SIZE]

"""The officer's desk: who may come in, the queues beside every page, the first page, the tasks of the unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.enums import DESK_ROLES, Role
from accounts.models import User
from core import paging
from dossiers import desk, queues
from dossiers.forms import queue as queue_forms
from dossiers.models import SavedFilter

P = ParamSpec("P")
DeskView = Callable[Concatenate[HttpRequest, queues.Scope, P], HttpResponse]

_FIRST_TASKS = 8
_OFFICERS_AT_MOST = 200
_SLUG = "SLUG"


def officers_only(view: DeskView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in whoever works on dossiers somewhere, with their scope; for all others the desk does not exist."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("accounts:staff_sign_in"))
        scope = queues.Scope(request.user)
        if not scope.roles:
            raise Http404
        return view(request, scope, *args, **kwargs)

    return guarded


@dataclass(frozen=True)
class NavItem:
    """A queue in the list beside every page; without a count until somebody has counted."""

    slug: str
    title: Any
    url: str
    is_current: bool
    is_home: bool
    count: int | None = None

    @property
    def is_beyond_cap(self) -> bool:
        return self.count is not None and self.count >= paging.COUNT_CAP

    @property
    def is_alert(self) -> bool:
        return self.slug == queues.LATE.slug and bool(self.count)


def nav(scope: queues.Scope, *, current: str = "", at: datetime | None = None) -> list[NavItem]:
    """Return the officer's queues, counted when a moment is given."""
    mine = queues.queues_of(scope)
    # One look-up of the address serves all queues.
    address = reverse("desk:queue", args=[_SLUG])
    home = current if current in {queue.slug for queue in mine} else mine[0].slug
    return [
        NavItem(
            queue.slug,
            queue.title,
            address.replace(_SLUG, queue.slug),
            is_current=queue.slug == current,
            is_home=queue.slug == home,
            count=queues.count(queue, scope, at=at) if at else None,
        )
        for queue in mine
    ]


def frame(scope: queues.Scope, *, current: str = "") -> dict[str, Any]:
    """Return what every page of the desk shows around its content."""
    return {"nav": nav(scope, current=current), "current": current}


def processors(scope: queues.Scope) -> list[User]:
    """Return who processes dossiers in the officer's units."""
    found = User.objects.filter(
        is_active=True, assignments__role=Role.PROCESS, assignments__agency__in=scope.where(*DESK_ROLES)
    )
    return list(found.only("full_name", "username", "phone").distinct().order_by("full_name", "id")[:_OFFICERS_AT_MOST])


def address_of(saved: SavedFilter) -> str:
    """Return where a saved filter leads; it is kept as the queue's name, a question mark and the filters."""
    slug, _mark, query = saved.query.partition("?")
    return f"{reverse('desk:queue', args=[slug])}?{query}"


@require_safe
@officers_only
def home(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Show the queues with their counts, what the unit owes, and to leaders who holds what."""
    now = timezone.now()
    tasks, _next = desk.tasks(scope, at=now, size=_FIRST_TASKS)
    context = {
        "nav": nav(scope, at=now),
        "figures": desk.figures(scope, at=now),
        "holders": desk.holders(scope, at=now),
        "tasks": tasks,
        "saved": [(saved, address_of(saved)) for saved in SavedFilter.objects.filter(user=scope.user)],
        "may_file": bool(scope.where(Role.RECEIVE)),
        "cap": paging.COUNT_CAP - 1,
    }
    return render(request, "desk/home.html", context)


@require_safe
@officers_only
def counts(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Return the list of queues with counts, for a page that is there already."""
    context = {"nav": nav(scope, current=request.GET.get("current", ""), at=timezone.now()), "is_counted": True}
    return render(request, "desk/_queues.html", context)


@require_safe
@officers_only
def tasks(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Show all that the officer's units owe, the most urgent first."""
    queue_forms.check_names(request.GET)
    try:
        found, cursor = desk.tasks(scope, at=timezone.now(), cursor=request.GET.get(queue_forms.CURSOR, ""))
    except paging.BadCursor as error:
        raise BadRequest from error
    return render(request, "desk/tasks.html", {**frame(scope), "tasks": found, "next": cursor})


@require_safe
@officers_only
def filing(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Show the procedures that can be filed for somebody at the officer's counter."""
    counters = scope.where(Role.RECEIVE)
    if not counters:
        raise Http404
    text = request.GET.get("q", "")[:100]
    return render(request, "desk/filing.html", {**frame(scope), "procedures": desk.offered(counters, text), "q": text})

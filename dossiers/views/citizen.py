"""My dossiers: who may come in, and the list of drafts, of what waits, of what runs, of what is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from core import calendars, paging
from dossiers import deadlines, mine, permissions, selectors
from dossiers.enums import Status
from dossiers.models import Dossier
from dossiers.views import citizen_words, keeping

P = ParamSpec("P")
CitizenView = Callable[Concatenate[HttpRequest, User, P], HttpResponse]

_GROUP, _CURSOR = "nhom", "cursor"


class SeeOther(HttpResponseRedirect):
    """The answer to a form that was taken: go there and read."""

    status_code = HTTPStatus.SEE_OTHER


def signed_in_only(view: CitizenView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in who is signed in, and hand the view that person."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_the_door(request, str(kwargs.get("code", "")))
        assert isinstance(request.user, User)
        return view(request, request.user, *args, **kwargs)

    return guarded


def _to_the_door(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the sign-in and back; what was typed about a dossier waits in the session meanwhile."""
    onward = request.get_full_path()
    if request.method == "POST":
        if code.isprintable() and Dossier.objects.filter(code=code).exists():
            keeping.hold(request, request.path)
        messages.info(request, _("You have been signed out. Once you have signed in, what you typed is here again."))
        if request.resolver_match and request.resolver_match.url_name == "write":
            # A message has no page of its own: it is written on the dossier's.
            onward = reverse("citizen:dossier", kwargs={"code": code})
    door = redirect_to_login(onward)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": door.url})
    return door


def find(user: User, code: str) -> Dossier:
    """Return a dossier that this person files or follows.

    :raises Http404: there is none; whether it exists for somebody else is not told.
    """
    dossier = find_visible(user, code)
    if not permissions.is_filer(user, dossier):
        raise Http404
    return dossier


def find_visible(user: User, code: str) -> Dossier:
    """Return a dossier that this person may open from either side, for what the counter hands out on paper.

    :raises Http404: there is none, or it is not theirs to see.
    """
    if not code.isprintable():
        raise Http404
    try:
        return selectors.by_code(user, code)
    except Dossier.DoesNotExist as error:
        raise Http404 from error


@dataclass(frozen=True)
class Due:
    """What a due mark says; without ``minutes`` it shows the day."""

    at: datetime | None
    minutes: int | None
    level: str


@dataclass(frozen=True)
class Row:
    dossier: Dossier
    url: str
    for_whom: str
    due: Due | None
    errand: citizen_words.Errand | None


@dataclass(frozen=True)
class Section:
    title: Any
    slug: str
    rows: list[Row]
    next: str


@require_safe
@signed_in_only
def dossiers(request: HttpRequest, user: User) -> HttpResponse:
    """Show everything that is mine, or one group of it page by page."""
    now, slug = timezone.now(), request.GET.get(_GROUP)
    if slug is None:
        sections = _sections(mine.overview(user), user, now)
        return render(request, "citizen/dossiers.html", {"sections": sections})
    group = mine.BY_SLUG.get(slug)
    if group is None:
        raise BadRequest
    try:
        part = mine.page(user, group, cursor=request.GET.get(_CURSOR, ""))
    except paging.BadCursor as error:
        raise BadRequest from error
    [section] = _sections([part], user, now)
    return render(request, "citizen/group.html", {"section": section})


def _sections(parts: list[mine.Part], user: User, now: datetime) -> list[Section]:
    shown = [dossier for part in parts for dossier in part.rows]
    asked = mine.asked_of(shown)
    working = calendars.for_calendars({dossier.agency.calendar_id if dossier.agency else None for dossier in shown})

    def row(dossier: Dossier) -> Row:
        hours = working[dossier.agency.calendar_id if dossier.agency else None]
        is_open = dossier.is_open
        return Row(
            dossier,
            url=address_of(dossier),
            for_whom=for_whom(dossier, user),
            due=due_of(dossier, at=now, working=hours) if is_open else None,
            errand=citizen_words.errand(dossier, asked.get(dossier.pk, mine.Asked()), at=now) if is_open else None,
        )

    return [
        Section(part.group.title, part.group.slug, [row(dossier) for dossier in part.rows], _next_page(part))
        for part in parts
    ]


def _next_page(part: mine.Part) -> str:
    return f"?{urlencode({_GROUP: part.group.slug, _CURSOR: part.next})}" if part.next else ""


def address_of(dossier: Dossier) -> str:
    """Return where a dossier or a draft goes on."""
    if dossier.status == Status.DRAFT:
        return reverse("filing:resume", kwargs={"public_id": dossier.public_id})
    return reverse("citizen:dossier", kwargs={"code": dossier.code})


def for_whom(dossier: Dossier, user: User) -> str:
    """Say in whose name it is filed, where that is not the reader's own."""
    if dossier.enterprise is not None:
        return _("For %(name)s") % {"name": dossier.enterprise.name}
    if dossier.owner is not None and dossier.owner_id != user.pk:
        return _("For %(name)s") % {"name": dossier.owner.get_full_name()}
    return ""


def due_of(dossier: Dossier, *, at: datetime, working: Any) -> Due | None:
    """Return the due mark of the result; None before receipt, and once the clock has ended."""
    if dossier.due_at is None or dossier.finished_at is not None or dossier.closed_at is not None:
        return None
    left = deadlines.remaining(dossier, at=at, working=working)
    return Due(dossier.due_at, left.working_minutes, left.tone)


def kept_from(request: HttpRequest, dossier: Dossier, *, event: Any = None, typed: Iterable[str] = ()) -> HttpResponse:
    """Say that the dossier has moved on meanwhile, and give back what was typed."""
    context = {"dossier": dossier, "event": event, "typed": [text for text in typed if text]}
    return render(request, "citizen/moved_on.html", context, status=HTTPStatus.CONFLICT)

"""One step for many dossiers at once, each in its own transaction, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import DESK_ROLES
from accounts.models import User
from core import paging
from dossiers import permissions, queues, selectors, services
from dossiers.enums import EventKind
from dossiers.forms import steps
from dossiers.models import Dossier
from dossiers.views import officer

CAP = paging.MAX_PAGE_SIZE
HAND_OUT = "hand-out"
Take = Callable[..., Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier; without a dossier it was not theirs to touch."""

    code: str
    is_done: bool
    text: str
    dossier: Dossier | None = None


@require_POST
@officer.officers_only
def bulk(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Receive, or hand out, every marked dossier, and show the outcome of each."""
    marked = [_pair(text) for text in request.POST.getlist("dossier")]
    if len(marked) > CAP:
        raise BadRequest
    if request.POST.get("do") == HAND_OUT and "assignee" not in request.POST:
        return _ask_for_officer(request, scope)
    take = _step(request.POST.get("do", ""), request, scope)
    now = timezone.now()
    found = selectors.on_desk_of(scope.user).select_related("procedure").defer("data", "search_text")
    dossiers = {dossier.code: dossier for dossier in found.filter(code__in=[code for code, _version in marked])}
    outcomes = [_outcome(code, version, dossiers.get(code), take, scope.user, now) for code, version in marked]
    context = {
        **officer.frame(scope),
        "outcomes": outcomes,
        "done": sum(outcome.is_done for outcome in outcomes),
        "back": queues.by_slug(scope, request.POST.get("queue", "")),
    }
    return render(request, "desk/bulk.html", context)


def _ask_for_officer(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Ask into whose hands the marked dossiers go."""
    context = {
        **officer.frame(scope),
        "marked": request.POST.getlist("dossier"),
        "officers": officer.processors(scope),
        "queue": request.POST.get("queue", ""),
        "do": HAND_OUT,
    }
    return render(request, "desk/hand_out.html", context)


def _pair(text: str) -> tuple[str, int]:
    """Read the code and the version on the officer's screen."""
    code, _colon, version = text.rpartition(":")
    if not code or not (version.isascii() and version.isdigit()) or not code.isprintable() or len(text) > 60:
        raise BadRequest
    return code, int(version)


def _step(name: str, request: HttpRequest, scope: queues.Scope) -> Take:
    if name == "receive":
        return lambda dossier, **who: services.receive(dossier_id=dossier.pk, **who)
    if name == HAND_OUT:
        return partial(_hand_out, assignee=_assignee(request.POST.get("assignee", ""), scope))
    raise BadRequest


def _assignee(text: str, scope: queues.Scope) -> User:
    if text.isascii() and text.isdigit() and len(text) < 10:
        for unit in scope.where(*DESK_ROLES):
            found = steps.processors_of(unit).filter(pk=int(text)).first()
            if found is not None:
                return found
    raise BadRequest


def _hand_out(dossier: Dossier, *, assignee: User, **who: Any) -> Any:
    """Begin processing in the hands of an officer, or assign what is in process or not the actor's to begin."""
    begins = permissions.party_for(who["actor"], dossier, EventKind.START) is not None
    step = services.start if begins else services.assign
    return step(dossier_id=dossier.pk, assignee=assignee, **who)


def _outcome(code: str, version: int, dossier: Dossier | None, take: Take, user: User, at: datetime) -> Outcome:
    if dossier is None:
        return Outcome(code, is_done=False, text=_("Not found."))
    try:
        take(dossier, actor=user, at=at, expected_version=version)
    except services.StaleDossier as stale:
        return Outcome(code, is_done=False, text=faster(stale), dossier=dossier)
    except services.NotPermitted:
        return Outcome(code, is_done=False, text=_("Another role takes this step."), dossier=dossier)
    except services.StepNotPossible:
        return Outcome(code, is_done=False, text=_("The step is not possible in this status."), dossier=dossier)
    except services.InvalidStep as error:
        return Outcome(code, is_done=False, text=str(error.message), dossier=dossier)
    return Outcome(code, is_done=True, text=_("Done"), dossier=dossier)


def faster(stale: services.StaleDossier) -> str:
    """Say who did what first."""
    event = stale.event
    if event is None:
        return _("Somebody else changed this dossier a moment ago.")
    who = event.actor.get_full_name() if event.actor else _("The system")
    when = timezone.localtime(event.at)
    return _("%(who)s was faster: %(what)s at %(when)s.") % {
        "who": who,
        "what": event.get_kind_display(),
        "when": f"{when:%H:%M %d/%m/%Y}",
    }

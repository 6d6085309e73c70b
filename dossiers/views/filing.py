"""What the screens of filing share: whose draft it is, which screens there are, and what stands around each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core import clock
from dossiers import guards, permissions, selectors
from dossiers.enums import Status
from dossiers.models import Dossier
from dossiers.views import filing_keeping
from procedures import forms as eforms
from procedures.enums import Channel

P = ParamSpec("P")
DraftView = Callable[Concatenate[HttpRequest, Dossier, P], HttpResponse]

REVIEW = "review"


class SeeOther(HttpResponseRedirect):
    """The answer to a form that was taken: go there and read."""

    status_code = 303


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the saving script asks, which understands no pages."""
    return request.headers.get("Accept") == "application/json"


def refusal(status: int, code: str, message: str, **facts: Any) -> JsonResponse:
    """Answer the saving script with a code for it and a text for the person."""
    body = {"error": {"code": code, "message": message}, **facts}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def draft_page(view: DraftView[P]) -> Callable[..., HttpResponse]:
    """Let in whoever may file the draft; for all others there is none, and a filed one leads to its own page."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, public_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _signed_out(request, public_id, str(kwargs.get("key", "")))
        draft = find(request, public_id)
        if draft.status == Status.DRAFT:
            return view(request, draft, *args, **kwargs)
        if wants_json(request):
            text = _("This dossier has been submitted already. Nothing more can be changed here.")
            return refusal(409, "submitted", text, url=after_submit(request, draft))
        return SeeOther(after_submit(request, draft))

    return guarded


def find(request: HttpRequest, public_id: UUID) -> Dossier:
    """Return a dossier that this person files, a draft or one submitted since.

    :raises Http404: there is none; whether it exists for somebody else is not told.
    """
    try:
        found = selectors.by_public_id(request.user, public_id)
    except Dossier.DoesNotExist as error:
        raise Http404 from error
    if not permissions.parties(request.user, found) & guards.FILERS:
        raise Http404
    return found


def _signed_out(request: HttpRequest, public_id: UUID, group: str) -> HttpResponse:
    if wants_json(request) or request.headers.get("HX-Request"):
        text = _("You have been signed out. What you typed is still on this device.")
        return refusal(401, "signed_out", text, sign_in=resolve_url(settings.LOGIN_URL))
    if request.method == "POST" and group:
        filing_keeping.keep_until_signed_in(request, public_id=public_id, group=group)
    return redirect_to_login(request.path)


def is_at_counter(draft: Dossier) -> bool:
    """Tell whether an officer files it for somebody who stands at the counter."""
    return draft.channel == Channel.COUNTER


def after_submit(request: HttpRequest, dossier: Dossier) -> str:
    """Return the page of the filed dossier: the receipt for its filer, the next steps for the officer."""
    name = "citizen:receipt" if permissions.is_filer(request.user, dossier) else "desk:dossier"
    return reverse(name, args=[dossier.code])


def way_out(draft: Dossier) -> str:
    """Return where somebody goes who leaves the draft for later."""
    return reverse("desk:home" if is_at_counter(draft) else "citizen:list")


@dataclass(frozen=True)
class Stop:
    """One screen on the way."""

    key: str
    title: Any
    url: str


class Journey:
    """The screens of one draft in their order, as its answers make them."""

    def __init__(self, draft: Dossier, *, on: date, units: eforms.Units | None = None) -> None:
        self.draft = draft
        self.on = on
        self.units = units or eforms.Units()
        self.groups = eforms.visible_groups(draft.terms, draft.data, on=on, units=self.units)
        asked = eforms.papers_asked(draft.terms, draft.data, on=on, units=self.units)
        self.papers = [paper for paper in asked if not paper.is_looked_up]
        self.stops = self._stops()

    def _stops(self) -> list[Stop]:
        stops = [Stop("applicant", _("Applicant"), self.url("applicant"))] if is_at_counter(self.draft) else []
        stops += [Stop(group_stop(group.key), group.title, self.url("group", group.key)) for group in self.groups]
        if self.papers:
            stops.append(Stop("papers", _("Papers"), self.url("papers")))
        stops.append(Stop("delivery", _("How you receive the result"), self.url("delivery")))
        stops.append(Stop(REVIEW, _("Review and submit"), self.url(REVIEW)))
        return stops

    def url(self, name: str, key: str = "") -> str:
        """Return the address of one of the draft's screens."""
        where = {"public_id": self.draft.public_id} | ({"key": key} if key else {})
        return reverse(f"filing:{name}", kwargs=where)

    def group(self, key: str) -> eforms.GroupDef | None:
        """Return a group that the answers show."""
        return next((group for group in self.groups if group.key == key), None)

    def number(self, key: str) -> int:
        """Return the place of a screen, from 1."""
        return next(number for number, stop in enumerate(self.stops, start=1) if stop.key == key)

    def next_url(self, key: str) -> str:
        return self.stops[self.number(key)].url


def group_stop(key: str) -> str:
    return f"group:{key}"


@dataclass(frozen=True)
class Place:
    """Where something missing can be mended: the screen, and the question on it."""

    key: str
    title: Any
    url: str
    is_group: bool = False


_PLACES = {
    "agency": "agency",
    "applicant_name": "delivery",
    "applicant_phone": "delivery",
    "return_address": "delivery",
}


def place_of(journey: Journey, name: str) -> Place:
    """Return where to mend what ``services.missing`` names ``group.field``, ``paper.key``, ``agency`` and so on."""
    suffix = f"?ve={REVIEW}"
    if name.partition(".")[0] in ("paper", "papers"):
        return Place("papers", "", journey.url("papers") + suffix)
    if name in _PLACES:
        screen = _PLACES[name]
        if is_at_counter(journey.draft) and name.startswith("applicant"):
            screen = "applicant"
        return Place(screen, "", f"{journey.url(screen)}{suffix}#id_{name}")
    group = journey.group(name.partition(".")[0])
    if group is None:
        return Place(REVIEW, "", journey.url(REVIEW))
    control = name.replace(".", "-")
    url = f"{journey.url('group', group.key)}{suffix}#id_{control}_group"
    return Place(group_stop(group.key), group.title, url, is_group=True)


def first_gap(journey: Journey, missing: Iterable[str]) -> str:
    """Return the first screen on which something is missing, the review when nothing is."""
    keys = {place_of(journey, name).key for name in missing}
    return next((stop.url for stop in journey.stops if stop.key in keys), journey.url(REVIEW))


def journey_of(draft: Dossier, *, at: datetime) -> Journey:
    """Return the screens of a draft on the day of that moment in the province."""
    return Journey(draft, on=at.astimezone(clock.ZONE).date())


def frame(request: HttpRequest, journey: Journey, key: str = "") -> dict[str, Any]:
    """Return what every screen shows around its questions; without a key it is no step of the way."""
    draft = journey.draft
    context: dict[str, Any] = {
        "draft": draft,
        "is_at_counter": is_at_counter(draft),
        "is_superseded": draft.procedure.published_id != draft.terms_id,
        "delete_url": journey.url("delete"),
        "returns": returns_to_review(request),
        "back_url": journey.url(REVIEW) if returns_to_review(request) or not key else way_out(draft),
    }
    if key:
        number = journey.number(key)
        context |= {"stop": journey.stops[number - 1], "number": number, "total": len(journey.stops)}
        if number > 1 and not context["returns"]:
            context["back_url"] = journey.stops[number - 2].url
    return context


def returns_to_review(request: HttpRequest) -> bool:
    """Tell whether the person came from the review to change one thing."""
    return REVIEW in (request.GET.get("ve"), request.POST.get("ve"))


def onward(request: HttpRequest, journey: Journey, key: str) -> HttpResponse:
    """Go on after a screen was taken: out, back to the review, or to the next screen."""
    if "later" in request.POST:
        filing_keeping.say_kept(request)
        return SeeOther(way_out(journey.draft))
    if returns_to_review(request):
        return SeeOther(journey.url(REVIEW))
    return SeeOther(journey.next_url(key))

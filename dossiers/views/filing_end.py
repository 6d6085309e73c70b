"""After the questions: papers, how the result comes back, a last look, and submitting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core import phones
from dossiers import papers as attached
from dossiers import services
from dossiers.forms import filing as forms
from dossiers.models import Dossier
from dossiers.views import filing
from dossiers.views import papers as paper_pages
from procedures import forms as eforms


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def papers(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Show every paper that the answers ask for, each with its own place for files."""
    now = timezone.now()
    journey = filing.journey_of(draft, at=now)
    if not journey.papers:
        return filing.SeeOther(journey.url("delivery"))
    if request.method == "POST":
        return filing.onward(request, journey, "papers")
    context = {
        **filing.frame(request, journey, "papers"),
        "panels": _panels(request, journey),
        "next": request.get_full_path(),
        **paper_pages.facts(),
    }
    return render(request, "filing/papers.html", context)


def _panels(request: HttpRequest, journey: filing.Journey) -> list[attached.Panel]:
    """Return the papers to attach; what the agency looks up itself is not asked of anybody."""
    asked = {paper.key for paper in journey.papers}
    shown = attached.panels(dossier=journey.draft, user=request.user, on=journey.on)
    return [panel for panel in shown if panel.component in asked or panel.rows]


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def delivery(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Ask how the result comes back, and for the phone that hears of each step."""
    now = timezone.now()
    journey = filing.journey_of(draft, at=now)
    fixed = _fixed(request, draft)
    initial = {name: getattr(draft, name) for name in forms.DeliveryForm.base_fields}
    initial["applicant_phone"] = phones.display_mobile(draft.applicant_phone)
    initial["return_address"] = draft.return_address or draft.applicant_address
    form = forms.DeliveryForm(request.POST or None, initial=initial, fixed=fixed)
    if request.method == "POST" and form.is_valid():
        services.update_draft(public_id=draft.public_id, actor=request.user, at=now, **form.cleaned_data)  # type: ignore[arg-type]
        return filing.onward(request, journey, "delivery")
    context = {**filing.frame(request, journey, "delivery"), "form": form, "fixed": fixed}
    return render(request, "filing/delivery.html", context, status=422 if request.method == "POST" else 200)


def _fixed(request: HttpRequest, draft: Dossier) -> list[str]:
    """Return what may not be changed here.

    Whoever gave a mandate hears of each step themselves: the representative can't lead the messages elsewhere.
    """
    if filing.is_at_counter(draft):
        return ["applicant_name", "applicant_phone"]
    if draft.enterprise_id is not None:
        return ["applicant_name"]
    if draft.owner_id == request.user.pk:
        return []
    return [name for name in ("applicant_name", "applicant_phone") if getattr(draft, name)]


@dataclass(frozen=True)
class Gap:
    """Something missing, with the screen on which it can be mended."""

    text: str
    url: str


@dataclass(frozen=True)
class Part:
    """A group of the review: its answers, row by row where it repeats, and where to change them."""

    title: str
    url: str
    sections: list[eforms.Section]


@dataclass(frozen=True)
class PaperPart:
    """A paper asked for, with what is attached."""

    name: str
    is_required: bool
    rows: list[attached.Row]


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def review(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Show everything once more; submitting twice gives one dossier."""
    now = timezone.now()
    form = forms.DeclarationForm(request.POST or None)
    if request.method != "POST":
        return _review(request, draft, form, services.missing(draft, at=now), at=now)
    if not form.is_valid():
        return _review(request, draft, form, services.missing(draft, at=now), at=now, status=422)
    try:
        event = services.submit(dossier_id=draft.pk, actor=request.user, at=now)  # type: ignore[arg-type]
    except services.Incomplete as incomplete:
        return _review(request, draft, form, incomplete.errors, at=now, status=422)
    except (services.NotPermitted, services.StepNotPossible) as error:
        raise Http404 from error
    return filing.SeeOther(filing.after_submit(request, event.dossier))


def _review(
    request: HttpRequest,
    draft: Dossier,
    form: forms.DeclarationForm,
    missing: dict[str, Any],
    *,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    journey = filing.journey_of(draft, at=at)
    context = {
        **filing.frame(request, journey, filing.REVIEW),
        "form": form,
        "gaps": list(gaps(journey, missing)),
        "parts": list(_parts(journey)),
        "papers": _papers(journey),
        "urls": {name: f"{journey.url(name)}?ve=review" for name in ("agency", "applicant", "papers", "delivery")},
    }
    return render(request, "filing/review.html", context, status=status)


def gaps(journey: filing.Journey, missing: dict[str, Any]) -> Iterator[Gap]:
    """Yield what is missing in the order of the screens."""
    order = [stop.key for stop in journey.stops]
    placed = [(filing.place_of(journey, place), texts) for place, texts in missing.items()]
    for place, texts in sorted(placed, key=lambda pair: order.index(pair[0].key) if pair[0].key in order else -1):
        title = f"{place.title}: " if place.is_group else ""
        for text in texts if isinstance(texts, list) else [texts]:
            yield Gap(f"{title}{text}", place.url)


def _parts(journey: filing.Journey) -> Iterator[Part]:
    draft = journey.draft
    sections: dict[str, list[eforms.Section]] = defaultdict(list)
    shown = eforms.clean_answers(draft.terms, draft.data, on=journey.on, units=journey.units)
    for section in eforms.display(draft.terms, shown, units=journey.units):
        sections[section.key].append(section)
    for group in journey.groups:
        yield Part(group.title, f"{journey.url('group', group.key)}?ve=review", sections[group.key])


def _papers(journey: filing.Journey) -> list[PaperPart]:
    draft = journey.draft
    rows: dict[str, list[attached.Row]] = defaultdict(list)
    for paper in attached.of(draft):
        rows[paper.component].append(attached.row_of(paper))
    return [PaperPart(paper.name, paper.is_required, rows[paper.key]) for paper in journey.papers]

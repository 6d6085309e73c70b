"""The catalogue's pages: search and one procedure."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.enums import AgencyLevel
from procedures import selectors
from procedures.enums import LifeEvent
from procedures.models import ProcedureVersion

_PER_PAGE = 20
_AGENCIES_SHOWN = 8


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the procedures that answer the query; a live search gets the list alone."""
    chosen = _chosen(request)
    found = selectors.search(
        chosen["q"], sector=chosen["sector"], level=chosen["level"], life_event=chosen["life_event"]
    )
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, object] = {
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "page": page,
        "previous_url": _page_url(request, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _page_url(request, page.next_page_number()) if page.has_next() else "",
    }
    template = "procedures/_results.html"
    if not _wants_fragment(request):
        template = "procedures/catalogue.html"
        context |= {"sectors": selectors.sectors(), "levels": AgencyLevel.choices, "life_events": LifeEvent.choices}
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the version in force asks and promises."""
    try:
        version = selectors.published(code)
    except ProcedureVersion.DoesNotExist as missing:
        raise Http404 from missing
    place = request.GET.get("noi", "").strip()
    offering = selectors.offering_agencies(version.procedure_id, place=place)
    agency_count = offering.count()
    # A handful is shown at once; of many, those of the commune that the reader names.
    is_listed = bool(place) or agency_count <= _AGENCIES_SHOWN
    terms = selectors.channel_terms(version)
    papers = version.papers.all()
    context = {
        "version": version,
        "terms": terms,
        "notes": selectors.notes(terms),
        "papers": [paper for paper in papers if not paper.is_looked_up],
        "looked_up": [paper for paper in papers if paper.is_looked_up],
        "always": sum(paper.is_required and not paper.condition and not paper.is_looked_up for paper in papers),
        "agencies": offering[:_AGENCIES_SHOWN] if is_listed else [],
        "agency_count": agency_count,
        "place_query": place,
    }
    if _wants_fragment(request):
        response = render(request, "procedures/_agencies.html", context)
    else:
        response = render(request, "procedures/procedure.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Read the query; a level or life event that does not exist counts as not chosen."""
    level, life_event = request.GET.get("level", ""), request.GET.get("life_event", "")
    return {
        "q": request.GET.get("q", "").strip(),
        "sector": request.GET.get("sector", "").replace("\x00", ""),
        "level": level if level in AgencyLevel.values else "",
        "life_event": life_event if life_event in LifeEvent.values else "",
    }


def _wants_fragment(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _page_url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"

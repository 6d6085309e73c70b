"""One queue with its filters, the search over all of them, and filters kept under a name."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from core import paging
from dossiers import queues
from dossiers.forms import queue as queue_forms
from dossiers.models import SavedFilter
from dossiers.views import officer, officer_rows
from procedures.models import Procedure

_SAVED_AT_MOST = 30
_CATALOGUE_SECONDS = 60


@require_safe
@officer.officers_only
def queue(request: HttpRequest, scope: queues.Scope, slug: str) -> HttpResponse:
    """Show a page of one queue; filters that make no sense are told beside their field, with no rows."""
    found = queues.by_slug(scope, slug)
    if found is None:
        raise Http404
    queue_forms.check_names(request.GET)
    kept, now = queue_forms.kept(request.GET), timezone.now()
    # A form costs as much as the rows, so it is made when somebody filters.
    form = queue_forms.FilterForm(request.GET) if kept or queue_forms.OPEN in request.GET else None
    is_valid = form is None or form.is_valid()
    page = queues.QueuePage([], "")
    if is_valid:
        page = _page(request, found, scope, form.filters() if form else queues.EVERYTHING, now)
    context = {
        **officer.frame(scope, current=slug),
        "queue": found,
        "rows": officer_rows.listed(page.rows, at=now),
        "next": _next(request, page.next),
        "form": form,
        "kept": kept,
        "procedures": procedure_choices,
        "officers": partial(officer.processors, scope),
        "agencies": lambda: list(scope.agencies.values()),
        "may_receive": found is queues.TO_RECEIVE,
        "may_start": found is queues.UNIT and bool(scope.where(Role.RECEIVE, Role.PROCESS, Role.APPROVE)),
        "is_first": queue_forms.CURSOR not in request.GET,
    }
    return render(request, "desk/queue.html", context, status=200 if is_valid else 422)


def _page(
    request: HttpRequest, found: queues.Queue, scope: queues.Scope, filters: queues.Filters, now: Any
) -> queues.QueuePage:
    cursor, size = request.GET.get(queue_forms.CURSOR, ""), queue_forms.page_size(request.GET)
    try:
        return queues.page(found, scope, at=now, filters=filters, cursor=cursor, size=size)
    except paging.BadCursor as error:
        raise BadRequest from error


def _next(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = [queue_forms.kept(request.GET), urlencode({queue_forms.CURSOR: cursor})]
    if queue_forms.SIZE in request.GET:
        query.append(urlencode({queue_forms.SIZE: queue_forms.page_size(request.GET)}))
    return "?" + "&".join(part for part in query if part)


def procedure_choices() -> list[tuple[str, str]]:
    """Return codes and names for the filter, read anew once a minute: the catalogue is the same for everybody."""
    return cache.get_or_set("desk.procedures", _procedures, _CATALOGUE_SECONDS) or []


def _procedures() -> list[tuple[str, str]]:
    return list(Procedure.objects.order_by("code").values_list("code", "name"))


@require_safe
@officer.officers_only
def search(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Find dossiers of the officer's units; a whole code opens the dossier at once."""
    queue_forms.check_names(request.GET)
    text = request.GET.get("q", "")[:100].strip()
    try:
        page = queues.search(scope, text, cursor=request.GET.get(queue_forms.CURSOR, ""))
    except paging.BadCursor as error:
        raise BadRequest from error
    if len(page.rows) == 1 and (page.rows[0].code or "").lower() == text.lower():
        return redirect("desk:dossier", code=page.rows[0].code)
    context = {
        **officer.frame(scope),
        "q": text,
        "rows": officer_rows.listed(page.rows, at=timezone.now()),
        "next": "?" + urlencode({"q": text, queue_forms.CURSOR: page.next}) if page.next else "",
    }
    return render(request, "desk/search.html", context)


@require_POST
@officer.officers_only
def save_filter(request: HttpRequest, scope: queues.Scope) -> HttpResponse:
    """Keep the filters of a queue under a name; the same name again replaces them."""
    form = queue_forms.SavedFilterForm(request.POST)
    found = queues.by_slug(scope, form.data.get("queue", ""))
    own = SavedFilter.objects.filter(user=scope.user)
    if not form.is_valid() or found is None:
        return render(request, "desk/filter.html", {**officer.frame(scope), "form": form}, status=422)
    name = form.cleaned_data["name"]
    if not own.filter(name=name).exists() and own.count() >= _SAVED_AT_MOST:
        raise BadRequest
    query = f"{found.slug}?{queue_forms.kept(QueryDict(form.cleaned_data['query']))}"
    saved, _created = SavedFilter.objects.update_or_create(user=scope.user, name=name, defaults={"query": query})
    return redirect(officer.address_of(saved))


@require_POST
@officer.officers_only
def delete_filter(request: HttpRequest, scope: queues.Scope, filter_id: int) -> HttpResponse:
    """Forget a filter of one's own."""
    deleted, _by_model = SavedFilter.objects.filter(user=scope.user, pk=filter_id).delete()
    if not deleted:
        raise Http404
    return redirect("desk:home")

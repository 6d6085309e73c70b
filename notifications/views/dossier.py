"""The messages of a dossier: a fragment of its page, and a page of its own without scripts."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers import selectors as dossiers
from notifications import selectors, telling


@never_cache
@require_safe
def messages(request: HttpRequest, code: str) -> HttpResponse:
    """Show what was told of a dossier to whoever may open it."""
    try:
        dossier = dossiers.by_code(request.user, code)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    lines = [telling.line(message) for message in selectors.of_dossier(dossier)]
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "notifications/_dossier_messages.html" if is_fragment else "notifications/dossier_messages.html"
    return render(request, template, {"lines": lines, "code": dossier.code})

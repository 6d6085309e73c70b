"""While READ_ONLY is on, requests that would change something are answered 503; the worker rests in ``resting``.

What the portal notes about visits goes on being written: sessions, counts of tries, the worker's heartbeat.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from core.api import errors
from core.api.middleware import PREFIX

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Posted, yet they change nothing that is kept: a question, a cookie, the end of one's own session.
_HARMLESS = frozenset({"lookup:lookup", "api:lookup", "set_language", "accounts:sign_out"})
# These write even when only asked: providers report by GET too, and looking at an upload ends it where it was complete.
_WRITING = frozenset({"notifications:receipt", "notifications:receipt_with_secret", "papers:upload"})

# Seconds after which to come again when nobody has said how long it takes, or it takes longer.
_BACK_LATER = 600


class ReadOnlyMiddleware(MiddlewareMixin):
    """Answer 503 instead of calling a view that would change something; a provider repeats its callback then."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not settings.READ_ONLY or not _would_change(request):
            return None
        return _answer(request, at=timezone.now())


def _would_change(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in _WRITING or (request.method not in _SAFE and name not in _HARMLESS)


def _answer(request: HttpRequest, *, at: datetime) -> HttpResponse:
    until = settings.READ_ONLY_UNTIL if settings.READ_ONLY_UNTIL and at < settings.READ_ONLY_UNTIL else None
    response: HttpResponse
    if request.path_info.startswith(PREFIX):
        told = _("Nothing can be changed right now: the site is being maintained. Retry-After says when to come again.")
        response = JsonResponse(errors.envelope(request, 503, code="read_only", message=told), status=503)
    elif request.headers.get("HX-Request"):
        # Above the form, which stays with everything that was typed into it; see site.js.
        response = render(request, "portal/_read_only.html", {"until": until}, status=503)
        response["HX-Retarget"], response["HX-Reswap"] = "#notice", "innerHTML show:top"
    else:
        response = render(request, "portal/maintenance.html", {"until": until}, status=503)
    response["Retry-After"] = str(int((until - at).total_seconds()) + 1 if until else _BACK_LATER)
    response["Cache-Control"] = "no-store"
    return response

"""Asking again who somebody is before a step that can't be taken back."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import sessions


def is_owed(session: SessionBase, minutes: int) -> bool:
    """Tell whether the person has not shown who they are in the last minutes; with none, nobody is asked."""
    return bool(minutes) and not sessions.proved_since(session, timezone.now() - timedelta(minutes=minutes))


def require_recent(request: HttpRequest, minutes: int, *, back: str = "") -> HttpResponse | None:
    """Return None when the person showed who they are in the last minutes, else the way to where they can.

    They come back to ``back``, or to the page they were on: left by POST, the browser names it as referrer.
    """
    if not is_owed(request.session, minutes):
        return None
    target = f"{reverse('accounts:confirm')}?{urlencode({'next': back or _page(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _page(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else ""

"""Asking again who somebody is before a step that can't be taken back."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import sessions


def require_recent(request: HttpRequest, minutes: int) -> HttpResponseRedirect | None:
    """Return None when the person showed who they are in the last minutes, else the way to where they can.

    A page that is left by POST comes back to the address the form stood on, which the browser names as its referrer.
    """
    if sessions.proved_since(request.session, timezone.now() - timedelta(minutes=minutes)):
        return None
    return HttpResponseRedirect(f"{reverse('accounts:confirm')}?{urlencode({'next': _page(request)})}")


def _page(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else ""

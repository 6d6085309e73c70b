"""The short address in a message."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import limits
from dossiers import selectors as dossiers
from notifications import selectors

# Tokens are short, so guessing them is made slow; behind one stands a code, and behind the code a second factor.
GUESSES, GUESSES_PER = 60, timedelta(minutes=10)
LOOKUP = "/tra-cuu/"
DOSSIER = "/ho-so/{code}/"


@never_cache
@require_safe
def short_link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead the owner to the dossier, and anybody else to the public lookup with nothing but the code filled in."""
    try:
        limits.hit(f"short-link:{limits.client_ip(request)}", limit=GUESSES, per=GUESSES_PER, at=timezone.now())
    except limits.Limited as limited:
        return HttpResponse(status=429, headers={"Retry-After": str(limited.retry_after_seconds)})
    link = selectors.short_link(token)
    if link is None or not link.dossier.code:
        raise Http404
    dossier = link.dossier
    if dossiers.filed_by(request.user).filter(pk=dossier.pk).exists():
        return HttpResponseRedirect(DOSSIER.format(code=dossier.code))
    return HttpResponseRedirect(f"{LOOKUP}?{urlencode({'ma': dossier.code})}")

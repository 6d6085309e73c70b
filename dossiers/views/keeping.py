"""What somebody sent after their session had ended, held until they have signed in again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict
from django.utils import timezone

_KEPT = "typed_and_held"
_KEPT_FOR = timedelta(minutes=30)
_KEPT_LENGTH = 32 * 1024


def hold(request: HttpRequest, place: str) -> None:
    """Hold the form just posted for the page named; it lies in the visitor's own session, for half an hour."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) <= _KEPT_LENGTH:
        request.session[_KEPT] = {"place": place, "typed": text, "at": timezone.now().isoformat()}


def held(request: HttpRequest, place: str, *, at: datetime) -> QueryDict | None:
    """Return what was held for this page, once."""
    kept = request.session.get(_KEPT)
    if not kept or kept["place"] != place:
        return None
    del request.session[_KEPT]
    is_fresh = at - datetime.fromisoformat(kept["at"]) <= _KEPT_FOR
    return QueryDict(kept["typed"]) if is_fresh else None

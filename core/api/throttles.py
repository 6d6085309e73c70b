"""How often one caller may call; counted in the database, for all processes together."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

from core import limits

if TYPE_CHECKING:
    # REST framework reads its settings, and with them this module, while its views are being loaded.
    from rest_framework.request import Request
    from rest_framework.views import APIView

MINUTE = timedelta(minutes=1)


class CallerThrottle(BaseThrottle):
    """So many requests a minute for a token, a person, or an address of somebody unknown."""

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        key, limit = _caller(request)
        try:
            limits.hit(f"api:{key}", limit=limit, per=MINUTE, at=timezone.now())
        except limits.Limited as limited:
            self._wait = limited.retry_after_seconds
            return False
        return True

    def wait(self) -> float | None:
        return self._wait


def _caller(request: Request) -> tuple[str, int]:
    if request.auth is not None:
        return f"token:{request.auth.pk}", settings.API_REQUESTS_PER_MINUTE
    if request.user.is_authenticated:
        return f"user:{request.user.pk}", settings.API_REQUESTS_PER_MINUTE
    host = limits.host_of(limits.client_ip(request._request))
    return f"host:{host}", settings.API_ANONYMOUS_REQUESTS_PER_MINUTE

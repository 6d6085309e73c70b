"""Who is asking, may they enter the desk, and what they hear when they ask too often."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from accounts import selectors, sessions
from accounts.models import User
from accounts.views import arriving
from core.limits import Limited

_ADMIN_SIGN_IN = f"{settings.ADMIN_URL_PREFIX}login/"


class SessionUserMiddleware(AuthenticationMiddleware):
    """Put the person on the request, with the life span of sessions observed; costs nothing until somebody looks."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(sessions.user_of, request, at=timezone.now()))  # type: ignore[assignment]


class DeskDoorMiddleware(MiddlewareMixin):
    """Lead staff who have not shown a password and a second factor to where they can; the roles wait until then.

    The admin's own sign-in page knows neither the throttle nor the second factor, so it is never reached.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path_info.startswith(settings.STAFF_PREFIXES):
            return None
        if request.path_info == _ADMIN_SIGN_IN:
            onward = urlencode({"next": request.GET.get("next", settings.ADMIN_URL_PREFIX)})
            return HttpResponseRedirect(f"{reverse('accounts:staff_sign_in')}?{onward}")
        user = request.user
        if not user.is_authenticated or not user.is_kept_from_desk or not selectors.must_prove_twice(_plain(user)):
            return None
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        target = _door(request)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)


class LimitedMiddleware(MiddlewareMixin):
    """Answer 429 with the time to wait wherever a view lets ``Limited`` through."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Limited):
            return None
        return too_many(request, exception)


def too_many(request: HttpRequest, limited: Limited) -> HttpResponse:
    """Return the page of somebody who asks too often, with the wait in the header."""
    response = render(request, "429.html", {"wait": arriving.wait_text(limited)}, status=429)
    response["Retry-After"] = str(limited.retry_after_seconds)
    return response


def _plain(user: object) -> User:
    """Return the person behind the lazy object."""
    assert isinstance(user, User)
    return user


def _door(request: HttpRequest) -> str:
    name = "accounts:staff_sign_in" if sessions.came_by_code(request.session) else "accounts:second_factor"
    return f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}"

"""Home, and the pages that say what to do when something went wrong."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from procedures.enums import LifeEvent

# What people type most, in their own words; each is a search, so that none can lead nowhere.
_EXAMPLES = ("khai sinh", "tạm trú", "đăng ký kết hôn", "cấp đổi giấy chứng nhận")

# What a restart of the database takes, in seconds.
_BACK_SOON = "10"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what the visitor wants to do."""
    return render(request, "portal/home.html", {"life_events": LifeEvent.choices, "examples": _EXAMPLES})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, except where Django calls something else that: too much was sent, or the database went away."""
    if _is_database_away(exception):
        return server_error(request)
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the request's context: the session or the database may be what failed.

    A database that is away is 503: whoever asks again in a moment, a proxy or a program, will be served.
    """
    context = {"province_name": settings.PROVINCE_NAME, "hotline": "1022", "is_demo": settings.DEMO}
    if _is_database_away(sys.exc_info()[1]):
        page = render_to_string("503.html", context)
        return HttpResponse(page, status=503, headers={"Retry-After": _BACK_SOON})
    return HttpResponse(render_to_string("500.html", context), status=500)


def _is_database_away(error: BaseException | None) -> bool:
    """Look through what an exception was raised from."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__context__
    return error is not None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell somebody whose page was open too long how to keep what they typed."""
    return render(request, "403_csrf.html", status=403)

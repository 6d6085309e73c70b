"""What the ways of signing in share: where to go next, the second factor between, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext

from accounts import devices, services, sessions
from accounts.models import User
from core.limits import Limited

Context = Mapping[str, object]

_WAITING = "second_factor_waiting"
_WAITING_FOR = timedelta(minutes=10)
_LONGEST_ADDRESS = 2000


def safe_next(request: HttpRequest) -> str:
    """Return the address to go on to that the request names, if it is one of this site, else nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_local = wanted.startswith("/") and wanted.isprintable() and len(wanted) <= _LONGEST_ADDRESS
    return wanted if is_local and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def admit(request: HttpRequest, user: User, *, method: sessions.Method, onward: str) -> HttpResponse:
    """Sign the person in, or ask for the second factor first where they have one."""
    if services.has_second_factor(user):
        waiting = {"user": user.pk, "method": method, "next": onward, "since": timezone.now().isoformat()}
        request.session[_WAITING] = waiting
        return redirect("accounts:sign_in_second_factor")
    return _enter(request, user, method=method, second_factor=False, onward=onward)


def waiting_person(request: HttpRequest) -> User | None:
    """Return who has shown a code or a password just now and still owes the second factor."""
    waiting = request.session.get(_WAITING)
    if not waiting or timezone.now() - datetime.fromisoformat(waiting["since"]) > _WAITING_FOR:
        return None
    return User.objects.filter(pk=waiting["user"], is_active=True).first()


def admit_waiting(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in the person who has now shown the second factor too."""
    waiting = request.session.pop(_WAITING)
    method = sessions.Method(waiting["method"])
    return _enter(request, user, method=method, second_factor=True, onward=waiting["next"])


def _enter(
    request: HttpRequest, user: User, *, method: sessions.Method, second_factor: bool, onward: str
) -> HttpResponse:
    sessions.begin(request, user, method=method, second_factor=second_factor)
    response = HttpResponseRedirect(onward or _home(request, method))
    devices.remember_device(request, response, user.pk)
    remember_language(response, user.language)
    return response


def _home(request: HttpRequest, method: sessions.Method) -> str:
    is_staff = sessions.is_staff(request.session) and method == sessions.Method.PASSWORD
    return settings.STAFF_HOME if is_staff else settings.LOGIN_REDIRECT_URL


def remember_language(response: HttpResponse, language: str) -> None:
    """Let the browser ask for pages in the person's language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast("Literal['Lax', 'Strict']", settings.LANGUAGE_COOKIE_SAMESITE),
    )


def refuse(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    *,
    status: int,
    text: str = "",
    field: str | None = None,
    more: Context | None = None,
) -> HttpResponse:
    """Show the form again with what is wrong, beside the field if it is one field's."""
    if text:
        form.add_error(field, text)
    return render(request, template, {"form": form, **(more or {})}, status=status)


def refuse_limited(
    request: HttpRequest, template: str, form: forms.Form, limited: Limited, more: Context | None = None
) -> HttpResponse:
    """Show the form again and say how long to wait."""
    response = refuse(request, template, form, status=429, text=wait_text(limited), more=more)
    response["Retry-After"] = str(limited.retry_after_seconds)
    return response


def wait_text(limited: Limited) -> str:
    """Say how long to wait, in seconds below two minutes and in minutes or hours above."""
    seconds = limited.retry_after_seconds
    if seconds < 120:
        text = ngettext(
            "Please wait %(count)d second, then try again.", "Please wait %(count)d seconds, then try again.", seconds
        )
        return text % {"count": seconds}
    minutes = -(-seconds // 60)
    if minutes < 120:
        text = ngettext(
            "Please wait %(count)d minute, then try again.", "Please wait %(count)d minutes, then try again.", minutes
        )
        return text % {"count": minutes}
    hours = -(-minutes // 60)
    text = ngettext(
        "Please wait %(count)d hour, then try again, or call 1022.",
        "Please wait %(count)d hours, then try again, or call 1022.",
        hours,
    )
    return text % {"count": hours}

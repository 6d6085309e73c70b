"""Password, second factor, and showing once more who one is."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services, sessions, stepup
from accounts.adapters import SecondFactorAdapter
from accounts.forms.sign_in import ConfirmPasswordForm, EnrolForm, NewPasswordForm, SecondFactorForm
from accounts.models import User
from accounts.views import arriving
from accounts.views.signed_in import person
from core.limits import Limited

_NEW_SECRET = "second_factor_secret"  # noqa: S105 - the name of a session key
_RECENT_MINUTES = 10
_PASSWORD_PAGE = "accounts/password.html"  # noqa: S105
_ENROL_PAGE = "accounts/second_factor_enrol.html"
_CONFIRM_PAGE = "accounts/confirm.html"


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set or change the password; whoever came by a code to their phone has forgotten the old one, and may."""
    user = person(request)
    asks_current = _asks_current(request, user)
    if not asks_current and (detour := stepup.require_recent(request, _RECENT_MINUTES)):
        return detour
    form = NewPasswordForm(request.POST or None, user=user, asks_current=asks_current)
    if request.method != "POST":
        return render(request, _PASSWORD_PAGE, {"form": form})
    if not form.is_valid():
        return arriving.refuse(request, _PASSWORD_PAGE, form, status=422)
    if asks_current:
        try:
            is_right = services.confirm_password(user=user, password=form.cleaned_data["current"], at=timezone.now())
        except Limited as limited:
            return arriving.refuse_limited(request, _PASSWORD_PAGE, form, limited)
        if not is_right:
            form.add_error("current", _("This is not your present password."))
            return arriving.refuse(request, _PASSWORD_PAGE, form, status=422)
    services.set_password(user=user, password=form.cleaned_data["password"])
    sessions.keep_after_password_change(request, user)
    messages.success(request, _("Your new password is set. On all other devices you are signed out."))
    return redirect("accounts:home")


def _asks_current(request: HttpRequest, user: User) -> bool:
    """Tell whether the present password must be typed.

    :raises PermissionDenied: an officer without a password gets the first one from an administrator.
    """
    if selectors.must_prove_twice(user):
        if not user.has_usable_password():
            raise PermissionDenied
        return True
    return user.has_usable_password() and not sessions.came_by_code(request.session)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, show it, or manage it, whichever is next for this person in this session."""
    user = person(request)
    if not services.has_second_factor(user):
        return _enrol(request, user)
    if user.is_kept_from_desk and not sessions.has_second_factor(request.session):
        return confirm(request)
    is_optional = not selectors.must_prove_twice(user)
    return render(request, "accounts/second_factor.html", {"is_optional": is_optional})


def _enrol(request: HttpRequest, user: User) -> HttpResponse:
    if detour := stepup.require_recent(request, _RECENT_MINUTES):
        return detour
    secret = request.session.get(_NEW_SECRET)
    if not secret:
        secret = request.session[_NEW_SECRET] = services.new_secret()
    onward = arriving.safe_next(request)
    address = SecondFactorAdapter().build_totp_url(user, secret)
    picture = segno.make(address, error="m").svg_inline(scale=4, border=2)
    context: arriving.Context = {
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": picture,
    }
    if request.method != "POST":
        return render(request, _ENROL_PAGE, {"form": EnrolForm(initial={"next": onward}), **context})
    form = EnrolForm(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, _ENROL_PAGE, form, status=422, more=context)
    codes = services.enrol_second_factor(user=user, secret=secret, code=form.cleaned_data["code"])
    if codes is None:
        text = _("This code does not fit. Please check that the clock of your phone is set automatically.")
        return arriving.refuse(request, _ENROL_PAGE, form, status=422, text=text, field="code", more=context)
    del request.session[_NEW_SECRET]
    request.session.cycle_key()
    sessions.note_second_factor(request.session, at=timezone.now())
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": onward})


@never_cache
@login_required
@require_POST
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Void the old recovery codes and show new ones, once."""
    user = person(request)
    if not services.has_second_factor(user):
        return redirect("accounts:second_factor")
    if detour := stepup.require_recent(request, _RECENT_MINUTES):
        return detour
    codes = services.renew_recovery_codes(user=user)
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": ""})


@never_cache
@login_required
@require_POST
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Switch the second factor off for those who chose it; staff can't."""
    user = person(request)
    if selectors.must_prove_twice(user):
        raise PermissionDenied
    if detour := stepup.require_recent(request, _RECENT_MINUTES):
        return detour
    services.remove_second_factor(user=user)
    messages.success(request, _("The second factor is off."))
    return redirect("accounts:home")


@never_cache
@login_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask the signed-in person for the second factor, or the password, or a new code to the phone."""
    user = person(request)
    has_factor = services.has_second_factor(user)
    form_class = SecondFactorForm if has_factor else ConfirmPasswordForm
    onward = arriving.safe_next(request)
    context: arriving.Context = {
        "next": onward,
        "by_phone": not has_factor and not user.has_usable_password(),
        "phone": user.phone,
    }
    if request.method != "POST":
        return render(request, _CONFIRM_PAGE, {"form": form_class(initial={"next": onward}), **context})
    form = form_class(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, _CONFIRM_PAGE, form, status=422, more=context)
    try:
        is_right = _proves(user, form, has_factor=has_factor)
    except Limited as limited:
        return arriving.refuse_limited(request, _CONFIRM_PAGE, form, limited, more=context)
    if not is_right:
        text = _("This is not right. Please try once more.")
        return arriving.refuse(request, _CONFIRM_PAGE, form, status=422, text=text, more=context)
    request.session.cycle_key()
    if has_factor:
        sessions.note_second_factor(request.session, at=timezone.now())
    sessions.note_proof(request.session, at=timezone.now())
    return redirect(onward or "accounts:home")


def _proves(user: User, form: SecondFactorForm | ConfirmPasswordForm, *, has_factor: bool) -> bool:
    now = timezone.now()
    if has_factor:
        return services.prove_second_factor(user=user, code=form.cleaned_data["code"], at=now)
    return services.confirm_password(user=user, password=form.cleaned_data["password"], at=now)

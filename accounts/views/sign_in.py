"""Signing in by a code to the phone or by a password, the second factor, and signing out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import devices, services, sessions
from accounts.enums import CodePurpose
from accounts.forms.sign_in import CodeForm, PasswordSignInForm, SecondFactorForm, SignInForm, StaffSignInForm
from accounts.views import arriving, codes
from core.limits import Limited, client_ip

_CODE_SENT_TO = "code_sent_to"
_PHONE_PAGE = "accounts/sign_in.html"
_CODE_PAGE = "accounts/code.html"
_PASSWORD_PAGE = "accounts/password_sign_in.html"  # noqa: S105 - a template
_SECOND_FACTOR_PAGE = "accounts/sign_in_second_factor.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number and send a code to it, whoever it belongs to."""
    onward = arriving.safe_next(request)
    if request.method != "POST":
        return render(request, _PHONE_PAGE, {"form": SignInForm(initial={"next": onward})})
    form = SignInForm(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, _PHONE_PAGE, form, status=400)
    phone = form.cleaned_data["phone"]
    if not request.session.session_key:
        request.session.create()
    try:
        services.request_code(
            phone=phone,
            purpose=CodePurpose.SIGN_IN,
            session=str(request.session.session_key),
            ip=client_ip(request),
            at=timezone.now(),
            language=get_language() or "vi",
        )
    except Limited as limited:
        has_code = _sent_to(request) == phone
        return arriving.refuse_limited(request, _PHONE_PAGE, form, limited, more={"has_code": has_code})
    request.session[_CODE_SENT_TO] = {"phone": phone, "next": onward}
    return redirect("accounts:code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent to the phone; its first use by an unknown number makes the account."""
    phone = _sent_to(request)
    if not phone:
        return redirect("accounts:sign_in")
    onward = request.session[_CODE_SENT_TO]["next"]
    context = {"phone": phone, "next": onward}
    if request.method != "POST":
        return render(request, _CODE_PAGE, {"form": CodeForm(), **context})
    purpose = CodePurpose.SIGN_IN
    if refused := codes.take(request, _CODE_PAGE, phone=phone, purpose=purpose, status=400, more=context):
        return refused
    user = services.citizen_of(phone=phone, language=get_language() or "vi")
    if not user.is_active:
        text = _("This account is closed. Please call 1022.")
        return arriving.refuse(request, _CODE_PAGE, CodeForm(request.POST), status=400, text=text, more=context)
    del request.session[_CODE_SENT_TO]
    return arriving.admit(request, user, method=sessions.Method.CODE, onward=onward)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password_sign_in(request: HttpRequest, *, is_staff: bool = False) -> HttpResponse:
    """Take a sign-in name or phone number and a password; officers and citizens come the same way."""
    form_class = StaffSignInForm if is_staff else PasswordSignInForm
    context = {"is_staff": is_staff}
    onward = arriving.safe_next(request)
    if request.method != "POST":
        return render(request, _PASSWORD_PAGE, {"form": form_class(initial={"next": onward}), **context})
    form = form_class(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, _PASSWORD_PAGE, form, status=400, more=context)
    try:
        user = services.sign_in_by_password(
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
            ip=client_ip(request),
            device=devices.read_device(request),
            at=timezone.now(),
        )
    except Limited as limited:
        form.add_error(None, _("There were too many tries with a wrong password."))
        return arriving.refuse_limited(request, _PASSWORD_PAGE, form, limited, more=context)
    if user is None:
        text = _("The name or the password is not right. Please check both, and whether Caps Lock is on.")
        return arriving.refuse(request, _PASSWORD_PAGE, form, status=401, text=text, more=context)
    return arriving.admit(request, user, method=sessions.Method.PASSWORD, onward=onward)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask whoever has shown the first factor for the second one."""
    user = arriving.waiting_person(request)
    if user is None:
        return redirect("accounts:password_sign_in")
    if request.method != "POST":
        return render(request, _SECOND_FACTOR_PAGE, {"form": SecondFactorForm()})
    form = SecondFactorForm(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, _SECOND_FACTOR_PAGE, form, status=400)
    try:
        is_right = services.prove_second_factor(user=user, code=form.cleaned_data["code"], at=timezone.now())
    except Limited as limited:
        return arriving.refuse_limited(request, _SECOND_FACTOR_PAGE, form, limited)
    if not is_right:
        text = _("This code is not right, or it was used already. Please wait for the next one in the app.")
        return arriving.refuse(request, _SECOND_FACTOR_PAGE, form, status=401, text=text, field="code")
    return arriving.admit_waiting(request, user)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server, not in the browser only."""
    sessions.end(request)
    messages.success(request, _("You are signed out."))
    response = redirect("/")
    # Unsaved words that pages keep in the browser: the next person at this device must not find them.
    response["Clear-Site-Data"] = '"storage"'
    return response


def _sent_to(request: HttpRequest) -> str:
    return str(request.session.get(_CODE_SENT_TO, {}).get("phone", ""))

"""Another mobile number: a recent proof of who asks, then a code to the new number."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import services, stepup
from accounts.enums import CodePurpose
from accounts.forms.profile import PhoneForm
from accounts.forms.sign_in import CodeForm
from accounts.models import User
from accounts.views import arriving, codes
from accounts.views.signed_in import person
from core.limits import Limited, client_ip
from core.phones import display_mobile

_NEW_PHONE = "new_phone"
_RECENT_MINUTES = 10
_PHONE_PAGE = "accounts/phone.html"
_CODE_PAGE = "accounts/phone_code.html"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Ask for the new number and send a code to it, whoever it belongs to."""
    user = person(request)
    if detour := stepup.require_recent(request, _RECENT_MINUTES, back=request.path):
        return detour
    form = PhoneForm(request.POST or None, present=user.phone or "")
    if request.method != "POST":
        return render(request, _PHONE_PAGE, {"form": form})
    if not form.is_valid():
        return arriving.refuse(request, _PHONE_PAGE, form, status=422)
    phone = form.cleaned_data["phone"]
    try:
        services.request_code(
            phone=phone,
            purpose=CodePurpose.CHANGE_PHONE,
            session=str(request.session.session_key),
            ip=client_ip(request),
            at=timezone.now(),
            language=get_language() or "vi",
        )
    except Limited as limited:
        has_code = request.session.get(_NEW_PHONE) == phone
        return arriving.refuse_limited(request, _PHONE_PAGE, form, limited, more={"has_code": has_code})
    request.session[_NEW_PHONE] = phone
    return redirect("accounts:phone_code")


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent to the new number, and with it the number."""
    user, phone = person(request), request.session.get(_NEW_PHONE)
    if not phone:
        return redirect("accounts:phone")
    context = {"phone": phone}
    if request.method != "POST":
        return render(request, _CODE_PAGE, {"form": CodeForm(), **context})
    purpose = CodePurpose.CHANGE_PHONE
    if refused := codes.take(request, _CODE_PAGE, phone=phone, purpose=purpose, status=422, more=context):
        return refused
    try:
        services.change_phone(user=user, phone=phone)
    except services.PhoneTaken:
        return _taken(request, user, phone)
    del request.session[_NEW_PHONE]
    messages.success(request, _("Your new mobile number is set. From now on you sign in with it."))
    return redirect("accounts:profile")


def _taken(request: HttpRequest, user: User, phone: str) -> HttpResponse:
    """Say that the number has an account; whoever typed its code could have learned it by signing in."""
    del request.session[_NEW_PHONE]
    form = PhoneForm({"phone": display_mobile(phone)}, present=user.phone or "")
    text = _("Another account signs in with this number, so it can't be taken here. Please call 1022.")
    return arriving.refuse(request, _PHONE_PAGE, form, status=422, text=text, field="phone")

"""The citizen's own page: account, profile, the people who act for them, the enterprises they file for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.forms.profile import MandateForm, MemberForm, ProfileForm
from accounts.models import EnterpriseMember, Mandate, User
from accounts.views import arriving
from accounts.views.signed_in import person
from core.limits import Limited

_PROFILE_PAGE = "accounts/profile.html"
_MANDATES_PAGE = "accounts/mandates.html"
_ENTERPRISES_PAGE = "accounts/enterprises.html"
# The button that fetches the communes of the chosen province where scripts do not run.
_CHOOSE_PROVINCE = "choose_province"


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what somebody can do with their account."""
    user = person(request)
    context = {
        "has_second_factor": services.has_second_factor(user),
        "has_password": user.has_usable_password(),
        "is_officer": selectors.is_officer(user),
    }
    return render(request, "accounts/home.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep what the citizen tells once and every form takes from here."""
    user = person(request)
    if request.method != "POST":
        return render(request, _PROFILE_PAGE, {"form": ProfileForm(initial=_initial(user))})
    if _CHOOSE_PROVINCE in request.POST:
        return render(request, _PROFILE_PAGE, {"form": ProfileForm(initial=request.POST.dict())})
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return arriving.refuse(request, _PROFILE_PAGE, form, status=422)
    try:
        services.save_profile(user=user, data=form.data_to_save(), at=timezone.now())
    except services.IdentityTaken:
        form.add_error("identity_number", _("This number can't be used here. If it is yours, please call 1022."))
        return arriving.refuse(request, _PROFILE_PAGE, form, status=422)
    except Limited as limited:
        return arriving.refuse_limited(request, _PROFILE_PAGE, form, limited)
    messages.success(request, _("Your profile is saved. Forms take it from here."))
    for doubt in form.doubts():
        messages.warning(request, doubt)
    response = redirect("accounts:profile")
    arriving.remember_language(response, user.language)
    return response


def _initial(user: User) -> dict[str, Any]:
    values = selectors.profile_values(user)
    address = values["address"]
    assert isinstance(address, dict)
    return {**values, **address, "language": user.language}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """Show who acts for whom, and let somebody else act for oneself."""
    user = person(request)
    if request.method != "POST":
        return _mandates_page(request, user, MandateForm())
    form = MandateForm(request.POST)
    if not form.is_valid():
        return _mandates_page(request, user, form, status=422)
    now = timezone.now()
    try:
        services.give_mandate(grantor=user, phone=form.cleaned_data["phone"], until=form.cleaned_data["until"], at=now)
    except services.NotYourself:
        form.add_error("phone", _("This is your own number. Please type the number of the person who helps you."))
    except services.BadTerm:
        form.add_error("until", _("The last day is today or later, and not more than two years ahead."))
    except Limited as limited:
        form.add_error(None, arriving.wait_text(limited))
        return _mandates_page(request, user, form, status=429)
    if form.errors:
        return _mandates_page(request, user, form, status=422)
    messages.success(request, _("This person may act for you now. You can end it at any time."))
    return redirect("accounts:mandates")


def _mandates_page(request: HttpRequest, user: User, form: MandateForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {
        "form": form,
        "given": selectors.mandates_given(user, at=now),
        "held": selectors.mandates_held(user, at=now),
    }
    return render(request, _MANDATES_PAGE, context, status=status)


@login_required
@require_POST
def revoke_mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """End a mandate that the person gave or holds."""
    try:
        services.revoke_mandate(mandate_id=mandate_id, user=person(request), at=timezone.now())
    except Mandate.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("It is ended."))
    return redirect("accounts:mandates")


@never_cache
@login_required
@require_safe
def enterprises(request: HttpRequest) -> HttpResponse:
    """Show the enterprises the person files for, with the members where they are the owner."""
    return _enterprises_page(request, person(request))


@login_required
@require_POST
def add_member(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """Let somebody file for the enterprise."""
    user = person(request)
    form = MemberForm(request.POST, prefix=f"e{enterprise_id}")
    try:
        if not form.is_valid():
            return _enterprises_page(request, user, status=422, forms={enterprise_id: form})
        services.add_member(
            enterprise_id=enterprise_id, owner=user, phone=form.cleaned_data["phone"], at=timezone.now()
        )
    except services.NotTheOwner as error:
        raise Http404 from error
    messages.success(request, _("This person may file for the enterprise now."))
    return redirect("accounts:enterprises")


@login_required
@require_POST
def remove_member(request: HttpRequest, enterprise_id: int, member_id: int) -> HttpResponse:
    """Take somebody's right to file for the enterprise."""
    try:
        services.remove_member(enterprise_id=enterprise_id, member_id=member_id, owner=person(request))
    except (services.NotTheOwner, EnterpriseMember.DoesNotExist) as error:
        raise Http404 from error
    except services.LastOwner:
        messages.error(request, _("An enterprise keeps at least one owner. Please name another one first: call 1022."))
        return redirect("accounts:enterprises")
    messages.success(request, _("This person no longer files for the enterprise."))
    return redirect("accounts:enterprises")


def _enterprises_page(
    request: HttpRequest, user: User, *, status: int = 200, forms: dict[int, MemberForm] | None = None
) -> HttpResponse:
    cards = []
    for place in selectors.enterprises_with_members(user):
        key = place.enterprise.pk
        cards.append({"place": place, "form": (forms or {}).get(key) or MemberForm(prefix=f"e{key}")})
    return render(request, _ENTERPRISES_PAGE, {"cards": cards}, status=status)

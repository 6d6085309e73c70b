"""The receipt: what was filed, paper by paper, with the code as a picture that a phone can read."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from dossiers.models import Dossier
from dossiers.views import citizen, citizen_dossier, citizen_words


@require_safe
@citizen.signed_in_only
def receipt(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show the receipt with the due date (form 01 of Thông tư 03/2025/TT-VPCP), or before it that it was submitted.

    The text of the form itself was not found; a province that must keep to its wording changes the template.
    """
    found = citizen.find_visible(user, code)
    context = {
        "dossier": found,
        "promise": citizen_words.promise(found),
        "counter": citizen_words.place_of(found.agency),
        "papers": citizen_dossier.papers_of(found),
        "public_address": _address(),
    }
    return render(request, "citizen/receipt.html", context)


@require_safe
@citizen.signed_in_only
def qr(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Draw the address of the public lookup with the code filled in."""
    found = citizen.find_visible(user, code)
    drawn = io.BytesIO()
    segno.make_qr(_public_address(found), error="m").save(drawn, kind="svg", border=4, omitsize=True, xmldecl=False)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def _public_address(dossier: Dossier) -> str:
    return f"{_address()}?{urlencode({'ma': dossier.code})}"


def _address() -> str:
    return f"{settings.PUBLIC_URL}{reverse('lookup:lookup')}"

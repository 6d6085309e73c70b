"""A leader's decision asks for a recent proof of who they are; what they have typed waits in the session meanwhile."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import stepup
from accounts.models import User
from dossiers import permissions
from dossiers.models import Dossier
from dossiers.views.officer_actions import Action

_TYPED = "step_typed"
# Longer than any text that a form takes.
_LONGEST = 4000


def is_owed(request: HttpRequest, action: Action, dossier: Dossier, user: User) -> bool:
    """Tell whether this person must show once more who they are before this step."""
    if action.kind is None or not permissions.is_decision(user, dossier, action.kind):
        return False
    return stepup.is_owed(request.session, settings.STEP_UP_MINUTES)


def detour(request: HttpRequest, action: Action, dossier: Dossier, user: User) -> HttpResponse | None:
    """Return the way to the proof and back to the form, or None where none is owed."""
    if not is_owed(request, action, dossier, user):
        return None
    if request.method == "POST":
        fields = {name: request.POST[name][:_LONGEST] for name in action.form.base_fields if name in request.POST}
        request.session[_TYPED] = {"page": request.path, "fields": fields}
    return stepup.require_recent(request, settings.STEP_UP_MINUTES, back=request.path)


def typed_before(request: HttpRequest) -> dict[str, Any]:
    """Return once what was typed into this form before the detour, the version then on the screen included."""
    kept = request.session.pop(_TYPED, None)
    if kept is None or kept["page"] != request.path:
        return {}
    messages.info(request, _("Thank you. The step has not been taken yet: what you typed is here again."))
    fields: dict[str, Any] = kept["fields"]
    return fields

"""Every step of the desk: its form, one service call, and what the officer hears when it could not be taken."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dossiers import permissions, queues, services
from dossiers.forms import steps
from dossiers.models import Dossier
from dossiers.views import officer, officer_dossier, officer_proof
from dossiers.views.officer_actions import BY_SLUG, Action, may_take

# Sent by the button, and by htmx, when only the choices of the form shall follow what was chosen.
RELOAD = "_reload"


@require_http_methods(["GET", "HEAD", "POST"])
@officer.officers_only
def step(request: HttpRequest, scope: queues.Scope, code: str, slug: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    action = BY_SLUG.get(slug)
    if action is None:
        raise Http404
    is_taken = request.method == "POST" and RELOAD not in request.POST
    dossier = officer_dossier.find(scope, code, is_shown=not is_taken)
    if (detour := officer_proof.detour(request, action, dossier, scope.user)) is not None:
        return detour
    moment = steps.Moment(dossier, scope.user, timezone.now())
    if is_taken:
        return _take(request, scope, action, moment)
    try:
        may_take(action, dossier, scope.user, at=moment.at)
    except services.StepNotPossible:
        return _refused(request, scope, action, dossier)
    except services.NotPermitted as error:
        raise PermissionDenied from error
    initial = {name: value for name, value in request.POST.items() if name != "version"}
    initial |= officer_proof.typed_before(request)
    return _form(request, scope, action, action.form(moment=moment, initial=initial))


def _take(request: HttpRequest, scope: queues.Scope, action: Action, moment: steps.Moment) -> HttpResponse:
    dossier, form = moment.dossier, action.form(request.POST, moment=moment)
    try:
        if not form.is_valid():
            may_take(action, dossier, scope.user, at=moment.at)
            return _form(request, scope, action, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        version = form.cleaned_data["version"]
        done = action.call(dossier, actor=scope.user, at=moment.at, version=version, **form.arguments())
    except services.InvalidStep as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _form(request, scope, action, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except services.StaleDossier as stale:
        return _refused(request, scope, action, dossier, form=form, event=stale.event)
    except services.StepNotPossible:
        return _refused(request, scope, action, dossier, form=form)
    except services.NotPermitted as error:
        raise PermissionDenied from error
    messages.success(request, _("Done: %(step)s.") % {"step": action.title})
    return _back(request, scope, done.dossier)


def _back(request: HttpRequest, scope: queues.Scope, dossier: Dossier) -> HttpResponse:
    """Go back to the dossier as the step left it, or to the desk when it now lies elsewhere."""
    is_here = permissions.may_work_on(scope.user, dossier)
    target = reverse("desk:dossier", args=[dossier.code]) if is_here else reverse("desk:home")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": target})
    response = redirect(target)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _form(
    request: HttpRequest, scope: queues.Scope, action: Action, form: steps.StepForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"action": action, "dossier": form.moment.dossier, "form": form, "reload": RELOAD}
    return _render(request, scope, "step", context, status)


def _refused(
    request: HttpRequest,
    scope: queues.Scope,
    action: Action,
    dossier: Dossier,
    form: steps.StepForm | None = None,
    event: Any = None,
) -> HttpResponse:
    """Say who was faster, or that the step no longer exists, and keep what was typed."""
    typed = [(form[name].label, form.data.get(name)) for name in form.fields if name != "version"] if form else []
    context = {
        "action": action,
        "dossier": dossier,
        "event": event,
        "typed": [(label, text) for label, text in typed if isinstance(text, str) and text.strip()],
    }
    return _render(request, scope, "conflict", context, HTTPStatus.CONFLICT)


def _render(request: HttpRequest, scope: queues.Scope, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, f"desk/_{name}.html", context, status=status)
    return render(request, f"desk/{name}.html", {**officer.frame(scope), **context}, status=status)

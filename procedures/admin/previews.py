"""A version as the citizen will meet it, and a filled-in one as the officer will; nothing is stored."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import forms
from procedures.forms.sample import sample_answers
from procedures.models import ProcedureVersion


def as_citizen(request: HttpRequest, version: ProcedureVersion) -> HttpResponse:
    """Show the whole e-form on one page; checking it tells what a citizen would be told."""
    today, units = timezone.localdate(), forms.Units()
    data = request.POST if request.method == "POST" else None
    made = forms.build_form(version, on=today, data=data, units=units)
    answers = {form.group.key: form.draft for form in made if data is not None}
    is_good = data is not None and all(form.is_valid() for form in made)
    context = {
        "version": version,
        "forms": made,
        "papers": forms.papers_asked(version, answers, on=today, units=units),
        "is_checked": data is not None,
        "is_good": is_good,
    }
    status = 200 if data is None or is_good else 422
    return TemplateResponse(request, "procedures_admin/preview_citizen.html", context, status=status)


def as_officer(request: HttpRequest, version: ProcedureVersion, context: dict[str, Any]) -> HttpResponse:
    """Show invented answers the way the officer's screen does, with papers, fees, times and steps."""
    today, units = timezone.localdate(), forms.Units()
    answers = sample_answers(version, on=today, units=units)
    context |= {
        "title": _("Preview as officer: %(name)s") % {"name": version.name},
        "version": version,
        "sections": forms.display(version, answers, units=units),
        "papers": forms.papers_asked(version, answers, on=today, units=units),
        "fees": version.fees.all(),
        "time_limits": version.time_limits.all(),
        "steps": version.steps.all(),
    }
    return TemplateResponse(request, "procedures_admin/preview_officer.html", context)

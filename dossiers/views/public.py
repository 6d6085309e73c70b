"""Public lookup: code and second factor in, status, unit and dates out."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import limits
from dossiers import lookup
from dossiers.forms.citizen import LookupForm

# 20 in a minute from one place (threat T2); and so few wrong tries of one code that four digits can't be tried through.
_BY_CALLER, _CALLER_PER = 20, timedelta(minutes=1)
_BY_CODE, _CODE_PER = 10, timedelta(hours=1)
# Far beyond what any form of ours sends.
_MOST = 200


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Answer the question for one dossier; an unknown code and a wrong factor get the same answer.

    The question is posted, so that no code and no digit stands in an address or a log.
    """
    if request.method == "GET":
        code = request.GET.get("ma", "")[:60]
        return _page(request, LookupForm(initial={"code": code if code.isprintable() else ""}))
    if any(len(request.POST.get(name, "")) > _MOST for name in ("code", "factor")):
        raise BadRequest
    form = LookupForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    code, factor, now = form.cleaned_data["code"], form.cleaned_data["factor"], timezone.now()
    per_code = _per_code(code)
    limits.hit_all([_per_caller(request), per_code], at=now)
    found = lookup.find(code=code, factor=factor, at=now)
    if found is None:
        return _page(request, form, status=HTTPStatus.NOT_FOUND)
    limits.take_back([per_code], at=now)
    return _page(request, form, found=found)


def _per_caller(request: HttpRequest) -> limits.Rule:
    return limits.Rule(f"lookup:{limits.host_of(limits.client_ip(request))}", _BY_CALLER, _CALLER_PER)


def _per_code(code: str) -> limits.Rule:
    return limits.Rule(f"lookup-code:{lookup.normalise_code(code)}", _BY_CODE, _CODE_PER)


def _page(
    request: HttpRequest, form: LookupForm, *, found: lookup.PublicStatus | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "found": found, "is_unknown": status == HTTPStatus.NOT_FOUND}
    response = render(request, "lookup/lookup.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response

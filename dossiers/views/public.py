"""Public lookup: code and second factor in, status, unit and dates out."""

from __future__ import annotations

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
    code, factor = form.cleaned_data["code"], form.cleaned_data["factor"]
    caller = limits.host_of(limits.client_ip(request))
    found = lookup.ask(code=code, factor=factor, caller=caller, at=timezone.now())
    if found is None:
        return _page(request, form, status=HTTPStatus.NOT_FOUND)
    return _page(request, form, found=found)


def _page(
    request: HttpRequest, form: LookupForm, *, found: lookup.PublicStatus | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {"form": form, "found": found, "is_unknown": status == HTTPStatus.NOT_FOUND}
    response = render(request, "lookup/lookup.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response

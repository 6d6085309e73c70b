"""Under ``/api/`` nothing answers with a page: what fails outside a view gets the same envelope."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django_structlog.signals import bind_extra_request_metadata

from core.api import errors

PREFIX = "/api/"
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Language")


class ApiEnvelopeMiddleware:
    """Give every request of the API an id that answer and log share, and every failure the API's own shape.

    It stands first, so that it also sees a wrong host name or a database that does not answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        # Never the caller's own: it would stand in our log as if it were ours.
        request.META[errors.REQUEST_ID_HEADER] = str(uuid.uuid4())
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST and not _is_json(response):
            response = _enveloped(request, response)
        response["X-Request-ID"] = request.META[errors.REQUEST_ID_HEADER]
        return response


@receiver(bind_extra_request_metadata, dispatch_uid="core.api.request_id")
def _take_id_of_log(request: HttpRequest, **_kwargs: Any) -> None:
    """Let the answer carry the id under which the log tells about the request."""
    if request.path_info.startswith(PREFIX):
        request.META[errors.REQUEST_ID_HEADER] = structlog.contextvars.get_contextvars()["request_id"]


def _is_json(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")


def _enveloped(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    made = JsonResponse(errors.envelope(request, response.status_code), status=response.status_code)
    made["Cache-Control"] = "no-store"
    for name in _KEPT_HEADERS:
        if name in response.headers:
            made[name] = response.headers[name]
    return made

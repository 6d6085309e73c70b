"""From what a view raises to what the caller reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.api import errors
from core.limits import Limited


def handle(raised: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into an answer; None for what is our own fault, so that it is recorded as such."""
    error = _expected(raised)
    if error is None:
        return None
    request = context["request"]._request
    told: dict[str, Any] = {"code": _code_of(error), "message": _message_of(error), "fields": _fields_of(error)}
    if isinstance(error, errors.ApiError):
        told["conflict"] = error.conflict
    set_rollback()
    return Response(
        errors.envelope(request, error.status_code, **told), status=error.status_code, headers=dict(_headers_of(error))
    )


def _expected(raised: Exception) -> exceptions.APIException | None:
    if isinstance(raised, exceptions.APIException):
        return raised
    if isinstance(raised, Limited):
        return exceptions.Throttled(wait=raised.retry_after_seconds)
    if isinstance(raised, Http404):
        return errors.ApiError(status=404)
    if isinstance(raised, PermissionDenied):
        return errors.ApiError(status=403)
    if isinstance(raised, RequestDataTooBig):
        return errors.ApiError(status=413)
    if isinstance(raised, SuspiciousOperation):
        return errors.ApiError(status=400)
    return None


def _code_of(error: exceptions.APIException) -> str:
    if isinstance(error, errors.ApiError):
        return error.code
    if isinstance(error, exceptions.ValidationError):
        return errors.UNKNOWN_FIELD if errors.UNKNOWN_FIELD in _codes(error.get_codes()) else "invalid"
    if isinstance(error, exceptions.ParseError):
        return "parse_error"
    if isinstance(error, exceptions.AuthenticationFailed):
        return "authentication_failed"
    return ""


def _codes(codes: Any) -> Iterator[str]:
    if isinstance(codes, dict | list):
        for child in codes.values() if isinstance(codes, dict) else codes:
            yield from _codes(child)
    else:
        yield str(codes)


def _message_of(error: exceptions.APIException) -> errors.Text:
    if isinstance(error, errors.ApiError | exceptions.ParseError):
        return str(error.detail)
    if isinstance(error, exceptions.ValidationError):
        return _("Something in the request is not as it must be.")
    return ""


def _fields_of(error: exceptions.APIException) -> errors.Fields:
    if isinstance(error, errors.ApiError):
        return error.fields
    if isinstance(error, exceptions.ValidationError):
        return errors.flatten(error.detail)
    return {}


def _headers_of(error: exceptions.APIException) -> Iterator[tuple[str, str]]:
    if getattr(error, "auth_header", None):
        yield "WWW-Authenticate", error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None) is not None:
        yield "Retry-After", str(max(1, round(error.wait)))  # type: ignore[attr-defined]

"""One shape for every error of the API: ``{"error": {"code", "message", "fields", "request_id"}}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

UNKNOWN_FIELD = "unknown_field"
REQUEST_ID_HEADER = "HTTP_X_REQUEST_ID"
_NAME_LENGTH = 130
_MOST_FIELDS = 100

Text = str | Promise
Fields = Mapping[str, list[Any]]

# What a status says when nobody said anything better: code and message.
_BY_STATUS: dict[int, tuple[str, Text]] = {
    400: ("bad_request", _("The request can't be read.")),
    401: ("not_authenticated", _("Sign in first.")),
    403: ("permission_denied", _("You may not do this.")),
    404: ("not_found", _("There is nothing here.")),
    405: ("method_not_allowed", _("This address does not take this method.")),
    406: ("not_acceptable", _("This address answers in another format only.")),
    409: ("conflict", _("This is not possible now.")),
    412: ("precondition_failed", _("It was changed meanwhile. Read it again.")),
    413: ("too_large", _("The request is too long.")),
    415: ("unsupported_media_type", _("Send application/json.")),
    422: ("unprocessable", _("This can't be accepted as it is.")),
    428: ("precondition_required", _("Send If-Match with the ETag that you read.")),
    429: ("throttled", _("Too many requests. Please wait.")),
    500: ("error", _("Something went wrong on our side. It has been recorded.")),
    503: ("unavailable", _("The service is not available for a moment.")),
}


class ApiError(exceptions.APIException):
    """An expected refusal; ``fields`` maps places of the input to messages, ``conflict`` tells who was faster."""

    status_code = 400

    def __init__(
        self,
        message: Text | None = None,
        *,
        status: int | None = None,
        code: str = "",
        fields: Fields | None = None,
        conflict: Mapping[str, Any] | None = None,
    ) -> None:
        if status is not None:
            self.status_code = status
        standing = _BY_STATUS[self.status_code]
        super().__init__(detail=str(message or standing[1]), code=code or standing[0])
        self.code = code or standing[0]
        self.fields = fields or {}
        self.conflict = conflict


def bad_request(message: Text, *, code: str, fields: Fields | None = None) -> ApiError:
    return ApiError(message, status=HTTPStatus.BAD_REQUEST, code=code, fields=fields)


def conflict(message: Text, *, code: str, told: Mapping[str, Any] | None = None) -> ApiError:
    return ApiError(message, status=HTTPStatus.CONFLICT, code=code, conflict=told)


def unprocessable(message: Text, *, code: str = "", fields: Fields | None = None) -> ApiError:
    return ApiError(message, status=HTTPStatus.UNPROCESSABLE_ENTITY, code=code, fields=fields)


def envelope(
    request: HttpRequest | None,
    status: int,
    *,
    code: str = "",
    message: Text = "",
    fields: Fields | None = None,
    conflict: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the body of an error answer."""
    standing = _BY_STATUS.get(status) or _BY_STATUS[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400]
    error: dict[str, Any] = {
        "code": code or standing[0],
        "message": str(message or standing[1]),
        "fields": {name: [str(text) for text in texts] for name, texts in (fields or {}).items()},
        "request_id": request.META.get(REQUEST_ID_HEADER, "") if request is not None else "",
    }
    if conflict is not None:
        error["conflict"] = dict(conflict)
    return {"error": error}


def flatten(detail: Any) -> dict[str, list[str]]:
    """Return nested validation errors by dotted place; what belongs to no field stands under the empty name."""
    found: dict[str, list[str]] = {}
    for place, text in _leaves(detail, ""):
        if place in found or len(found) < _MOST_FIELDS:
            found.setdefault(place, []).append(text)
    return found


def _leaves(detail: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for name, child in detail.items():
            key = "" if name == "non_field_errors" else str(name)[:_NAME_LENGTH]
            yield from _leaves(child, f"{place}.{key}".strip("."))
    elif isinstance(detail, list):
        for number, child in enumerate(detail):
            inner = f"{place}.{number}" if isinstance(child, dict | list) else place
            yield from _leaves(child, inner)
    else:
        yield place, str(detail)

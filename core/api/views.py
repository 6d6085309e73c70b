"""The view every address of the API comes from."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import errors
from core.api.fields import Input
from core.api.throttles import CallerThrottle

S = TypeVar("S", bound=serializers.BaseSerializer[Any])


class ApiView(APIView):
    """Refuses what the address does not take, in this order: method, who asks, how often, size, names in the query.

    ``permission_classes`` must be named by each view; without them nobody gets in.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    throttle_classes = [CallerThrottle]
    # What may stand in the query of GET, besides nothing.
    query_serializer: ClassVar[type[Input] | None] = None
    cache_control: ClassVar[str] = "private, no-store"

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:  # type: ignore[override]
        view = super().as_view(**initkwargs)
        # A redirect to the address with a slash would lose the body of a POST.
        view.should_append_slash = False  # type: ignore[attr-defined]
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        method = str(request.method).lower()
        if method not in self.http_method_names or not hasattr(self, method):
            self.http_method_not_allowed(request, *args, **kwargs)
        super().initial(request, *args, **kwargs)
        if _length_of(request._request) > self.body_limit():
            raise errors.ApiError(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.query = self._checked_query(request)

    def body_limit(self) -> int:
        """Return how long a body may be, in bytes."""
        return int(settings.API_BODY_LIMIT)

    def _checked_query(self, request: Request) -> dict[str, Any]:
        serializer = self.query_serializer if request.method in ("GET", "HEAD") else None
        fields = serializer().fields if serializer else {}
        faults = {name[:130]: [_("There is no such parameter.")] for name in request.query_params if name not in fields}
        if faults:
            raise errors.bad_request(_("A parameter is unknown."), code="unknown_parameter", fields=faults)
        given = dict(request.query_params.lists())
        if any(len(values) > 1 for values in given.values()):
            raise errors.bad_request(_("A parameter stands twice."), code="repeated_parameter")
        if serializer is None:
            return {}
        return read(serializer, {name: values[0] for name, values in given.items()})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", self.cache_control if final.status_code < 400 else "no-store")
        return final


def read(serializer: type[Input], data: Any) -> dict[str, Any]:
    """Return the checked input.

    :raises serializers.ValidationError: told as 400.
    """
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    checked: dict[str, Any] = given.validated_data
    return checked


def answer(serializer: serializers.BaseSerializer[Any], status: int = HTTPStatus.OK, **headers: str) -> Response:
    """Return what the serializer makes of its object."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(serializer.data, status=status, headers=named)


def no_content() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT)


def _length_of(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 16 else 0

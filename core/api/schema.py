"""How the API describes itself: each operation says what it takes and gives, and here what it may refuse is added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from core.api import idempotency
from core.api.fields import Input, Output
from core.api.permissions import Anybody

F = TypeVar("F", bound=Callable[..., Any])
IDEMPOTENCY_KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "pattern": idempotency.PATTERN},
    "header",
    required=True,
    description="Chosen by you, the same for every repetition of one request; kept for 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "minLength": 1},
    "header",
    required=True,
    description="The ETag that you read last, or *.",
)
ETAG = OpenApiParameter("ETag", str, "header", response=True, description="Send it back in If-Match.")
CODE = OpenApiParameter("code", {"type": "string", "maxLength": 40}, "path", description="The dossier's code.")


class Conflict(Output):
    """Who was faster, with what, and when; for officers."""

    who = serializers.CharField()
    what = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="The version that the dossier has now.")


class ErrorBody(Output):
    code = serializers.CharField(help_text="A word for programs; it does not change with the language.")
    message = serializers.CharField(help_text="A sentence for people, in the language of the answer.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), help_text="Places of the input with what is wrong."
    )
    request_id = serializers.CharField(help_text="Tell us this number when you report the error.")
    conflict = Conflict(required=False)


class Error(Output):
    """The one shape of every error."""

    error = ErrorBody()


def operation(
    summary: str,
    *,
    gives: Any = None,
    takes: type[Input] | dict[str, Any] | None = None,
    query: type[Input] | None = None,
    status: int = 200,
    refuses: Iterable[int] = (),
    parameters: Sequence[OpenApiParameter] = (),
    content: str = "application/json",
    tag: str,
) -> Callable[[F], F]:
    """Describe one method of a view; ``refuses`` are statuses besides those that any operation may answer with."""
    done = OpenApiResponse(gives, description="Done") if gives is not None else OpenApiResponse(description="Done")
    responses: dict[Any, Any] = {status if gives is None else (status, content): done}
    responses |= {code: OpenApiResponse(Error, description=_REFUSALS[code]) for code in sorted({*_ALWAYS, *refuses})}
    if takes is not None:
        responses |= {code: OpenApiResponse(Error, description=_REFUSALS[code]) for code in (413, 415)}
    return extend_schema(
        summary=summary,
        request=takes,
        parameters=[*parameters, *([query] if query else [])],
        responses=responses,
        tags=[tag],
    )


_ALWAYS = (400, 401, 403, 405, 406, 429, 503)
_REFUSALS = {
    400: "It can't be read, or holds what this address does not take",
    401: "Nobody is signed in, or the token is not valid",
    403: "Not for this person, or not with this token",
    404: "There is none, or it is not yours",
    405: "Not this method",
    406: "Not in this format",
    409: "Somebody was faster, or the step does not exist from here",
    412: "The ETag is not the newest",
    413: "Too long",
    415: "Not this type of content",
    422: "Well formed, but not acceptable",
    428: "If-Match is missing",
    429: "Too many requests; see Retry-After",
    503: "Not available for a moment",
}


class OperationSchema(AutoSchema):
    """Names operations after their views, so that generated clients read well."""

    def get_operation_id(self) -> str:
        name: str = getattr(self.view, "operation_name", "") or type(self.view).__name__
        verb = {"GET": "read", "POST": "send", "PUT": "put", "PATCH": "change", "DELETE": "delete"}[self.method]
        return f"{verb}{name}"

    def get_auth(self) -> list[Any]:
        """Return nothing for what is open to everybody, so that it is not told as if a token made a difference."""
        return [] if Anybody in self.view.permission_classes else super().get_auth()

    def get_description(self) -> str:  # type: ignore[override]
        """Return the docstring of the method alone; that of a base class says nothing to a caller."""
        action = getattr(self.view, self.method.lower(), None)
        return (getattr(action, "__doc__", None) or "").strip()


def share_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Write each refusal down once, and let the operations point to it."""
    shared = result["components"].setdefault("responses", {})
    for found in result["paths"].values():
        for described in found.values():
            for status, response in described["responses"].items():
                if int(status) in _REFUSALS:
                    shared[f"Refused{status}"] = response
                    described["responses"][status] = {"$ref": f"#/components/responses/Refused{status}"}
    return result


def close_inputs(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every object that a request may hold that it takes no other names."""
    schemas = result.get("components", {}).get("schemas", {})
    for found in result["paths"].values():
        for described in found.values():
            for content in described.get("requestBody", {}).get("content", {}).values():
                _close(content["schema"], schemas)
    return result


def _close(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    name = schema.get("$ref", "").rpartition("/")[2]
    target = schemas[name] if name else schema
    if "properties" in target and "additionalProperties" not in target:
        target["additionalProperties"] = False
    for child in target.get("properties", {}).values():
        _close(child, schemas)
        _close(child.get("items", {}), schemas)
        for part in child.get("allOf", []):
            _close(part, schemas)


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.bearer.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return what the schema says of tokens."""
        return {"type": "http", "scheme": "bearer", "description": "A token that an administrator issued."}

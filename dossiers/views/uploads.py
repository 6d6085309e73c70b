"""The tus 1.0 protocol over HTTP; every refusal is JSON with a code for the script and a text for the person."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import limits
from core.files import checks
from dossiers import papers, selectors, uploads
from dossiers.models import Dossier, Upload

_VERSION = "1.0.0"
_BYTES = "application/offset+octet-stream"

View = Callable[..., HttpResponse]


def _refusal(status: int, code: str, message: Any, **headers: str) -> JsonResponse:
    body = {"error": {"code": code, "message": str(message)}}
    return JsonResponse(body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def _tus(view: View) -> View:
    """Speak one version, know who asks, and put the protocol's headers on every answer."""

    @wraps(view)
    def wrapped(request: HttpRequest, **where: Any) -> HttpResponse:
        response = _refused(request) or _answered(view, request, **where)
        response["Tus-Resumable"] = _VERSION
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


def _refused(request: HttpRequest) -> HttpResponse | None:
    if request.method == "OPTIONS":
        return None
    if not request.user.is_authenticated:
        response = _refusal(401, "signed_out", _("You have been signed out. Sign in again, then continue the upload."))
        response["X-Sign-In"] = resolve_url(settings.LOGIN_URL)
        return response
    if request.headers.get("Tus-Resumable") != _VERSION:
        return HttpResponse(status=412, headers={"Tus-Version": _VERSION})
    return None


def _answered(view: View, request: HttpRequest, **where: Any) -> HttpResponse:
    try:
        return view(request, at=timezone.now(), **where)
    except (Dossier.DoesNotExist, Upload.DoesNotExist):
        return _refusal(404, "not_found", _("This upload was not found. Please choose the file again."))
    except checks.Rejected as rejected:
        return _refusal(422, rejected.reason, rejected.message)
    except papers.PaperError as error:
        return _refusal(403, "closed", error.message)
    except uploads.WrongOffset as wrong:
        text = _("The upload stands elsewhere.")
        return _refusal(409, "wrong_offset", text, **{"Upload-Offset": str(wrong.offset)})
    except uploads.TooLong:
        return _refusal(413, "too_long", _("More was sent than announced. Please choose the file again."))
    except uploads.TooManyUploads:
        return _refusal(429, "too_many", _("Too many uploads are open. Please wait until one is finished."))
    except limits.Limited as limited:
        wait = str(limited.retry_after_seconds)
        text = _("Too many files in a short time. Please continue in a while.")
        return _refusal(429, "too_many", text, **{"Retry-After": wait})
    except uploads.StorageFull:
        text = _("The file can't be stored right now. What was sent is kept; the upload goes on by itself.")
        return _refusal(503, "storage", text, **{"Retry-After": "60"})


@require_http_methods(["OPTIONS", "POST"])
@_tus
def collection(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Begin an upload."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=_abilities())
    length = _number(request, "Upload-Length")
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        public_id = UUID(metadata["dossier"])
        component, name = metadata["component"], metadata["filename"]
    except (KeyError, ValueError):
        return _refusal(400, "metadata", _("The upload was announced without saying what for."))
    if length is None:
        return _refusal(400, "length", _("The upload was announced without its length."))
    dossier = selectors.by_public_id(request.user, public_id)
    upload = uploads.begin(
        dossier=dossier, component=component, name=name, length=length, actor=_person(request), at=at
    )
    location = reverse("papers:upload", kwargs={"public_id": upload.public_id})
    return HttpResponse(status=201, headers={"Location": location, "Upload-Expires": _expires(upload)})


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@_tus
def resource(request: HttpRequest, *, public_id: UUID, at: datetime) -> HttpResponse:
    """Continue, look at or end one upload of one's own."""
    upload = uploads.mine(public_id=public_id, actor=_person(request), at=at)
    if request.method == "DELETE":
        uploads.end(upload=upload)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return _patch(request, upload, at=at)
    # The last byte may have come while the server died: then the paper is attached now.
    uploads.finish(upload=upload, at=at)
    headers = {"Upload-Offset": str(uploads.offset_of(upload)), "Upload-Length": str(upload.length)}
    return HttpResponse(headers={**headers, "Upload-Expires": _expires(upload)})


def _patch(request: HttpRequest, upload: Upload, *, at: datetime) -> HttpResponse:
    if request.content_type != _BYTES:
        return _refusal(415, "content_type", _("The upload was sent in a form that is not understood."))
    offset, length = _number(request, "Upload-Offset"), _number(request, "Content-Length")
    if offset is None:
        return _refusal(400, "offset", _("The upload was continued without saying where."))
    if length is None:
        return _refusal(411, "length", _("The upload was continued without its length."))
    reached = uploads.receive(upload=upload, offset=offset, stream=request, length=length)
    paper = uploads.finish(upload=upload, at=at)
    headers = {"Upload-Offset": str(reached), "Upload-Expires": _expires(upload)}
    if paper is not None:
        headers["X-Paper"] = str(paper.public_id)
    return HttpResponse(status=204, headers=headers)


def _abilities() -> dict[str, str]:
    return {
        "Tus-Version": _VERSION,
        "Tus-Extension": "creation,expiration,termination",
        "Tus-Max-Size": str(checks.limits_now().size),
    }


def _number(request: HttpRequest, header: str) -> int | None:
    """Return a header of plain ASCII digits."""
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _metadata(header: str) -> dict[str, str]:
    """Read ``key base64, key base64``; what can't be read is left out."""
    found: dict[str, str] = {}
    for pair in header[:4000].split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def _expires(upload: Upload) -> str:
    return http_date(upload.expires_at.timestamp())


def _person(request: HttpRequest) -> Any:
    """Return who is signed in; the decorator has let nobody else through."""
    return request.user

"""Papers: what is asked for, what is attached, attaching, taking off, and the files themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import api as people
from core import blobs
from core.api import errors
from core.api.fields import Input
from core.api.schema import CODE, operation
from core.api.views import ApiView, answer, no_content, read
from core.clock import ZONE
from dossiers import papers, permissions
from dossiers.api import shapes
from dossiers.api.drafts import own_draft
from dossiers.api.own import own_dossier
from dossiers.api.refusals import refusals
from dossiers.enums import PaperState
from dossiers.models import Dossier, Paper

_TAG = "papers"
_FORM = 1_048_576  # bytes around the file


@extend_schema_field({"type": "string", "format": "binary", "minLength": 1})
class FilePart(serializers.FileField):
    """A file with something in it."""


class PaperIn(Input):
    """The parts of the form; ``size`` shows that the file arrived whole."""

    component = serializers.CharField(max_length=130, help_text="What it is attached for.")
    size = serializers.IntegerField(min_value=1, max_value=2**40, help_text="Bytes of the file.")
    file = FilePart()


class Papers(ApiView):
    """Papers of one draft or dossier; the two ways to find it are below."""

    permission_classes = [people.OwnDossiers]
    parser_classes = [MultiPartParser]

    def find(self, request: Request, **found_by: Any) -> Dossier:
        raise NotImplementedError

    def body_limit(self) -> int:
        return int(settings.FILE_LIMITS["size"]) + _FORM

    def get(self, request: Request, **found_by: Any) -> Response:
        dossier = self.find(request, **found_by)
        on = timezone.now().astimezone(ZONE).date()
        found = {
            "asked": papers.panels(dossier=dossier, user=people.user_of(request), on=on),
            "files": papers.of(dossier),
        }
        return answer(shapes.PapersOut(found, context={"address": "api:own-paper"}))

    def post(self, request: Request, **found_by: Any) -> Response:
        """Checked at once: kind, size, structure, harmful code. The same file twice is one paper."""
        dossier, given = self.find(request, **found_by), read(PaperIn, request.data)
        sent = given["file"]
        if sent.size != given["size"]:
            text = _("The file did not arrive whole. Please send it again.")
            raise errors.unprocessable(text, code="paper_cut", fields={"file": [text]})
        with refusals():
            paper = papers.attach(
                dossier=dossier,
                component=given["component"],
                name=sent.name or "",
                path=_path(sent),
                actor=people.user_of(request),
                at=timezone.now(),
            )
        return answer(shapes.PaperFile(paper, context={"address": "api:own-paper"}), status=201)


def _path(sent: Any) -> Path:
    """Return where the file was put; our only upload handler writes to disk."""
    assert isinstance(sent, TemporaryUploadedFile)
    return Path(sent.temporary_file_path())


_FORM_DATA: dict[str, Any] = {"multipart/form-data": PaperIn}


class DraftPapers(Papers):
    def find(self, request: Request, **found_by: Any) -> Dossier:
        return own_draft(request, found_by["id"])

    @operation("Papers of a draft", gives=shapes.PapersOut, refuses=[404], tag=_TAG)
    def get(self, request: Request, id: UUID) -> Response:  # type: ignore[override]  # noqa: A002
        return super().get(request, id=id)

    @operation(
        "Attach a paper to a draft",
        takes=_FORM_DATA,
        gives=shapes.PaperFile,
        status=201,
        refuses=[404, 409, 422],
        tag=_TAG,
    )
    def post(self, request: Request, id: UUID) -> Response:  # type: ignore[override]  # noqa: A002
        return super().post(request, id=id)


class DossierPapers(Papers):
    def find(self, request: Request, **found_by: Any) -> Dossier:
        return own_dossier(request, found_by["code"])

    @operation("Papers of a dossier", gives=shapes.PapersOut, refuses=[404], parameters=[CODE], tag=_TAG)
    def get(self, request: Request, code: str) -> Response:  # type: ignore[override]
        return super().get(request, code=code)

    @operation(
        "Attach a paper that was asked for",
        takes=_FORM_DATA,
        gives=shapes.PaperFile,
        status=201,
        refuses=[404, 409, 422],
        parameters=[CODE],
        tag=_TAG,
    )
    def post(self, request: Request, code: str) -> Response:  # type: ignore[override]
        return super().post(request, code=code)


class Download(ApiView):
    """A file is given as it is, whatever the caller says it accepts; refusals are JSON."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        renderer = JSONRenderer()
        return renderer, renderer.media_type

    def is_theirs(self, request: Request, dossier: Dossier) -> bool:
        raise NotImplementedError

    def find(self, request: Request, public_id: UUID) -> Paper:
        with refusals():
            paper = papers.visible(public_id=public_id, user=request.user)
            if not self.is_theirs(request, paper.dossier):
                raise Paper.DoesNotExist
        return paper

    def give(self, request: Request, public_id: UUID) -> HttpResponseBase:
        paper = self.find(request, public_id)
        if paper.state != PaperState.SAFE:
            raise errors.ApiError(status=404)
        try:
            content = blobs.open_blob(paper.sha256)
        except FileNotFoundError as error:
            raise errors.ApiError(status=404) from error
        # Never as what it claims to be: a program knows the kind from the list, a browser shall only save it.
        response = FileResponse(
            content, as_attachment=True, filename=paper.name, content_type="application/octet-stream"
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
        return response


_BYTES: dict[str, Any] = {
    "gives": OpenApiTypes.BINARY,
    "content": "application/octet-stream",
    "refuses": [404],
    "tag": _TAG,
}


class OwnPaper(Download):
    permission_classes = [people.OwnDossiers]

    def is_theirs(self, request: Request, dossier: Dossier) -> bool:
        return permissions.is_filer(request.user, dossier)

    @operation("Download a paper of yours", **_BYTES)
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002
        return self.give(request, id)

    @operation("Take a paper off", status=204, refuses=[404, 409], tag=_TAG)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.find(request, id)
        with refusals():
            papers.remove(paper_id=id, actor=people.user_of(request), at=timezone.now())
        return no_content()


class DeskPaper(Download):
    permission_classes = [people.OfficersDesk]

    def is_theirs(self, request: Request, dossier: Dossier) -> bool:
        return permissions.may_work_on(request.user, dossier)

    @operation("Download a paper at the desk", **_BYTES)
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # noqa: A002
        return self.give(request, id)

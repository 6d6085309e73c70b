"""Papers on the page: one component with its files, the way without a script, and the files themselves."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import blobs
from core.files import checks, kinds
from dossiers import papers, selectors
from dossiers.enums import PaperState
from dossiers.models import Dossier, Paper

# A picture can do nothing in a sandbox. The viewers that browsers bring for PDF don't start in one, and they style
# their own page; they run no script of ours or of the file in our origin, and the file itself was searched for any.
_PICTURE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
_PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def component(request: HttpRequest, *, public_id: UUID, key: str) -> HttpResponse:
    """Show the papers of one component, or attach one sent by a plain form."""
    try:
        dossier = selectors.by_public_id(request.user, public_id)
        if request.method == "POST":
            return _attach(request, dossier, key, at=timezone.now())
        return _show(request, dossier, key)
    except (Dossier.DoesNotExist, KeyError) as error:
        raise Http404 from error


def _show(request: HttpRequest, dossier: Dossier, key: str, *, error: str = "") -> HttpResponse:
    panel = papers.panel(dossier=dossier, component=key, user=request.user)
    context = {"panel": panel, "error": error, "next": _next(request), **facts()}
    name = "papers/_component.html" if request.headers.get("HX-Request") else "papers/component.html"
    return render(request, name, context, status=422 if error else 200)


def facts() -> dict[str, str]:
    """Return what the component's fragment says about files in general; for pages that include it."""
    return {"accept": kinds.ACCEPT, "size_limit": filesizeformat(checks.limits_now().size)}


def _attach(request: HttpRequest, dossier: Dossier, key: str, *, at: datetime) -> HttpResponse:
    files = request.FILES.getlist("file")
    # The last field of the form: when it is missing, the line was cut before the file had ended.
    if len(files) > 1 or (files and "whole" not in request.POST):
        raise BadRequest
    if not files:
        return _show(request, dossier, key, error=_("Choose a file first."))
    try:
        papers.attach(
            dossier=dossier,
            component=key,
            name=files[0].name or "",
            path=_path(files[0]),
            actor=request.user,  # type: ignore[arg-type]
            at=at,
        )
    except (checks.Rejected, papers.PaperError) as error:
        return _show(request, dossier, key, error=str(error.message))
    return _done(request, dossier, key)


def _path(sent: Any) -> Path:
    """Return where Django has put the file; our only upload handler writes to disk."""
    assert isinstance(sent, TemporaryUploadedFile)
    return Path(sent.temporary_file_path())


def _done(request: HttpRequest, dossier: Dossier, key: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _show(request, dossier, key)
    return redirect(_next(request) or _address(dossier, key))


def _address(dossier: Dossier, key: str) -> str:
    return reverse("papers:component", kwargs={"public_id": dossier.public_id, "key": key})


def _next(request: HttpRequest) -> str:
    """Return the page to go back to, when it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if own else ""


@never_cache
@login_required
@require_POST
def remove(request: HttpRequest, *, public_id: UUID) -> HttpResponse:
    """Take a paper off."""
    try:
        paper = papers.remove(paper_id=public_id, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Paper.DoesNotExist as error:
        raise Http404 from error
    except papers.PapersClosed as closed:
        paper = papers.visible(public_id=public_id, user=request.user)
        return _show(request, paper.dossier, paper.component, error=str(closed.message))
    return _done(request, paper.dossier, paper.component)


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, *, public_id: UUID) -> HttpResponseBase:
    """Serve a checked paper: pictures and PDFs in the page, everything else for download."""
    try:
        paper = papers.visible(public_id=public_id, user=request.user)
        if paper.state != PaperState.SAFE:
            raise Http404
        content = blobs.open_blob(paper.sha256)
    except (Paper.DoesNotExist, FileNotFoundError) as error:
        raise Http404 from error
    is_inline = paper.content_type in kinds.INLINE_TYPES and "tai-ve" not in request.GET
    response = FileResponse(content, as_attachment=not is_inline, filename=paper.name, content_type=paper.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    is_pdf = paper.content_type == kinds.PDF.content_type
    response["Content-Security-Policy"] = _PDF_POLICY if is_pdf and is_inline else _PICTURE_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN" if is_inline else "DENY"
    return response

"""Everything that was asked for on one page: answers to correct, papers to attach, and the one button that sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core import clock
from dossiers import papers, permissions, selectors, services
from dossiers.enums import EventKind, ItemKind
from dossiers.forms.citizen import SupplyForm
from dossiers.models import Dossier, SupplementItem, SupplementRequest
from dossiers.views import citizen, keeping
from dossiers.views.papers import facts

# The button that sends; the other one, and the script after each change, only keep what was typed.
SEND = "send"


@dataclass(frozen=True)
class AskedPaper:
    """An item with the place where its files are attached, and whether one came since it was asked for."""

    item: SupplementItem
    panel: papers.Panel
    is_there: bool

    @property
    def anchor(self) -> str:
        return f"papers-{slugify(self.item.key)}"


class Supply:
    """An open request with what its page shows."""

    def __init__(self, dossier: Dossier, request: SupplementRequest, user: User, at: datetime, data: Any) -> None:
        items = list(request.items.all())
        on = at.astimezone(clock.ZONE).date()
        fields = [item for item in items if item.kind == ItemKind.FIELD]
        panels = {panel.component: panel for panel in papers.panels(dossier=dossier, user=user, on=on)}
        self.request, self.dossier, self.at = request, dossier, at
        self.form = SupplyForm(data, dossier=dossier, items=fields, on=on)
        self.papers = [
            AskedPaper(item, panels[item.key], _is_there(panels[item.key], request))
            for item in items
            if item.kind == ItemKind.PAPER
        ]

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [{"item": asked.item, "bound": self.form[asked.name]} for asked in self.form.asked]

    @property
    def is_complete(self) -> bool:
        return self.form.is_valid() and all(paper.is_there for paper in self.papers)

    def faults(self) -> list[dict[str, str]]:
        """Return what still is wrong or missing, each line with the place that it leads to."""
        found = [
            {"target": self._target(asked.name), "text": f"{asked.item.label}: {text}"}
            for asked in self.form.asked
            for text in self.form.errors.get(asked.name, [])
        ]
        lacking = [paper for paper in self.papers if not paper.is_there]
        return found + [
            {"target": paper.anchor, "text": _("Attach: %(paper)s") % {"paper": paper.item.label}} for paper in lacking
        ]

    def _target(self, name: str) -> str:
        """Return the id of the first control: a set of choices has none of its own."""
        bound = self.form[name]
        return bound.id_for_label or f"{bound.auto_id}_0"


def _is_there(panel: papers.Panel, request: SupplementRequest) -> bool:
    return any(row.paper.uploaded_at >= request.requested_at and row.paper.state != "rejected" for row in panel.rows)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen.signed_in_only
def supply(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show what was asked for, keep what is typed, and send it when it is complete."""
    found, now = citizen.find(user, code), timezone.now()
    asked = selectors.open_supplement(found)
    if asked is None or not permissions.party_for(user, found, EventKind.SUPPLY):
        return citizen.kept_from(request, found)
    typed = request.POST if request.method == "POST" else keeping.held(request, request.path, at=now)
    page = Supply(found, asked, user, now, typed)
    if typed is None:
        return _page(request, page)
    for item_id, answer in page.form.typed().items():
        services.keep_supply(dossier_id=found.pk, actor=user, item_id=item_id, answer=answer)
    if SEND in request.POST:
        return _send(request, page, user)
    if request.headers.get("HX-Request"):
        return render(request, "citizen/_kept.html", {"at": now})
    messages.success(request, _("Kept. It is not sent yet."))
    return citizen.SeeOther(reverse("citizen:supply", kwargs={"code": code}))


def _send(request: HttpRequest, page: Supply, user: User) -> HttpResponse:
    if not page.is_complete:
        return _page(request, page, page.faults())
    try:
        services.supply(dossier_id=page.dossier.pk, actor=user, at=page.at)
    except services.Incomplete as incomplete:
        return _page(request, page, [{"target": "", "text": text} for text in _texts(incomplete)])
    except services.StepError:
        return citizen.kept_from(request, page.dossier)
    messages.success(request, _("Sent. You need do nothing more; the time limit counts again."))
    return citizen.SeeOther(reverse("citizen:dossier", kwargs={"code": page.dossier.code}))


def _texts(incomplete: services.Incomplete) -> list[str]:
    """Return what the last check found that the page itself did not."""
    return [
        str(text) for texts in incomplete.errors.values() for text in (texts if isinstance(texts, list) else [texts])
    ]


def _page(request: HttpRequest, page: Supply, faults: list[dict[str, str]] | None = None) -> HttpResponse:
    context = {
        "dossier": page.dossier,
        "request_row": page.request,
        "questions": page.questions,
        "papers": page.papers,
        "faults": faults,
        "next": reverse("citizen:supply", kwargs={"code": page.dossier.code}),
        "is_past": page.request.due_at < page.at,
        **facts(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return render(request, "citizen/supply.html", context, status=status)

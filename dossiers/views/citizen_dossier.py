"""One dossier as its citizen sees it: code and date, what to do, why this date, history, words, answers, papers."""

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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core import calendars
from dossiers import deadlines, mine, papers, permissions, quotas, selectors, services, timeline
from dossiers.enums import EventKind
from dossiers.forms.citizen import MessageForm, WithdrawForm
from dossiers.models import Dossier, DossierEvent, Paper
from dossiers.views import citizen, citizen_words, keeping
from procedures import forms as eforms


@dataclass(frozen=True)
class PaperRow:
    """An attached file, what it was attached for, and the words that go with its state."""

    label: str
    paper: Paper
    note: Any
    is_viewable: bool


@require_safe
@citizen.signed_in_only
def dossier(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show a dossier to whoever filed it."""
    found, now = citizen.find(user, code), timezone.now()
    steps = permissions.next_steps(user, found, at=now)
    events = list(selectors.history(found))
    asked = mine.asked_of([found]).get(found.pk, mine.Asked())
    context = {
        "dossier": found,
        "for_whom": citizen.for_whom(found, user),
        "headline": citizen_words.headline(found),
        "result": found.result_note if found.finished_at else "",
        "errand": citizen_words.errand(found, asked, at=now, events=events),
        "may_withdraw": EventKind.WITHDRAW in steps,
        "sections": eforms.display(found.terms, found.data),
        "papers": papers_of(found),
        **_clock(found, now),
        **_history(found, events, user, now),
        **_thread(found, user, _unsent(request, found, now), may_write=EventKind.WRITE in steps),
    }
    return render(request, "citizen/dossier.html", context)


def _clock(dossier: Dossier, now: datetime) -> dict[str, Any]:
    working = calendars.for_agency(dossier.agency)
    return {
        "due": citizen.due_of(dossier, at=now, working=working),
        "why": deadlines.explain(selectors.clock(dossier), working, at=now),
    }


def _history(dossier: Dossier, events: list[DossierEvent], user: User, now: datetime) -> dict[str, Any]:
    spell = dossier.spells.order_by("number").last()
    notices = (citizen_words.apology(dossier, spell, events, at=now), citizen_words.extension(dossier, events))
    return {
        "notices": [notice for notice in notices if notice],
        "timeline": timeline.entries(dossier, events, viewer=user),
    }


def _unsent(request: HttpRequest, dossier: Dossier, now: datetime) -> MessageForm:
    """Return the form with the words that a session ended over."""
    held = keeping.held(request, reverse("citizen:write", kwargs={"code": dossier.code}), at=now)
    return MessageForm(initial={"text": held.get("text", "")} if held else None)


def _thread(dossier: Dossier, user: User, form: MessageForm, *, may_write: bool = True) -> dict[str, Any]:
    return {"thread": timeline.thread(dossier, viewer=user), "form": form if may_write else None}


def papers_of(dossier: Dossier) -> list[PaperRow]:
    """Return the attached papers in the order of attaching, each with what it was attached for."""
    attached = list(papers.of(dossier))
    names = papers.components(dossier) if attached else {}
    rows = [papers.row_of(paper) for paper in attached]
    return [PaperRow(_label(names, row.paper.component), row.paper, row.note, row.is_viewable) for row in rows]


def _label(names: dict[str, eforms.PaperDef | str], key: str) -> str:
    what = names.get(key, "")
    return what if isinstance(what, str) else what.name


@require_POST
@citizen.signed_in_only
def write(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Send a message to the officers who hold the dossier."""
    found, now = citizen.find(user, code), timezone.now()
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _show_thread(request, found, user, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    quotas.count_message(user, at=now)
    try:
        services.write(dossier_id=found.pk, actor=user, at=now, text=form.cleaned_data["text"])
    except services.StaleDossier:
        form.add_error(None, _("The dossier has just changed. Your message is still here; please send it again."))
        return _show_thread(request, found, user, form, HTTPStatus.CONFLICT)
    except services.StepError:
        return citizen.kept_from(request, found, typed=[form.cleaned_data["text"]])
    if request.headers.get("HX-Request"):
        return _show_thread(request, found, user, MessageForm(), HTTPStatus.OK, is_sent=True)
    messages.success(request, _("Your message is sent."))
    return citizen.SeeOther(f"{_address(found)}#thread")


def _show_thread(
    request: HttpRequest, dossier: Dossier, user: User, form: MessageForm, status: int, *, is_sent: bool = False
) -> HttpResponse:
    context = {"dossier": dossier, "is_sent": is_sent, **_thread(dossier, user, form)}
    name = "citizen/_thread.html" if request.headers.get("HX-Request") else "citizen/thread.html"
    return render(request, name, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen.signed_in_only
def withdraw(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Ask once more, on its own page, and take the dossier back."""
    found, now = citizen.find(user, code), timezone.now()
    if request.method != "POST":
        if EventKind.WITHDRAW not in permissions.next_steps(user, found, at=now):
            return citizen.kept_from(request, found)
        held = keeping.held(request, request.path, at=now)
        initial = {"version": found.version, "reason": held.get("reason", "") if held else ""}
        return _ask(request, found, WithdrawForm(initial=initial), HTTPStatus.OK)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _ask(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    try:
        services.withdraw(
            dossier_id=found.pk, actor=user, at=now, reason=given["reason"], expected_version=given["version"]
        )
    except services.StaleDossier:
        return citizen.kept_from(request, found, typed=[given["reason"]])
    except services.StepError:
        return citizen.kept_from(request, found, typed=[given["reason"]])
    messages.success(request, _("The dossier is withdrawn. Nothing more will be done about it."))
    return citizen.SeeOther(_address(found))


def _ask(request: HttpRequest, dossier: Dossier, form: WithdrawForm, status: int) -> HttpResponse:
    return render(request, "citizen/withdraw.html", {"dossier": dossier, "form": form}, status=status)


def _address(dossier: Dossier) -> str:
    return reverse("citizen:dossier", kwargs={"code": dossier.code})

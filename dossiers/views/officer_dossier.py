"""One dossier on one screen: answers beside papers, clock, history, words, and the steps that may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from core import calendars, clock
from core.files import kinds
from dossiers import deadlines, desk, guards, papers, permissions, queues, selectors
from dossiers.enums import EventKind
from dossiers.forms import steps
from dossiers.models import Dossier, DossierEvent, Paper
from dossiers.views import officer, officer_actions, officer_rows
from procedures import forms as eforms


@dataclass(frozen=True)
class PaperRow:
    """A paper in the list beside the viewer."""

    paper: Paper
    note: Any
    is_viewable: bool
    is_inline: bool
    is_pdf: bool


@dataclass(frozen=True)
class PaperGroup:
    """One component with the files attached for it, perhaps none."""

    label: str
    is_required: bool
    rows: list[PaperRow]


@dataclass(frozen=True)
class HistoryRow:
    """``code`` is the status to which the event led, if it changed the status."""

    event: DossierEvent
    who: str
    lines: list[str]
    code: int | None


def find(scope: queues.Scope, code: str, *, is_shown: bool = True) -> Dossier:
    """Return a dossier that the officer works on, with what a page shows of it or for a step alone.

    :raises Http404: there is none; whether it exists elsewhere is not told.
    """
    if not code.isprintable():
        raise Http404
    try:
        dossier = selectors.by_code(scope.user, code, is_shown=is_shown)
    except Dossier.DoesNotExist as error:
        raise Http404 from error
    if not permissions.may_work_on(scope.user, dossier):
        raise Http404
    return dossier


@require_safe
@officer.officers_only
def dossier(request: HttpRequest, scope: queues.Scope, code: str) -> HttpResponse:
    """Show everything an officer needs to decide, and the steps that they may take."""
    found, now = find(scope, code), timezone.now()
    if request.headers.get("HX-Target") == "papers":
        return render(request, "desk/_papers.html", {"dossier": found, **_papers(request, found, now)})
    standing = officer_actions.Standing(found, now, scope.user)
    bar = officer_actions.bar(standing)
    owed = found.tasks.filter(done_at__isnull=True).order_by("due_at", "id")
    moment = steps.Moment(found, scope.user, now)
    context = {
        **officer.frame(scope),
        "dossier": found,
        "sections": eforms.display(found.terms, found.data),
        "bar": bar,
        "extension": standing.extension,
        "supplement": selectors.open_supplement(found),
        "obligation": found.obligations.filter(settled_at__isnull=True, cancelled_at__isnull=True).first(),
        "tasks": [(desk.TaskRow.seen(task, at=now), bar.answer_to(task)) for task in owed],
        "thread": found.thread.select_related("author"),
        "notes": found.notes.select_related("author"),
        "history": history(found),
        "text_form": steps.TextForm(moment=moment, auto_id="text_%s"),
        "note_form": steps.InternalNoteForm(moment=moment, auto_id="note_%s"),
        **_clock(found, now),
        **_papers(request, found, now),
    }
    return render(request, "desk/dossier.html", context)


def _clock(dossier: Dossier, now: datetime) -> dict[str, Any]:
    working = calendars.for_agency(dossier.agency)
    entries = selectors.clock(dossier)
    return {
        "due": officer_rows.due_of(dossier, at=now, working=working),
        "why": deadlines.explain(entries, working, at=now),
    }


def _papers(request: HttpRequest, dossier: Dossier, now: datetime) -> dict[str, Any]:
    groups = paper_groups(dossier, now)
    inline = [row for group in groups for row in group.rows if row.is_inline]
    wanted = request.GET.get("giay-to", "")
    first = next(iter(inline), None)
    return {"papers": groups, "shown": next((row for row in inline if str(row.paper.public_id) == wanted), first)}


def paper_groups(dossier: Dossier, now: datetime) -> list[PaperGroup]:
    """Return what is asked for with what is attached, and what is attached without being asked for now."""
    attached: dict[str, list[PaperRow]] = {}
    for paper in papers.of(dossier):
        attached.setdefault(paper.component, []).append(_paper_row(paper))
    on = now.astimezone(clock.ZONE).date()
    groups = [
        PaperGroup(asked.name, asked.is_required, attached.pop(asked.key, []))
        for asked in eforms.papers_asked(dossier.terms, dossier.data, on=on)
    ]
    labels = papers.components(dossier) if attached else {}
    for key, rows in attached.items():
        what = labels.get(key, key)
        groups.append(PaperGroup(what if isinstance(what, str) else what.name, is_required=False, rows=rows))
    return groups


def _paper_row(paper: Paper) -> PaperRow:
    row = papers.row_of(paper)
    is_inline = row.is_viewable and paper.content_type in kinds.INLINE_TYPES
    return PaperRow(paper, row.note, row.is_viewable, is_inline, paper.content_type == kinds.PDF.content_type)


def history(dossier: Dossier) -> list[HistoryRow]:
    """Return what happened, the newest first, with who did it in which role."""
    events = list(selectors.history(dossier))
    return [
        HistoryRow(event, _who(event), _lines(event), event.to_status if event.changes_status else None)
        for event in reversed(events)
    ]


def _who(event: DossierEvent) -> str:
    party = _party(event.party)
    if event.actor is None:
        return party
    names = [event.actor.get_full_name(), party]
    if event.party != guards.FILER and event.unit is not None:
        names.append(event.unit.short_name)
    return " · ".join(names)


def _party(party: str) -> str:
    if party == guards.FILER:
        return _("Filed it")
    if party == guards.SYSTEM:
        return _("The system, by itself")
    return str(Role(party).label)


def _lines(event: DossierEvent) -> list[str]:
    """Tell the facts of an event that its title does not."""
    facts, lines = event.facts, []
    if facts.get("assignee") or facts.get("to_unit"):
        lines.append(
            _("To: %(whom)s") % {"whom": ", ".join(filter(None, (facts.get("to_unit"), facts.get("assignee"))))}
        )
    if event.kind == EventKind.UNDO and facts.get("undone"):
        lines.append(_("Taken back: %(step)s") % {"step": EventKind(facts["undone"]).label})
    if facts.get("words"):
        lines.append(facts["words"])
    if facts.get("letter_number"):
        lines.append(_("Letter %(number)s") % {"number": facts["letter_number"]})
    if facts.get("receipt_number"):
        lines.append(_("Receipt %(number)s") % {"number": facts["receipt_number"]})
    return [*lines, *filter(None, (event.reason, event.note))]

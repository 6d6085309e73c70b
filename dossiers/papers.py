"""Papers of a dossier: attach, remove, list; what is asked for, and what is there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import blobs, limits
from core.files import checks, clamd, messages, names
from core.files.findings import Doubt, Reason
from dossiers import permissions, selectors
from dossiers.enums import ItemKind, PaperState, Status
from dossiers.models import Dossier, Paper, SupplementRequest
from procedures import forms

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

_CHECKS_PER_HOUR = 240  # by one person; each costs a process

_MISSES = 3  # then the scanner is down, and the next sweep asks again


class PaperError(Exception):
    """A paper was not attached or removed; ``message`` says why and what to do."""

    message: Any = ""


class PapersClosed(PaperError):
    """The dossier takes no papers now, or not this one, or not from this person."""

    message = _("Papers can't be changed now. If a paper is missing, the officer will ask for it.")


class TooManyPapers(PaperError):
    """The dossier is full."""

    @property
    def message(self) -> str:
        return _("A dossier takes at most %(count)s files. Please put several pages into one PDF.") % {
            "count": settings.PAPERS_PER_DOSSIER
        }


@dataclass(frozen=True)
class Line:
    """A paper on the receipt."""

    component: str
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Row:
    """A paper on a page."""

    paper: Paper
    note: Any
    is_viewable: bool


@dataclass
class Panel:
    """Everything a page shows about one component: what is asked, what is there, whether it may change."""

    dossier: Dossier
    component: str
    label: str
    help_text: str = ""
    is_required: bool = False
    can_edit: bool = False
    rows: list[Row] = field(default_factory=list)


def of(dossier: Dossier) -> QuerySet[Paper]:
    """Return the papers that are attached now, in the order of attaching."""
    return Paper.objects.filter(dossier=dossier, removed_at__isnull=True).order_by("id")


def listing(dossier: Dossier) -> list[Line]:
    """Return what the receipt says about each attached paper."""
    found = of(dossier).exclude(state=PaperState.REJECTED)
    return [Line(*values) for values in found.values_list("component", "name", "size", "sha256")]


def components(dossier: Dossier) -> dict[str, forms.PaperDef | str]:
    """Return all places a paper can be attached to: as the version defines them, or as a supplement names them."""
    found: dict[str, forms.PaperDef | str] = {item.key: item.label for item in _asked_again(dossier)}
    definition = forms.definition_of(dossier.terms)
    found.update({question.name: question.label for question in definition.fields() if question.is_file})
    found.update({paper.key: paper for paper in definition.papers})
    return found


def _asked_again(dossier: Dossier) -> list[Any]:
    request = selectors.open_supplement(dossier)
    return [] if request is None else [item for item in request.items.all() if item.kind == ItemKind.PAPER]


def _open_components(dossier: Dossier, user: User | AnonymousUser) -> set[str]:
    """Return the components whose papers somebody may change now."""
    if not permissions.may_edit_papers(user, dossier):
        return set()
    if dossier.status == Status.SUPPLEMENT:
        return {item.key for item in _asked_again(dossier)}
    return set(components(dossier))


def panel(*, dossier: Dossier, component: str, user: User | AnonymousUser) -> Panel:
    """Return one component of a dossier for a page.

    :raises KeyError: the dossier has no such component.
    """
    what = components(dossier)[component]
    return _panel(
        dossier, component, what, _open_components(dossier, user), list(of(dossier).filter(component=component))
    )


def panels(*, dossier: Dossier, user: User | AnonymousUser, on: date) -> list[Panel]:
    """Return every component that the answers, or an open supplement, ask for; ``on`` is today in the province."""
    asked: dict[str, forms.PaperDef | str] = {item.key: item.label for item in _asked_again(dossier)}
    if dossier.status != Status.SUPPLEMENT:
        asked.update({paper.key: paper for paper in forms.papers_asked(dossier.terms, dossier.data, on=on)})
    there: dict[str, list[Paper]] = defaultdict(list)
    for paper in of(dossier):
        there[paper.component].append(paper)
    open_now = _open_components(dossier, user)
    return [_panel(dossier, key, what, open_now, there[key]) for key, what in asked.items()]


def _panel(
    dossier: Dossier, component: str, what: forms.PaperDef | str, open_now: set[str], there: list[Paper]
) -> Panel:
    made = Panel(
        dossier, component, label=str(what), can_edit=component in open_now, rows=[row_of(one) for one in there]
    )
    if isinstance(what, forms.PaperDef):
        made.label, made.help_text, made.is_required = what.name, what.help_text, what.is_required
    # Whatever is asked for again must come.
    made.is_required = made.is_required or (made.can_edit and dossier.status == Status.SUPPLEMENT)
    return made


def row_of(paper: Paper) -> Row:
    """Return a paper with the words that go with its state."""
    return Row(paper, _note(paper), is_viewable=paper.state == PaperState.SAFE)


def _note(paper: Paper) -> Any:
    if paper.state == PaperState.PENDING:
        return _("Being checked for harmful code. Nothing needs to be done.")
    if paper.state == PaperState.REJECTED:
        return messages.REASONS[Reason.INFECTED]
    return messages.DOUBTS[Doubt(paper.state_note)] if paper.state_note else ""


def attach(*, dossier: Dossier, component: str, name: str, path: Path, actor: User, at: datetime) -> Paper:
    """Check a file, keep its safe copy and attach it; the same file twice in one place is one paper.

    :raises PapersClosed: not now, not here, or not by this person.
    :raises TooManyPapers: the dossier is full.
    :raises checks.Rejected: the file is not taken.
    :raises limits.Limited: too many files in too short a time.
    """
    check_open(dossier=dossier, component=component, actor=actor)
    limits.hit(f"paper-check:{actor.pk}", limit=_CHECKS_PER_HOUR, per=timedelta(hours=1), at=at)
    shown = names.display_name(name)
    with checks.checked(path, shown) as found:
        state = _verdict(found.path)
        sha256, size = blobs.put(found.path)
    paper = Paper(
        dossier=dossier,
        component=component,
        name=shown,
        content_type=found.content_type,
        size=size,
        pages=found.pages,
        sha256=sha256,
        state=state,
        state_note=found.doubt or "",
        uploaded_by=actor,
        uploaded_at=at,
    )
    return _record(paper, at=at)


def check_open(*, dossier: Dossier, component: str, actor: User) -> None:
    """Make sure that the actor may change the papers of this component now.

    :raises PapersClosed: they may not.
    """
    if component not in _open_components(dossier, actor):
        raise PapersClosed


def _verdict(path: Path) -> PaperState:
    """Ask the scanner, where there is one; a scanner that gives no answer leaves the paper waiting.

    :raises checks.Rejected: it found something.
    """
    if not settings.CLAMD_ADDRESS:
        return PaperState.SAFE
    try:
        with path.open("rb") as stream:
            infected = clamd.is_infected(stream, address=settings.CLAMD_ADDRESS)
    except clamd.ScannerUnavailable:
        return PaperState.PENDING
    if infected:
        raise checks.Rejected(Reason.INFECTED)
    return PaperState.SAFE


@transaction.atomic
def _record(paper: Paper, *, at: datetime) -> Paper:
    """Write the row while the dossier stands still where the paper was allowed."""
    _hold(paper.dossier, at=at)
    there = of(paper.dossier)
    twin = there.filter(component=paper.component, sha256=paper.sha256).first()
    if twin is not None and not _is_from_before_the_request(twin):
        if twin.state != PaperState.SAFE:
            twin.state = paper.state
            twin.save(update_fields=["state"])
        return twin
    if twin is not None:
        there.filter(pk=twin.pk).update(removed_at=at)
    if there.count() >= settings.PAPERS_PER_DOSSIER:
        raise TooManyPapers
    paper.save(force_insert=True)
    return paper


def _hold(dossier: Dossier, *, at: datetime) -> None:
    """Touch the dossier's row if its status is still the one we judged by; this makes concurrent writers wait.

    :raises PapersClosed: somebody submitted it, or closed the request, meanwhile.
    """
    if not Dossier.objects.filter(pk=dossier.pk, status=dossier.status).update(updated_at=at):
        raise PapersClosed


def _is_from_before_the_request(paper: Paper) -> bool:
    """A paper asked for again counts only when it was attached after the request."""
    request = SupplementRequest.objects.filter(dossier=paper.dossier, closed_at__isnull=True).first()
    return request is not None and paper.uploaded_at < request.requested_at


@transaction.atomic
def remove(*, paper_id: UUID, actor: User, at: datetime) -> Paper:
    """Take a paper off the dossier; its row stays in the history. A second call changes nothing.

    :raises Paper.DoesNotExist: there is none, or it is not this person's to see.
    :raises PapersClosed: not now, or not by this person.
    """
    paper = visible(public_id=paper_id, user=actor)
    check_open(dossier=paper.dossier, component=paper.component, actor=actor)
    _hold(paper.dossier, at=at)
    of(paper.dossier).filter(pk=paper.pk).update(removed_at=at)
    paper.refresh_from_db(fields=["removed_at"])
    return paper


def visible(*, public_id: UUID, user: User | AnonymousUser) -> Paper:
    """Return a paper of a dossier that this person may open.

    :raises Paper.DoesNotExist: there is none, or it is not this person's to see.
    """
    dossiers = selectors.visible_to(user).values("pk")
    return Paper.objects.select_related("dossier__terms", "dossier__procedure").get(
        public_id=public_id, dossier__in=dossiers
    )


def rescan(*, limit: int) -> int:
    """Ask the scanner about papers that still wait and return how many got their verdict.

    In no order, so that one that never gets an answer doesn't stand before the others.
    """
    done = misses = 0
    for paper in Paper.objects.filter(state=PaperState.PENDING).order_by("?")[:limit]:
        verdict = _second_verdict(paper)
        if verdict is PaperState.PENDING:
            misses += 1
            if misses == _MISSES:
                break
        done += Paper.objects.filter(pk=paper.pk, state=PaperState.PENDING).exclude(state=verdict).update(state=verdict)
    return done


def _second_verdict(paper: Paper) -> PaperState:
    if not settings.CLAMD_ADDRESS:
        return PaperState.SAFE
    try:
        with blobs.open_blob(paper.sha256) as stream:
            infected = clamd.is_infected(stream, address=settings.CLAMD_ADDRESS)
    except clamd.ScannerUnavailable:
        return PaperState.PENDING
    return PaperState.REJECTED if infected else PaperState.SAFE


def known(digests: list[str]) -> set[str]:
    """Return those of the digests that a paper still needs."""
    found = Paper.objects.filter(sha256__in=digests).exclude(state=PaperState.REJECTED)
    return set(found.values_list("sha256", flat=True))

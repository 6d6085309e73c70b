"""A dossier's history as its citizen reads it: plain words and reasons, nothing that only officers are to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.vietnamese import vn_datetime, vnd
from dossiers import guards
from dossiers.enums import EventKind, Side
from dossiers.models import DossierEvent, SupplementItem, ThreadMessage

if TYPE_CHECKING:
    from accounts.models import User
    from dossiers.models import Dossier

# What is missing here is the officers' own business: who holds it, proposals, warnings, wishes for more time.
_TITLES: dict[EventKind, Promise] = {
    EventKind.SUBMIT: gettext_lazy("The dossier was submitted"),
    EventKind.RECEIVE: gettext_lazy("The dossier was received"),
    EventKind.REFUSE: gettext_lazy("The dossier was not received"),
    EventKind.START: gettext_lazy("Processing has begun"),
    EventKind.REQUEST_SUPPLEMENT: gettext_lazy("More answers or papers were asked for"),
    EventKind.SUPPLY: gettext_lazy("What was asked for has been sent"),
    EventKind.REQUEST_OBLIGATION: gettext_lazy("A payment was asked for"),
    EventKind.SETTLE_OBLIGATION: gettext_lazy("The payment has arrived"),
    EventKind.WITHDRAW: gettext_lazy("The dossier was withdrawn"),
    EventKind.STOP: gettext_lazy("Processing was stopped"),
    EventKind.RESUME: gettext_lazy("Processing goes on"),
    EventKind.FINISH: gettext_lazy("The result is ready"),
    EventKind.RETURN_RESULT: gettext_lazy("The result was handed over"),
    EventKind.UNDO: gettext_lazy("A step was taken back"),
    EventKind.CLOSE: gettext_lazy("The dossier was closed"),
    EventKind.FORWARD: gettext_lazy("The dossier was passed on"),
    EventKind.WRITE: gettext_lazy("A message was written"),
    EventKind.EXTEND: gettext_lazy("The due date was extended"),
    EventKind.OVERDUE: gettext_lazy("The due date was missed, and we apologised"),
    EventKind.APOLOGISE: gettext_lazy("A leader apologised"),
    EventKind.COMMIT_DATE: gettext_lazy("A new due date was promised"),
    EventKind.RECALCULATE: gettext_lazy("Days off were changed, and the due date with them"),
}

# Kinds whose reason is written for the citizen; the note of an event, and why a step was taken back, are not.
_REASON_IS_PUBLIC = frozenset(
    {
        EventKind.REFUSE,
        EventKind.WITHDRAW,
        EventKind.STOP,
        EventKind.CLOSE,
        EventKind.EXTEND,
        EventKind.COMMIT_DATE,
    }
)
_EXCERPT = 120


@dataclass(frozen=True)
class Entry:
    """One line of the history; ``code`` is the status to which it led, if it changed the status."""

    title: str
    at: datetime
    by: str
    lines: list[str]
    code: int | None
    is_undone: bool


class _Reading:
    """What hangs on the events of a dossier, read at once."""

    def __init__(self, dossier: Dossier, events: Sequence[DossierEvent], viewer: User) -> None:
        self.viewer = viewer
        self.undone = {event.undoes_id for event in events if event.undoes_id}
        self.messages = {message.event_id: message for message in ThreadMessage.objects.filter(dossier=dossier)}
        self.items: dict[int, list[SupplementItem]] = defaultdict(list)
        for item in SupplementItem.objects.filter(request__dossier=dossier).select_related("request"):
            self.items[item.request.event_id].append(item)


def entries(dossier: Dossier, events: Sequence[DossierEvent], *, viewer: User) -> list[Entry]:
    """Return what the citizen may know of the events, the newest first, with two queries more."""
    reading = _Reading(dossier, events, viewer)
    return [_entry(reading, event) for event in reversed(events) if event.kind in _TITLES]


def _entry(reading: _Reading, event: DossierEvent) -> Entry:
    kind = EventKind(event.kind)
    is_undone = event.pk in reading.undone
    return Entry(
        title=str(_TITLES[kind]),
        at=event.at,
        by=_by(reading, event),
        # What a taken-back step said may have been meant for another dossier.
        lines=[] if is_undone else list(_lines(reading, event, kind)),
        code=event.to_status if event.changes_status else None,
        is_undone=is_undone,
    )


def _lines(reading: _Reading, event: DossierEvent, kind: EventKind) -> Iterable[str]:
    if tell := _TELLERS.get(kind):
        yield from tell(reading, event)
    if kind in _REASON_IS_PUBLIC and event.reason:
        yield _("Reason: %(reason)s") % {"reason": event.reason}


def _by(reading: _Reading, event: DossierEvent) -> str:
    """Name who did it: the citizen, or the unit that answers for it, never one officer."""
    if event.party == guards.FILER and event.actor is not None:
        return _("You") if event.actor_id == reading.viewer.pk else event.actor.get_full_name()
    return event.unit.name if event.unit else ""


def _moment(event: DossierEvent, name: str) -> str:
    """Return a frozen moment of the event in words, empty where it has none."""
    text = event.facts.get(name)
    return vn_datetime(datetime.fromisoformat(text)) if text else ""


def _tell_submit(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    if when := _moment(event, "deadline"):
        yield _("An answer follows by %(when)s.") % {"when": when}


def _tell_due(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    if when := _moment(event, "due"):
        yield _("The result is due on %(when)s.") % {"when": when}


def _tell_request(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    for item in reading.items[event.pk]:
        what = {"label": item.label, "reason": item.get_reason_display(), "comment": item.comment}
        yield (_("%(label)s: %(reason)s. %(comment)s") if item.comment else _("%(label)s: %(reason)s.")) % what
    if when := _moment(event, "deadline"):
        yield _("To be sent by %(when)s. The time until then does not count.") % {"when": when}


def _tell_supply(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    count = event.facts.get("n", 0)
    yield ngettext("%(count)d item", "%(count)d items", count) % {"count": count}
    yield from _tell_due(reading, event)


def _tell_charge(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    facts = {"what": event.facts.get("what", ""), "amount": vnd(event.facts.get("amount_vnd"))}
    yield _("%(what)s: %(amount)s, by %(when)s.") % {**facts, "when": _moment(event, "deadline")}


def _tell_settlement(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    facts = {"amount": vnd(event.facts.get("amount_vnd")), "number": event.facts.get("receipt_number", "")}
    yield _("%(amount)s, receipt %(number)s.") % facts


def _tell_undo(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    undone = event.facts.get("undone")
    if undone in _TITLES:
        yield _("No longer counts: %(step)s.") % {"step": _TITLES[EventKind(undone)]}


def _tell_forward(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    if event.unit is not None:
        yield _("%(unit)s holds it from now on.") % {"unit": event.unit.name}


def _tell_writing(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    message = reading.messages.get(event.pk)
    if message is not None:
        yield Truncator(message.text).chars(_EXCERPT)


def _tell_moved(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    old, new = _moment(event, "due_old"), _moment(event, "due_new") or _moment(event, "due")
    if old and new:
        yield _("From %(old)s to %(new)s.") % {"old": old, "new": new}
    if event.facts.get("letter_number"):
        yield _("Letter of apology no. %(number)s.") % {"number": event.facts["letter_number"]}


def _tell_overdue(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    yield _("It was due on %(when)s.") % {"when": _moment(event, "due_old")}
    yield _("We name a new date by %(when)s.") % {"when": _moment(event, "deadline")}


def _tell_apology(reading: _Reading, event: DossierEvent) -> Iterable[str]:
    yield event.facts.get("words", "")


_TELLERS: dict[EventKind, Callable[[_Reading, DossierEvent], Iterable[str]]] = {
    EventKind.SUBMIT: _tell_submit,
    EventKind.RECEIVE: _tell_due,
    EventKind.REQUEST_SUPPLEMENT: _tell_request,
    EventKind.SUPPLY: _tell_supply,
    EventKind.REQUEST_OBLIGATION: _tell_charge,
    EventKind.SETTLE_OBLIGATION: _tell_settlement,
    EventKind.RESUME: _tell_due,
    EventKind.UNDO: _tell_undo,
    EventKind.FORWARD: _tell_forward,
    EventKind.WRITE: _tell_writing,
    EventKind.EXTEND: _tell_moved,
    EventKind.OVERDUE: _tell_overdue,
    EventKind.APOLOGISE: _tell_apology,
    EventKind.COMMIT_DATE: _tell_moved,
    EventKind.RECALCULATE: _tell_moved,
}


@dataclass(frozen=True)
class Said:
    """A message between the citizen and the officers, with who wrote it as the citizen knows them."""

    by: str
    at: datetime
    text: str
    side: str


def thread(dossier: Dossier, *, viewer: User) -> list[Said]:
    """Return what citizen and officers wrote to each other, the oldest first."""
    rows = ThreadMessage.objects.filter(dossier=dossier).select_related("author", "event__unit").order_by("id")
    return [Said(_author(row, viewer), row.at, row.text, row.side) for row in rows]


def _author(message: ThreadMessage, viewer: User) -> str:
    if message.side == Side.OFFICER:
        unit = message.event.unit
        return _("Officer, %(unit)s") % {"unit": unit.name} if unit else _("Officer")
    return _("You") if message.author_id == viewer.pk else message.author.get_full_name()

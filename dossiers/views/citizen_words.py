"""What a dossier's page says first: what the citizen has to do now, where we owe an apology, where a date moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agency
from core.templatetags.vietnamese import vn_date, vn_datetime, vnd
from dossiers.enums import EventKind, ReturnMethod, Status
from dossiers.mine import Asked
from dossiers.models import Dossier, DossierEvent, OverdueSpell


@dataclass(frozen=True)
class Errand:
    """What to do now, by when, and where; ``url`` leads to the page on which it is done."""

    title: str
    lines: list[str] = field(default_factory=list)
    is_needed: bool = False
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Headline:
    """The one date that matters now, as large as the code; without ``at`` the label says it all."""

    label: str
    at: datetime | None = None


@dataclass(frozen=True)
class Notice:
    kind: str
    title: str
    lines: list[str]


def headline(dossier: Dossier) -> Headline | None:
    """Return the date that stands at the top of a dossier's page."""
    if dossier.closed_at is not None:
        return Headline(_("Closed on"), dossier.closed_at)
    if dossier.finished_at is not None:
        return Headline(_("The result has been ready since"), dossier.finished_at)
    if dossier.received_at is None and dossier.status == Status.SUPPLEMENT:
        return None
    return promise(dossier)


def promise(dossier: Dossier) -> Headline:
    """Return what the agency has promised: the day of the result, or before receipt the day of its answer."""
    if dossier.received_at is None:
        return Headline(_("We answer whether it is received by"), dossier.reply_due_at)
    if dossier.due_at is None:
        return Headline(_("No time limit is set for this procedure."))
    if dossier.paused_at is not None:
        return Headline(_("The clock stands still. Before that, the result was due on"), dossier.due_at)
    return Headline(_("The result is due on"), dossier.due_at)


def errand(dossier: Dossier, asked: Asked, *, at: datetime, events: Sequence[DossierEvent] = ()) -> Errand:
    """Return what the citizen has to do now, or that it is nothing; with the history, also why it was turned down."""
    found = _ERRANDS[Status(dossier.status)](dossier, asked, at)
    return replace(found, lines=[*_reason(dossier, events), *found.lines])


def _reason(dossier: Dossier, events: Sequence[DossierEvent]) -> list[str]:
    """Return the reason of the step that refused or stopped it, as the officer wrote it for the citizen."""
    turned_down = {Status.REFUSED: EventKind.REFUSE, Status.STOPPED: EventKind.STOP}.get(Status(dossier.status))
    reasons = [event.reason for event in events if event.kind == turned_down and event.reason]
    return [_("Reason: %(reason)s") % {"reason": reason} for reason in reasons[-1:]]


def _nothing(*lines: str) -> Errand:
    return Errand(_("You need do nothing."), [line for line in lines if line])


def _submitted(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    facts = {"unit": _name(dossier), "when": vn_datetime(dossier.reply_due_at)}
    return _nothing(_("%(unit)s checks the dossier and answers by %(when)s.") % facts)


def _in_process(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    return _nothing(_("%(unit)s is working on it. You hear from us when something changes.") % {"unit": _name(dossier)})


def _supplement(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    request = asked.supplement
    if request is None:
        return _in_process(dossier, asked, at)
    title = ngettext("Send %(count)d item by %(when)s", "Send %(count)d items by %(when)s", asked.n_items) % {
        "count": asked.n_items,
        "when": vn_datetime(request.due_at),
    }
    line = _("The time until you send it does not count against the time limit.")
    if request.due_at < at:
        line = _("This day has passed. You can still send it as long as the dossier is open; please do so soon.")
    url = reverse("citizen:supply", kwargs={"code": dossier.code})
    return Errand(title, [line], is_needed=True, url=url, label=_("Send what is missing"))


def _obligation(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    due = asked.obligation
    if due is None:
        return _in_process(dossier, asked, at)
    title = _("Pay %(amount)s by %(when)s") % {"amount": vnd(due.amount_vnd), "when": vn_date(due.due_at)}
    lines = [
        _("For: %(what)s.") % {"what": due.what},
        _("Pay at the counter of %(place)s, and name the code %(code)s.")
        % {"place": place_of(dossier.agency), "code": dossier.code},
    ]
    return Errand(title, lines, is_needed=True)


def _finished(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    if dossier.return_method == ReturnMethod.COUNTER:
        lines = [
            _("At %(place)s.") % {"place": place_of(dossier.agency)},
            _("Bring your identity card and the code %(code)s.") % {"code": dossier.code},
        ]
        return Errand(_("Collect the result"), lines, is_needed=True)
    if dossier.return_method == ReturnMethod.POST:
        return _nothing(_("The post brings the result to: %(address)s.") % {"address": dossier.return_address})
    return _nothing(_("The result reaches you as an electronic copy."))


def _stopped(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    if dossier.closed_at is not None:
        return _over(dossier, asked, at)
    line = _("%(unit)s has stopped processing. Ask 1022 if the reason is not clear.") % {"unit": _name(dossier)}
    return Errand(_("The processing has stopped"), [line])


def _refused(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    url = reverse("filing:start", kwargs={"code": dossier.procedure.code})
    line = _("You can file again as soon as this is mended.")
    return Errand(_("The dossier was not received"), [line], url=url, label=_("File again"))


def _over(dossier: Dossier, asked: Asked, at: datetime) -> Errand:
    return _nothing(_("This dossier is closed. It stays here for you to read."))


_ERRANDS: dict[Status, Callable[[Dossier, Asked, datetime], Errand]] = {
    Status.DRAFT: _over,
    Status.SUBMITTED: _submitted,
    Status.RECEIVED: _in_process,
    Status.REFUSED: _refused,
    Status.IN_PROCESS: _in_process,
    Status.SUPPLEMENT: _supplement,
    Status.OBLIGATION: _obligation,
    Status.WITHDRAWN: _over,
    Status.STOPPED: _stopped,
    Status.FINISHED: _finished,
    Status.RETURNED: _over,
}


def _name(dossier: Dossier) -> str:
    unit = dossier.unit or dossier.agency
    return unit.name if unit else ""


def place_of(agency: Agency | None) -> str:
    """Return name, address and telephone of an agency, as far as they are known."""
    return ", ".join(filter(None, (agency.name, agency.address, agency.phone))) if agency else ""


def apology(
    dossier: Dossier, spell: OverdueSpell | None, events: Sequence[DossierEvent], *, at: datetime
) -> Notice | None:
    """Return what we owe to say about a missed due date, with the new date if one is promised."""
    if dossier.closed_at is not None or dossier.finished_at is not None:
        return None
    if spell is None:
        missed = dossier.due_at if dossier.is_late(at) else None
        return _sorry(dossier, missed, []) if missed else None
    own_words = [event.facts["words"] for event in events if event.kind == EventKind.APOLOGISE][-1:]
    if spell.new_due_at is None:
        return _sorry(dossier, spell.missed_due_at, own_words or _promise_of(events, at))
    if spell.new_due_at < at:
        return _sorry(dossier, spell.new_due_at, []) if dossier.is_late(at) else None
    reasons = [event.reason for event in events if event.kind == EventKind.COMMIT_DATE][-1:]
    lines = [_("Reason: %(reason)s") % {"reason": reason} for reason in reasons]
    return _sorry(dossier, spell.missed_due_at, [*lines, _new_date(spell.new_due_at)])


def _sorry(dossier: Dossier, missed: datetime, lines: list[str]) -> Notice:
    facts = {"unit": _name(dossier), "when": vn_datetime(missed)}
    first = _("The result was due on %(when)s and is not ready. %(unit)s apologises to you.") % facts
    return Notice("warning", _("We are late"), [first, *lines])


def _promise_of(events: Sequence[DossierEvent], at: datetime) -> list[str]:
    """Return by when a new date is to be named, as long as that lies ahead."""
    found = [event.facts.get("deadline") for event in events if event.kind == EventKind.OVERDUE]
    until = datetime.fromisoformat(found[-1]) if found and found[-1] else None
    if until is None or until < at:
        return []
    return [_("We tell you the new date by %(when)s.") % {"when": vn_datetime(until)}]


def _new_date(at: datetime) -> str:
    return _("New due date: %(when)s.") % {"when": vn_datetime(at)}


def extension(dossier: Dossier, events: Sequence[DossierEvent]) -> Notice | None:
    """Return why the due date was moved ahead of time, with the number of the letter, while the dossier is open."""
    moved = [event for event in events if event.kind == EventKind.EXTEND]
    if not moved or not dossier.is_open or dossier.finished_at is not None:
        return None
    event = moved[-1]
    facts = {name: vn_datetime(datetime.fromisoformat(event.facts[name])) for name in ("due_old", "due_new")}
    lines = [
        _("From %(due_old)s to %(due_new)s.") % facts,
        _("Reason: %(reason)s") % {"reason": event.reason},
        _("Letter of apology no. %(number)s.") % {"number": event.facts["letter_number"]},
    ]
    return Notice("info", _("The due date was extended"), lines)

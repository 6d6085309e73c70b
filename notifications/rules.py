"""Who hears of what: the one table from a dossier's event to the message that the citizen gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dossiers.enums import EventKind
from notifications.enums import Preset, Topic

if TYPE_CHECKING:
    from dossiers.models import DossierEvent

# Lower goes first: somebody stands at the sign-in page and waits for a code.
PRIORITY_CODE = 0
PRIORITY_NEWS = 1
PRIORITIES = (PRIORITY_CODE, PRIORITY_NEWS)

# Their texts are never logged, kept or sent twice.
SECRET = frozenset({Topic.SIGN_IN_CODE})
# Owed by law or asked for by the reader: no preset switches them off.
ALWAYS = frozenset({Topic.SIGN_IN_CODE, Topic.APOLOGY, Topic.APOLOGY_NO_DATE, Topic.APOLOGY_WORDS, Topic.EXTENDED})
SWITCHABLE = tuple(topic for topic in Topic if topic not in ALWAYS)

TOPIC_OF_EVENT: Mapping[EventKind, Topic] = {
    EventKind.SUBMIT: Topic.SUBMITTED,
    EventKind.RECEIVE: Topic.RECEIVED,
    EventKind.REFUSE: Topic.REFUSED,
    EventKind.START: Topic.IN_PROCESS,
    EventKind.REQUEST_SUPPLEMENT: Topic.SUPPLEMENT,
    EventKind.SUPPLY: Topic.SUPPLIED,
    EventKind.REQUEST_OBLIGATION: Topic.OBLIGATION,
    EventKind.SETTLE_OBLIGATION: Topic.SETTLED,
    EventKind.WITHDRAW: Topic.WITHDRAWN,
    EventKind.STOP: Topic.STOPPED,
    EventKind.RESUME: Topic.RESUMED,
    EventKind.FINISH: Topic.RESULT_READY,
    EventKind.RETURN_RESULT: Topic.RETURNED,
    EventKind.UNDO: Topic.UNDONE,
    EventKind.WRITE: Topic.OFFICER_MESSAGE,
    EventKind.OVERDUE: Topic.APOLOGY_NO_DATE,
    EventKind.APOLOGISE: Topic.APOLOGY_WORDS,
    EventKind.COMMIT_DATE: Topic.APOLOGY,
    EventKind.EXTEND: Topic.EXTENDED,
}

# The filer's own words are no news to the filer.
FILER = "filer"

# Letter 2187/SKHCN-TTKHCN of Dong Nai, 29/9/2025: nine notices, two of which belong to status 6. Nothing is sent when
# a dossier is filed or goes into process; what leads back there stays silent too. Apologies are no part of the letter
# and are owed all the same.
SILENT: Mapping[Preset, frozenset[Topic]] = {
    Preset.EVERY_CHANGE: frozenset(),
    Preset.DONG_NAI_NINE: frozenset({Topic.SUBMITTED, Topic.IN_PROCESS, Topic.SUPPLIED, Topic.SETTLED, Topic.RESUMED}),
}


def topic_of(event: DossierEvent) -> Topic | None:
    """Return what the citizen is to hear of an event; ``None`` when it is none of their business."""
    kind = EventKind(event.kind)
    if kind is EventKind.WRITE and event.party == FILER:
        return None
    if kind is EventKind.OVERDUE:
        return _topic_of_overdue(event)
    if kind is EventKind.RECALCULATE:
        # A date that was promised and moves away is news; one that comes nearer costs the citizen nothing.
        return Topic.EXTENDED if event.facts.get("due_new") else None
    return TOPIC_OF_EVENT.get(kind)


def _topic_of_overdue(event: DossierEvent) -> Topic | None:
    """A first breach is apologised for by the system; from the second on a person finds the words."""
    if int(event.facts.get("breach", 1)) > 1:
        return None
    return Topic.APOLOGY if event.facts.get("due_new") else Topic.APOLOGY_NO_DATE

"""The invariants. Each takes what is left of a run and returns what is wrong, in words; nothing means that it holds."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from dossiers.enums import EventKind
from dossiers.models import Dossier
from notifications.enums import State
from tests.chaos.evidence import SUPPRESSED, Event, Evidence
from tests.chaos.killer import BUDGETS, Killing

MOST_SENDS = 2
# Clocks of one machine; rows are stamped before their commit, so two of one dossier never overlap by more.
CLOCK_GRAIN = 0.001


def acks_have_effect(end: Evidence) -> list[str]:
    """I1: what was acknowledged is there with exactly that effect; what is in doubt is there once or not at all."""
    made = {(event.code, event.seq): event for event in end.events}
    breaches = []
    for ack in end.said("ack"):
        event = made.get((ack["code"], ack["version"] + 1))
        if event is None or (event.kind, event.actor) != (ack["kind"], end.officer_ids[ack["role"]]):
            breaches.append(f"{ack['code']} version {ack['version']}: {ack['kind']} was acknowledged and is not there")
    meant = {(line["code"], line["version"] + 1, line["kind"]) for line in end.said("intent")}
    by_officers = (event for event in end.events if event.actor in end.officer_ids.values())
    return breaches + [
        f"{event.code} version {event.seq}: {event.kind} was never meant"
        for event in by_officers
        if (event.code, event.seq, event.kind) not in meant
    ]


def one_row_per_news(end: Evidence) -> list[str]:
    """I2: each event that somebody is owed has one outbox row for them, and no other event has any."""
    rows = Counter((owed.event, owed.phone) for owed in end.outbox)
    due = Counter((event.id, event.phone) for event in end.events if event.is_owed)
    return [
        f"event {event} has {rows[event, phone]} outbox rows instead of {due[event, phone]}"
        for event, phone in sorted(rows.keys() | due.keys(), key=str)
        if rows[event, phone] != due[event, phone]
    ]


def nothing_lost_or_invented(end: Evidence) -> list[str]:
    """I3: the providers took every message that is owed, and none that is not in the outbox."""
    taken = {line["key"] for line in end.ledger if line["taken"]}
    owed = {row.key for row in end.outbox if row.state not in SUPPRESSED}
    known = {row.key for row in end.outbox}
    return [f"message {key} is lost" for key in sorted(owed - taken)] + [
        f"message {key} is invented" for key in sorted(taken - known)
    ]


def sends(end: Evidence) -> Counter[str]:
    """Count how often each message can have reached a phone: eSMS knows its own RequestId again."""
    return Counter(
        line["key"] for line in end.ledger if line["taken"] and not (line["provider"] == "esms" and line["before"])
    )


def at_most_twice(end: Evidence) -> list[str]:
    """I4: no message is sent more than twice, and a second time only where a try was cut off."""
    lost = {row.key: row.lost_tries for row in end.outbox}
    breaches = []
    for key, count in sends(end).items():
        if count > MOST_SENDS:
            breaches.append(f"message {key} was sent {count} times")
        if count > 1 + lost.get(key, 0):
            breaches.append(f"message {key} was sent {count} times with {lost.get(key, 0)} tries cut off")
    return breaches


def _edges() -> dict[str, set[tuple[int, int]]]:
    """Return the legal edges by kind, from the model's own table."""
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for transition in Dossier._meta.get_field("status").get_all_transitions(Dossier):
        targets = getattr(transition.target, "allowed_states", None) or [transition.target]
        found[transition.name] |= {(int(transition.source), int(target)) for target in targets}
    return found


def _is_legal(event: Event, edges: dict[str, set[tuple[int, int]]]) -> bool:
    if event.kind == EventKind.UNDO:
        return event.target == event.undoes_source
    if event.kind in edges:
        return (event.source, event.target) in edges[event.kind]
    return event.source == event.target


def _histories(end: Evidence) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for event in end.events:
        found[event.code].append(event)
    return found


def histories_are_legal(end: Evidence) -> list[str]:
    """I5: per dossier versions 1 to n without a gap, each edge legal and on to the last, in the order of time."""
    edges, histories = _edges(), _histories(end)
    return [breach for code in end.versions for breach in _faults(code, histories.get(code, []), end, edges)]


def _faults(code: str, history: list[Event], end: Evidence, edges: dict[str, set[tuple[int, int]]]) -> Iterator[str]:
    if [event.seq for event in history] != list(range(1, end.versions[code] + 1)):
        yield f"{code}: versions have gaps"
    for before, event in itertools.pairwise(history):
        if event.source != before.target:
            yield f"{code} version {event.seq}: does not begin where the last one ended"
        if event.at < before.at - CLOCK_GRAIN:
            yield f"{code} version {event.seq}: is older than the one before"
    yield from (
        f"{code} version {event.seq}: {event.kind} is illegal" for event in history if not _is_legal(event, edges)
    )
    if history and history[-1].target != end.statuses[code]:
        yield f"{code}: the status is not that of the last event"


def history_is_complete(end: Evidence) -> list[str]:
    """I6: as many events as changes."""
    changes = sum(end.versions.values())
    return [] if len(end.events) == changes else [f"{len(end.events)} events for {changes} changes"]


def nothing_is_pending(end: Evidence) -> list[str]:
    """I7: nothing waits and nothing is on its way."""
    open_states = (State.QUEUED, State.SENDING, State.HELD)
    return [f"message {row.key} is still {row.state}" for row in end.outbox if row.state in open_states]


def papers_are_whole(end: Evidence) -> list[str]:
    """I8: each paper's bytes are there and the right ones, no others lie about, no acknowledged paper is gone."""
    breaches = [
        f"paper {sheet.name} of {sheet.draft} has no such bytes" for sheet in end.papers if sheet.kept != sheet.sha256
    ]
    breaches += [f"bytes {name} belong to nobody" for name in end.blobs.keys() - {sheet.sha256 for sheet in end.papers}]
    breaches += [f"bytes {name} are others" for name, digest in end.blobs.items() if name != digest]
    there = Counter((sheet.draft, sheet.name) for sheet in end.papers)
    for ack in end.said("paper_ack"):
        if not there[ack["draft"], f"giay-{ack['number']}.pdf"]:
            breaches.append(f"paper {ack['number']} of {ack['draft']} was acknowledged and is not there")
    return breaches


def recovered_in_time(killings: Iterable[Killing]) -> list[str]:
    """I11: each part worked again within its budget; one killed again meanwhile is judged by the later kill."""
    return [
        f"{killing.part} needed {killing.recovered or float('inf'):.1f} s"
        for killing in killings
        if not killing.overtaken and (killing.recovered is None or killing.recovered > BUDGETS[killing.part])
    ]


ON_EVIDENCE = {
    "I1 acknowledged is there, in doubt 0 or 1": acks_have_effect,
    "I2 one outbox row per event and phone": one_row_per_news,
    "I3 lost 0, invented 0": nothing_lost_or_invented,
    "I4 no message sent more than twice": at_most_twice,
    "I5 versions gapless, edges legal": histories_are_legal,
    "I6 as many events as changes": history_is_complete,
    "I7 nothing pending": nothing_is_pending,
    "I8 papers, bytes and digests agree": papers_are_whole,
}

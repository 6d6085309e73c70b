"""What is left after a run: the diary, the ledger and the database, read into plain values that can be judged."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dossiers.models import Dossier, DossierEvent, Paper
from notifications import rules
from notifications.enums import Outcome, State
from notifications.models import Attempt, Message

# Not owed any more, so nobody has to find it in the ledger.
SUPPRESSED = (State.CANCELLED, State.EXPIRED)


@dataclass(frozen=True)
class Event:
    id: int
    code: str
    seq: int
    kind: str
    source: int
    target: int
    actor: int | None
    at: float
    phone: str = ""
    is_owed: bool = False
    undoes_source: int | None = None


@dataclass(frozen=True)
class Owed:
    """A row of the outbox."""

    key: str
    event: int | None
    phone: str
    state: str
    recorded_at: float
    lost_tries: int = 0


@dataclass(frozen=True)
class Sheet:
    """A paper's row, and the SHA-256 of the bytes that are kept for it; empty without bytes."""

    draft: str
    name: str
    sha256: str
    kept: str


@dataclass
class Evidence:
    """Everything the invariants are about."""

    officer_ids: dict[str, int] = field(default_factory=dict)
    diary: list[dict[str, Any]] = field(default_factory=list)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    outbox: list[Owed] = field(default_factory=list)
    papers: list[Sheet] = field(default_factory=list)
    blobs: dict[str, str] = field(default_factory=dict)

    def said(self, what: str) -> list[dict[str, Any]]:
        return [line for line in self.diary if line["what"] == what]


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def gather(*, diary: Path, ledger: Path, media: Path, officer_ids: dict[str, int]) -> Evidence:
    """Read everything; the portal must be at rest."""
    dossiers = Dossier.objects.exclude(code=None)
    return Evidence(
        officer_ids=officer_ids,
        diary=lines_of(diary),
        ledger=lines_of(ledger),
        events=list(_events()),
        versions=dict(dossiers.values_list("code", "version")),
        statuses=dict(dossiers.values_list("code", "status")),
        outbox=list(_outbox()),
        papers=list(_papers(media)),
        blobs={path.name: _digest(path) for path in (media / "blobs").rglob("*") if path.is_file()},
    )


def _events() -> Iterator[Event]:
    for event in DossierEvent.objects.select_related("dossier", "undoes").order_by("dossier", "seq"):
        yield Event(
            id=event.pk,
            code=event.dossier.code or "",
            seq=event.seq,
            kind=event.kind,
            source=event.from_status,
            target=event.to_status,
            actor=event.actor_id,
            at=event.recorded_at.timestamp(),
            phone=event.dossier.applicant_phone,
            is_owed=rules.topic_of(event) is not None,
            undoes_source=event.undoes.from_status if event.undoes else None,
        )


def _outbox() -> Iterator[Owed]:
    lost = Counter(Attempt.objects.filter(outcome=Outcome.LOST).values_list("message_id", flat=True))
    for message in Message.objects.all():
        yield Owed(
            key=str(message.pk),
            event=message.event_id,
            phone=message.phone,
            state=message.state,
            recorded_at=message.recorded_at.timestamp(),
            lost_tries=lost[message.pk],
        )


def _papers(media: Path) -> Iterator[Sheet]:
    for paper in Paper.objects.select_related("dossier"):
        path = media / "blobs" / paper.sha256[:2] / paper.sha256[2:4] / paper.sha256
        yield Sheet(str(paper.dossier.public_id), paper.name, paper.sha256, _digest(path) if path.is_file() else "")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

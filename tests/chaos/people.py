"""Who is there before the trouble begins: four officers, citizens with dossiers, and drafts without papers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from django.utils import timezone

from dossiers import services
from dossiers.enums import EventKind, Status
from notifications.enums import Kind
from notifications.models import Template
from notifications.services import load_defaults
from tests import factories

CITIZENS = 24
PASSWORD = "mat-khau-dai-12"
# Steps by their address, with what goes into the form and who takes them; the kind is what the history then says.
ReadyStep = tuple[str, EventKind, str]
RECEIVE: ReadyStep = ("tiep-nhan", EventKind.RECEIVE, "receiver")
START: ReadyStep = ("chuyen-xu-ly", EventKind.START, "receiver")
PROPOSE: ReadyStep = ("trinh-ket-qua", EventKind.PROPOSE, "processor")
FINISH: ReadyStep = ("duyet-ket-qua", EventKind.FINISH, "leader")
RETURN: ReadyStep = ("tra-ket-qua", EventKind.RETURN_RESULT, "returner")
STOP: ReadyStep = ("dung", EventKind.STOP, "leader")
RESUME: ReadyStep = ("tiep-tuc", EventKind.RESUME, "leader")
CHARGE: ReadyStep = ("yeu-cau-nop-tien", EventKind.REQUEST_OBLIGATION, "processor")
SETTLE: ReadyStep = ("ghi-nhan-nop-tien", EventKind.SETTLE_OBLIGATION, "receiver")
REFUSE: ReadyStep = ("tu-choi", EventKind.REFUSE, "receiver")
UNDO: ReadyStep = ("hoan-tac", EventKind.UNDO, "receiver")
END = [PROPOSE, FINISH, RETURN]
WAYS: list[tuple[int, list[ReadyStep]]] = [
    (35, [RECEIVE, START, *END]),
    (20, [RECEIVE, START, STOP, RESUME, *END]),
    (20, [RECEIVE, START, CHARGE, SETTLE, *END]),
    (10, [RECEIVE, UNDO, RECEIVE, START, *END]),
    (10, [RECEIVE, START, STOP, RESUME, CHARGE, SETTLE, *END]),
    (5, [REFUSE]),
]


@dataclass
class Way:
    """One dossier and the steps that officers will take with it."""

    code: str
    steps: list[ReadyStep]


@dataclass
class Draft:
    """A draft to which its citizen will attach papers."""

    public_id: str
    citizen: str


@dataclass
class Cast:
    """What the driver must know; plain values, so that its threads never ask the database."""

    officers: dict[str, str]
    officer_ids: dict[str, int]
    fields: dict[str, dict[str, str]]
    ways: list[Way] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def changes_of(steps: list[ReadyStep]) -> int:
    """Return how many of the steps change the status; a proposal does not."""
    return sum(step is not PROPOSE for step in steps)


def make(*, changes: int, drafts: int, seed: int) -> Cast:
    """Fill an empty database through the services; ``changes`` is how many changes of status the ways hold at least."""
    load_defaults()
    Template.objects.filter(channel=Kind.ZNS).update(zns_template_id="300001")
    desk = factories.Desk(days=30)
    everybody = [factories.citizen(phone=f"8490{number:07d}") for number in range(1000, 1000 + CITIZENS)]
    cast = _cast(desk)
    dice = Random(seed)
    for number, steps in enumerate(_ways(changes, dice)):
        desk.citizen = everybody[number % CITIZENS]
        dossier = desk.dossier(Status.SUBMITTED, at=timezone.now())
        cast.ways.append(Way(dossier.code or "", steps))
    for number in range(drafts):
        desk.citizen = everybody[number % CITIZENS]
        draft = services.start_draft(
            procedure=desk.procedure, actor=desk.citizen, at=timezone.now(), agency=desk.agency
        )
        cast.drafts.append(Draft(str(draft.public_id), desk.citizen.username))
    return cast


def _ways(changes: int, dice: Random) -> Iterator[list[ReadyStep]]:
    while changes > 0:
        steps = dice.choices([way for _weight, way in WAYS], weights=[weight for weight, _way in WAYS])[0]
        changes -= changes_of(steps)
        yield steps


def _cast(desk: factories.Desk) -> Cast:
    people = {role: getattr(desk, role) for role in ("receiver", "processor", "leader", "returner")}
    reason = {"reason": "Thửa đất đang có tranh chấp; xin liên hệ quầy số 2"}
    return Cast(
        officers={role: user.username for role, user in people.items()},
        officer_ids={role: user.pk for role, user in people.items()},
        fields={
            "chuyen-xu-ly": {"unit": str(desk.agency.pk), "assignee": str(desk.processor.pk)},
            "trinh-ket-qua": {"result": "Giấy khai sinh số 15/2026"},
            "duyet-ket-qua": {"result": "Giấy khai sinh số 15/2026"},
            "dung": reason,
            "tu-choi": reason,
            "yeu-cau-nop-tien": {"what": "Lệ phí trước bạ", "amount_vnd": "1.250.000"},
            "ghi-nhan-nop-tien": {"amount_vnd": "1250000", "receipt_number": "BL-00015"},
        },
    )

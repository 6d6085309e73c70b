"""The whole table of statuses, steps and parties, tried at the one door."""

import pytest
from django.db import transaction

from accounts.enums import Role
from dossiers import services
from dossiers.enums import EventKind, Status
from dossiers.services import door
from tests import factories
from tests.factories import MONDAY, Desk, local

pytestmark = pytest.mark.django_db

S, K = Status, EventKind
FILER, RECEIVER, PROCESSOR, LEADER, RETURNER, SYSTEM = (
    "citizen",
    "receiver",
    "processor",
    "leader",
    "returner",
    "system",
)
EVERY_OFFICER = {RECEIVER, PROCESSOR, LEADER, RETURNER}

# (status, step) -> who may take it. What is not here exists for nobody.
TABLE = {
    (S.DRAFT, K.SUBMIT): {FILER},
    (S.SUBMITTED, K.RECEIVE): {RECEIVER},
    (S.SUBMITTED, K.REFUSE): {RECEIVER},
    (S.SUBMITTED, K.REQUEST_SUPPLEMENT): {RECEIVER, LEADER},
    (S.SUBMITTED, K.WITHDRAW): {FILER},
    (S.SUBMITTED, K.ASSIGN): {RECEIVER, LEADER},
    (S.SUBMITTED, K.FORWARD): {RECEIVER, PROCESSOR, LEADER},
    (S.RECEIVED, K.START): {RECEIVER, PROCESSOR},
    (S.RECEIVED, K.WITHDRAW): {FILER},
    (S.RECEIVED, K.ASSIGN): {RECEIVER, LEADER},
    (S.RECEIVED, K.FORWARD): {RECEIVER, PROCESSOR, LEADER},
    (S.RECEIVED, K.REQUEST_EXTENSION): {PROCESSOR, LEADER},
    (S.RECEIVED, K.EXTEND): {LEADER},
    (S.RECEIVED, K.DENY_EXTENSION): {LEADER},
    (S.RECEIVED, K.COMMIT_DATE): {PROCESSOR, LEADER},
    (S.IN_PROCESS, K.REQUEST_SUPPLEMENT): {PROCESSOR, LEADER},
    (S.IN_PROCESS, K.REQUEST_OBLIGATION): {PROCESSOR},
    (S.IN_PROCESS, K.STOP): {LEADER},
    (S.IN_PROCESS, K.FINISH): {LEADER},
    (S.IN_PROCESS, K.WITHDRAW): {FILER},
    (S.IN_PROCESS, K.ASSIGN): {RECEIVER, LEADER},
    (S.IN_PROCESS, K.FORWARD): {RECEIVER, PROCESSOR, LEADER},
    (S.IN_PROCESS, K.PROPOSE): {PROCESSOR},
    (S.IN_PROCESS, K.REQUEST_EXTENSION): {PROCESSOR, LEADER},
    (S.IN_PROCESS, K.EXTEND): {LEADER},
    (S.IN_PROCESS, K.DENY_EXTENSION): {LEADER},
    (S.IN_PROCESS, K.COMMIT_DATE): {PROCESSOR, LEADER},
    (S.SUPPLEMENT, K.SUPPLY): {FILER, RECEIVER},
    (S.SUPPLEMENT, K.WITHDRAW): {FILER},
    (S.SUPPLEMENT, K.ASSIGN): {RECEIVER, LEADER},
    (S.SUPPLEMENT, K.DENY_EXTENSION): {LEADER},
    (S.OBLIGATION, K.SETTLE_OBLIGATION): {RECEIVER, PROCESSOR, RETURNER},
    (S.OBLIGATION, K.WITHDRAW): {FILER},
    (S.OBLIGATION, K.STOP): {LEADER},
    (S.OBLIGATION, K.ASSIGN): {RECEIVER, LEADER},
    (S.OBLIGATION, K.DENY_EXTENSION): {LEADER},
    (S.STOPPED, K.RESUME): {LEADER},
    (S.STOPPED, K.CLOSE): {LEADER},
    (S.STOPPED, K.ASSIGN): {RECEIVER, LEADER},
    (S.STOPPED, K.DENY_EXTENSION): {LEADER},
    (S.FINISHED, K.RETURN_RESULT): {RETURNER},
    (S.FINISHED, K.REQUEST_OBLIGATION): {RETURNER},
    (S.FINISHED, K.ASSIGN): {RECEIVER, LEADER},
    (S.FINISHED, K.DENY_EXTENSION): {LEADER},
}
for _status in set(Status) - {S.DRAFT}:
    TABLE[_status, K.WRITE] = EVERY_OFFICER | {FILER}
for _status in (S.SUBMITTED, S.RECEIVED, S.IN_PROCESS, S.SUPPLEMENT, S.OBLIGATION, S.STOPPED, S.FINISHED):
    TABLE[_status, K.RECALCULATE] = {SYSTEM}
    TABLE[_status, K.APOLOGISE] = {LEADER}
    TABLE.setdefault((_status, K.DENY_EXTENSION), {LEADER})
for _status in (S.REFUSED, S.WITHDRAWN, S.RETURNED):
    TABLE.pop((_status, K.APOLOGISE), None)
for _status in (S.RECEIVED, S.IN_PROCESS):
    TABLE[_status, K.OVERDUE] = {SYSTEM}
for _status in (S.SUBMITTED, S.RECEIVED, S.IN_PROCESS):
    TABLE[_status, K.STEP_WARNING] = {SYSTEM}

STEPS = [kind for kind in EventKind if kind is not K.UNDO]
LEADS_TO = {
    K.SUBMIT: S.SUBMITTED,
    K.RECEIVE: S.RECEIVED,
    K.REFUSE: S.REFUSED,
    K.START: S.IN_PROCESS,
    K.REQUEST_SUPPLEMENT: S.SUPPLEMENT,
    K.SUPPLY: S.IN_PROCESS,
    K.REQUEST_OBLIGATION: S.OBLIGATION,
    K.SETTLE_OBLIGATION: S.IN_PROCESS,
    K.WITHDRAW: S.WITHDRAWN,
    K.STOP: S.STOPPED,
    K.RESUME: S.IN_PROCESS,
    K.FINISH: S.FINISHED,
    K.RETURN_RESULT: S.RETURNED,
}


def try_step(dossier, kind, actor) -> str:
    """Take the step with nothing but the transition, tell what came of it, and take it back."""
    try:
        with transaction.atomic():
            event = door.change(dossier.pk, kind, actor=actor, at=MONDAY, work=_only_what_the_database_demands)
            transaction.set_rollback(True)
    except services.StepNotPossible:
        return "impossible"
    except services.NotPermitted:
        return "forbidden"
    return f"to {event.to_status}"


def _only_what_the_database_demands(step) -> None:
    dossier = step.dossier
    if step.kind in (K.REFUSE, K.WITHDRAW, K.RETURN_RESULT):
        dossier.closed_at = step.at
    if dossier.status not in (S.SUPPLEMENT, S.OBLIGATION, S.STOPPED):
        dossier.paused_at = None
    if step.kind is K.SUBMIT:
        dossier.code, dossier.submitted_at = "H19.26-261123-0001", step.at


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.name.lower())
def test_every_step_of_every_party_from_a_status(status):
    desk = Desk()
    dossier = desk.dossier(status)
    if status is S.IN_PROCESS:
        services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Số 15/2026")
    elsewhere = factories.agency("H19.41", "UBND xã Phú Lý")
    actors = {
        FILER: desk.citizen,
        RECEIVER: desk.receiver,
        PROCESSOR: desk.processor,
        LEADER: desk.leader,
        RETURNER: desk.returner,
        SYSTEM: None,
        "another citizen": factories.citizen("Trần Thị Lạ"),
        "other unit": factories.officer(Role.RECEIVE, Role.PROCESS, Role.APPROVE, Role.RETURN, at=elsewhere),
        "hotline": factories.officer(Role.HOTLINE, at=desk.agency),
        "province admin": factories.officer(Role.PROVINCE_ADMIN, at=desk.agency),
        "system admin": factories.officer(Role.SYSTEM_ADMIN, at=desk.agency),
    }
    expected, found = {}, {}
    for kind in STEPS:
        allowed = TABLE.get((status, kind))
        for name, actor in actors.items():
            if allowed is None:
                expected[kind, name] = "impossible"
            elif name in allowed:
                expected[kind, name] = f"to {int(LEADS_TO.get(kind, status))}"
            else:
                expected[kind, name] = "forbidden"
            found[kind, name] = try_step(dossier, kind, actor)
    assert found == expected


def test_the_ten_statuses_carry_the_national_codes():
    assert {status.value: status.name for status in Status} == {
        0: "DRAFT",
        1: "SUBMITTED",
        2: "RECEIVED",
        3: "REFUSED",
        4: "IN_PROCESS",
        5: "SUPPLEMENT",
        6: "OBLIGATION",
        7: "WITHDRAWN",
        8: "STOPPED",
        9: "FINISHED",
        10: "RETURNED",
    }


def test_a_supplement_asked_for_before_receipt_goes_back_to_the_counter():
    desk = Desk()
    dossier = desk.dossier(S.SUBMITTED)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, items=[factories.ASKED_NAME])
    item = dossier.supplements.get().items.get()
    services.keep_supply(dossier_id=dossier.pk, actor=desk.citizen, item_id=item.pk, answer="Nguyễn Minh Anh")
    event = services.supply(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY)
    assert event.to_status == S.SUBMITTED


def test_a_fee_collected_on_return_leads_back_to_the_finished_result():
    desk = Desk()
    dossier = desk.dossier(S.FINISHED)
    services.request_obligation(
        dossier_id=dossier.pk, actor=desk.returner, at=MONDAY, what="Lệ phí bản sao", amount_vnd=8_000
    )
    event = services.settle_obligation(
        dossier_id=dossier.pk, actor=desk.returner, at=MONDAY, amount_vnd=8_000, receipt_number="BL-0001"
    )
    assert event.to_status == S.FINISHED


@pytest.mark.parametrize(
    ("kind", "party", "target"), [(K.REFUSE, RECEIVER, 3), (K.REFUSE, PROCESSOR, 3), (K.STOP, LEADER, 8)]
)
def test_when_the_time_to_supply_has_passed_the_dossier_may_be_refused_or_stopped(kind, party, target):
    desk = Desk()
    dossier = desk.dossier(S.SUPPLEMENT)
    actor = getattr(desk, party)
    step = {K.REFUSE: services.refuse, K.STOP: services.stop}[kind]
    with pytest.raises(services.StepNotPossible):
        step(dossier_id=dossier.pk, actor=actor, at=dossier.supplement_due_at, reason="Quá hạn bổ sung")
    event = step(dossier_id=dossier.pk, actor=actor, at=local("2027-01-04 08:00"), reason="Quá hạn bổ sung")
    assert event.to_status == target


def test_a_second_supplement_request_is_the_leaders_alone():
    desk = Desk()
    dossier = desk.dossier(S.SUPPLEMENT)
    item = dossier.supplements.get().items.get()
    services.keep_supply(dossier_id=dossier.pk, actor=desk.citizen, item_id=item.pk, answer="Nguyễn Minh Anh")
    services.supply(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY)
    again = {"dossier_id": dossier.pk, "at": MONDAY, "items": [factories.ASKED_PAPER]}
    with pytest.raises(services.NotPermitted):
        services.request_supplement(actor=desk.processor, **again)
    services.request_supplement(actor=desk.leader, **again)
    assert [request.number for request in dossier.supplements.all()] == [1, 2]


def test_nobody_approves_what_they_proposed_themselves():
    desk = Desk()
    both = factories.officer(Role.PROCESS, Role.APPROVE, at=desk.agency)
    dossier = desk.dossier(S.IN_PROCESS)
    services.propose(dossier_id=dossier.pk, actor=both, at=MONDAY, result="Số 15/2026")
    with pytest.raises(services.NotPermitted):
        services.finish(dossier_id=dossier.pk, actor=both, at=MONDAY)


def test_a_procedure_without_approval_is_finished_by_its_specialist():
    desk = Desk(needs_approval=False)
    dossier = desk.dossier(S.IN_PROCESS)
    assert services.finish(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY).to_status == S.FINISHED


def test_an_officer_leaves_their_own_request_to_others():
    desk = Desk()
    desk.citizen.assignments.create(agency=desk.agency, role=Role.RECEIVE)
    dossier = desk.dossier(S.SUBMITTED)
    with pytest.raises(services.NotPermitted):
        services.receive(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY)


def test_a_closed_stop_can_not_be_resumed():
    desk = Desk()
    dossier = desk.dossier(S.STOPPED)
    services.close(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, reason="Tranh chấp đã chuyển toà án")
    with pytest.raises(services.StepNotPossible):
        services.resume(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY)

"""What a step leaves behind: event, ledger, requests; and what it refuses to do."""

from datetime import datetime, timedelta

import pytest

from accounts.enums import Role
from dossiers import services
from dossiers.enums import ClockKind, EventKind, Side, Status
from dossiers.models import Dossier, DossierEvent
from dossiers.signals import dossier_changed
from tests import factories
from tests.factories import MONDAY, Desk, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def stored(value):
    return value.isoformat() if isinstance(value, datetime) else value


# Filing


def test_a_draft_is_filled_in_from_the_profile(desk):
    draft = desk.draft()
    assert (draft.applicant_name, draft.applicant_phone) == (desk.citizen.full_name, desk.citizen.phone)
    assert draft.applicant_address == "12 đường Hoa Sen, Phường Trấn Biên, Tỉnh Đồng Nai"


def test_submitting_gives_the_code_the_deadline_of_the_reply_and_one_event(desk):
    dossier = desk.dossier(Status.SUBMITTED)
    assert dossier.code == "H19.26-261123-0001"
    # 24/11/2026 is a holiday: eight working hours from Monday 10:00 end on Wednesday 10:00.
    assert dossier.reply_due_at == local("2026-11-25 10:00")
    event = dossier.events.get()
    assert (event.kind, event.seq, event.from_status, event.to_status) == (EventKind.SUBMIT, 1, 0, 1)
    assert event.facts["code"] == dossier.code
    assert event.facts["deadline"] == "2026-11-25T03:00:00+00:00"


def test_submitting_twice_files_once(desk):
    draft = desk.draft()
    first = services.submit(dossier_id=draft.pk, actor=desk.citizen, at=MONDAY)
    second = services.submit(dossier_id=draft.pk, actor=desk.citizen, at=MONDAY + timedelta(seconds=2))
    assert (first.pk, DossierEvent.objects.filter(kind=EventKind.SUBMIT).count()) == (second.pk, 1)


def test_what_was_filed_is_not_filed_by_a_stranger(desk):
    dossier = desk.dossier()
    with pytest.raises(services.NotPermitted):
        services.submit(dossier_id=dossier.pk, actor=factories.citizen("Người Lạ"), at=MONDAY)


def test_only_who_files_at_the_counter_changes_its_drafts(desk):
    draft = services.start_draft(
        procedure=desk.procedure, actor=desk.receiver, at=MONDAY, agency=desk.agency, channel="counter"
    )
    for stranger in (desk.processor, desk.leader):
        with pytest.raises(Dossier.DoesNotExist):
            services.update_draft(public_id=draft.public_id, actor=stranger, at=MONDAY, applicant_name="Ai đó")
    services.update_draft(public_id=draft.public_id, actor=desk.receiver, at=MONDAY, applicant_name="Lê Văn Tám")
    assert fresh(draft).applicant_name == "Lê Văn Tám"


def test_an_incomplete_draft_is_not_filed_and_says_every_place(desk):
    draft = services.start_draft(procedure=desk.procedure, actor=desk.citizen, at=MONDAY)
    services.update_draft(public_id=draft.public_id, actor=desk.citizen, at=MONDAY, return_method="post")
    with pytest.raises(services.Incomplete) as caught:
        services.submit(dossier_id=draft.pk, actor=desk.citizen, at=MONDAY)
    assert set(caught.value.errors) == {"child.name", "agency", "return_address"}
    assert fresh(draft).status == Status.DRAFT


def test_codes_count_per_agency_and_day_without_gaps(desk):
    other_desk = Desk(factories.agency("H19.41", "UBND xã Phú Lý"))
    factories.Offering.objects.create(procedure=desk.procedure, agency=other_desk.agency)
    tuesday = local("2026-11-25 08:00")
    codes = [
        desk.dossier().code,
        desk.dossier().code,
        other_desk.dossier().code,
        desk.dossier(at=tuesday).code,
    ]
    assert codes == ["H19.26-261123-0001", "H19.26-261123-0002", "H19.41-261123-0001", "H19.26-261125-0001"]


def test_an_autosave_never_overtakes_a_newer_one(desk):
    draft = desk.draft()
    save = {"public_id": draft.public_id, "actor": desk.citizen, "group": "child", "at": MONDAY}
    assert services.save_answers(answers={"name": "mới"}, base_revision=1, **save) == 2
    with pytest.raises(services.DraftConflict) as caught:
        services.save_answers(answers={"name": "cũ"}, base_revision=1, **save)
    assert (caught.value.revision, fresh(draft).data["child"]) == (2, {"name": "mới"})


def test_a_stranger_finds_no_draft(desk):
    draft = desk.draft()
    with pytest.raises(Dossier.DoesNotExist):
        services.save_answers(
            public_id=draft.public_id,
            actor=factories.citizen("Người Lạ"),
            group="child",
            answers={},
            base_revision=1,
            at=MONDAY,
        )


def test_a_dossier_keeps_the_version_it_was_filed_under(desk):
    dossier = desk.dossier()
    desk.procedure.published = None
    desk.procedure.save()
    assert fresh(dossier).terms.number == 1


def test_withdrawing_closes_and_ends_the_clock(desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    services.withdraw(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, reason="Nộp nhầm")
    dossier = fresh(dossier)
    assert (dossier.status, dossier.closed_at, dossier.paused_at) == (Status.WITHDRAWN, MONDAY, None)
    assert [row.kind for row in dossier.clock.all()] == [ClockKind.START, ClockKind.PAUSE, ClockKind.STOP]
    assert not dossier.supplements.filter(closed_at__isnull=True).exists()


def test_supplying_needs_every_item_and_then_the_clock_runs_on(desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    with pytest.raises(services.Incomplete) as caught:
        services.supply(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY)
    assert set(caught.value.errors) == {"child.name"}
    item = dossier.supplements.get().items.get()
    services.keep_supply(dossier_id=dossier.pk, actor=desk.citizen, item_id=item.pk, answer="Nguyễn Minh Anh")
    thursday = local("2026-11-26 10:00")
    services.supply(dossier_id=dossier.pk, actor=desk.citizen, at=thursday)
    dossier = fresh(dossier)
    assert dossier.data["child"]["name"] == "Nguyễn Minh Anh"
    # One working day was left when the clock stopped on Monday 10:00.
    assert (dossier.status, dossier.due_at, dossier.paused_at) == (
        Status.IN_PROCESS,
        local("2026-11-27 10:00"),
        None,
    )


# At the desk


def test_receiving_starts_the_clock_by_the_channels_limit(desk):
    dossier = desk.dossier(Status.RECEIVED)
    # One working day from Monday 23/11/2026 10:00; Tuesday is Ngày Văn hóa Việt Nam.
    assert (dossier.received_at, dossier.due_at) == (MONDAY, local("2026-11-25 10:00"))
    assert dossier.step_due_at == local("2026-11-23 16:00")
    row = dossier.clock.get()
    assert (row.kind, row.due_after, [on for on, _why in row.days_off]) == (
        ClockKind.START,
        dossier.due_at,
        ["2026-11-24"],
    )


def test_a_procedure_without_a_date_has_no_due_moment():
    dossier = Desk(days=None).dossier(Status.RECEIVED)
    assert dossier.due_at is None


@pytest.mark.parametrize("step", [services.refuse, services.stop, services.close])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_step_against_the_citizen_needs_its_reason(desk, step, reason):
    dossier = desk.dossier()
    with pytest.raises(services.InvalidStep) as caught:
        step(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, reason=reason)
    assert caught.value.field == "reason"


def test_of_two_officers_the_second_is_told_who_was_faster(desk):
    dossier = desk.dossier()
    colleague = factories.officer(Role.RECEIVE, at=desk.agency)
    seen = dossier.version
    services.receive(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, expected_version=seen)
    with pytest.raises(services.StaleDossier) as caught:
        services.refuse(dossier_id=dossier.pk, actor=colleague, at=MONDAY, reason="Thiếu giấy", expected_version=seen)
    assert (caught.value.event.actor, caught.value.event.kind) == (desk.receiver, EventKind.RECEIVE)
    assert fresh(dossier).status == Status.RECEIVED


def test_a_change_that_lost_the_race_leaves_nothing(desk, monkeypatch):
    dossier = desk.dossier()
    loaded = services.door._load

    def load_then_lose(dossier_id):
        mine = loaded(dossier_id)
        Dossier.objects.filter(pk=dossier_id).update(version=mine.version + 1)
        return mine

    monkeypatch.setattr(services.door, "_load", load_then_lose)
    with pytest.raises(services.StaleDossier):
        services.receive(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
    assert (dossier.events.count(), dossier.clock.count()) == (1, 0)


def test_a_listener_that_fails_undoes_the_change(desk):
    dossier = desk.dossier()

    def fail(**kwargs):
        raise RuntimeError("no room for the message")

    dossier_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            services.receive(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
    finally:
        dossier_changed.disconnect(fail)
    assert (fresh(dossier).status, dossier.events.count()) == (Status.SUBMITTED, 1)


def test_only_somebody_who_processes_there_can_be_assigned(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    stranger = factories.officer(Role.PROCESS, at=factories.agency("H19.41", "UBND xã Phú Lý"))
    with pytest.raises(services.InvalidStep):
        services.assign(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, assignee=stranger)


def test_a_forwarded_dossier_lies_with_the_other_unit(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    land_office = factories.agency("H19.97", "VP Đăng ký đất đai", "department")
    specialist = factories.officer(Role.PROCESS, at=land_office)
    services.forward(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, unit=land_office)
    services.propose(dossier_id=dossier.pk, actor=specialist, at=MONDAY, result="Số 3/2026")
    with pytest.raises(services.NotPermitted):
        services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Số 4/2026")


def test_an_obligation_is_settled_by_its_amount_and_a_receipt_number(desk):
    dossier = desk.dossier(Status.OBLIGATION)
    settle = {"dossier_id": dossier.pk, "actor": desk.receiver, "at": MONDAY}
    with pytest.raises(services.InvalidStep):
        services.settle_obligation(amount_vnd=1_250_000, receipt_number=" ", **settle)
    with pytest.raises(services.InvalidStep):
        services.settle_obligation(amount_vnd=1_000, receipt_number="BL-1", **settle)
    services.settle_obligation(amount_vnd=1_250_000, receipt_number="BL-1", payer="Nguyễn Thị Hoa", **settle)
    paid = dossier.obligations.get()
    assert (paid.settled_by, paid.payer, paid.receipt_number) == (desk.receiver, "Nguyễn Thị Hoa", "BL-1")
    assert fresh(dossier).status == Status.IN_PROCESS


def test_citizen_and_officer_write_on_the_dossier(desk):
    dossier = desk.dossier()
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Tôi có cần bản gốc không?")
    services.write(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, text="Ông/Bà mang bản gốc khi nhận.")
    assert [message.side for message in dossier.thread.all()] == [Side.CITIZEN, Side.OFFICER]


# Undo


@pytest.mark.parametrize(
    ("status", "back_to", "by"),
    [
        (Status.RECEIVED, Status.SUBMITTED, "receiver"),
        (Status.REFUSED, Status.SUBMITTED, "receiver"),
        (Status.IN_PROCESS, Status.RECEIVED, "receiver"),
        (Status.SUPPLEMENT, Status.IN_PROCESS, "processor"),
        (Status.OBLIGATION, Status.IN_PROCESS, "processor"),
        (Status.STOPPED, Status.IN_PROCESS, "leader"),
        (Status.FINISHED, Status.IN_PROCESS, "leader"),
        (Status.RETURNED, Status.FINISHED, "returner"),
    ],
)
def test_undo_puts_everything_back_but_the_history(desk, status, back_to, by):
    dossier = desk.dossier(status)
    last = dossier.events.order_by("seq").last()
    officer = getattr(desk, by)
    event = services.undo(dossier_id=dossier.pk, actor=officer, at=MONDAY + timedelta(minutes=5))
    after = fresh(dossier)
    assert (after.status, event.undoes, event.seq) == (back_to, last, last.seq + 1)
    columns = [name for name in last.before if name != "version"]
    assert {name: stored(getattr(after, name)) for name in columns} == {name: last.before[name] for name in columns}
    assert after.closed_at is None
    assert not after.supplements.filter(closed_at__isnull=True).exists()
    assert not after.obligations.filter(settled_at__isnull=True, cancelled_at__isnull=True).exists()


def test_undo_restores_the_due_moment(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    due = dossier.due_at
    later = local("2026-11-23 14:00")
    services.stop(dossier_id=dossier.pk, actor=desk.leader, at=later, reason="Nhầm")
    services.undo(dossier_id=dossier.pk, actor=desk.leader, at=later + timedelta(minutes=1))
    after = fresh(dossier)
    assert (after.due_at, after.paused_at, after.step_due_at) == (due, None, dossier.step_due_at)


@pytest.mark.parametrize(
    ("by", "minutes"), [("leader", 1), ("receiver", 11)], ids=["somebody else", "after the time to undo"]
)
def test_undo_is_refused_to(desk, by, minutes):
    dossier = desk.dossier(Status.RECEIVED)
    with pytest.raises(services.StepNotPossible):
        services.undo(dossier_id=dossier.pk, actor=getattr(desk, by), at=MONDAY + timedelta(minutes=minutes))


def test_nothing_is_undone_twice(desk):
    dossier = desk.dossier(Status.RECEIVED)
    services.undo(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
    with pytest.raises(services.StepNotPossible):
        services.undo(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)


def test_after_an_undo_the_dossier_can_be_received_again(desk):
    dossier = desk.dossier(Status.RECEIVED)
    services.undo(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
    later = local("2026-11-23 11:00")
    services.receive(dossier_id=dossier.pk, actor=desk.receiver, at=later)
    assert fresh(dossier).due_at == local("2026-11-25 11:00")


def test_papers_are_asked_for_again_after_an_undo(desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    services.undo(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY)
    desk.ask(dossier, MONDAY)
    assert [request.number for request in dossier.supplements.all()] == [1, 2]


def test_a_step_that_is_late_itself_can_stand_still_and_owes_its_end_at_once_afterwards():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    services.request_supplement(
        dossier_id=dossier.pk, actor=desk.processor, at=local("2026-11-25 10:00"), items=[factories.ASKED_NAME]
    )
    assert fresh(dossier).step_minutes_left == 0
    item = dossier.supplements.get().items.get()
    services.keep_supply(dossier_id=dossier.pk, actor=desk.citizen, item_id=item.pk, answer="Nguyễn Minh Anh")
    services.supply(dossier_id=dossier.pk, actor=desk.citizen, at=local("2026-11-26 14:00"))
    assert fresh(dossier).step_due_at == local("2026-11-26 14:00")

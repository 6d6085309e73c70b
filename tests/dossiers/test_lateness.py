"""Warnings, extensions, overdue spells, new dates, and the apology in a person's words."""

from datetime import timedelta

import pytest

from dossiers import services
from dossiers.enums import EventKind, ExtensionState, Status, TaskKind
from dossiers.models import Dossier, OverdueSpell, Task
from tests import factories
from tests.factories import MONDAY, Desk, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


LATE = local("2026-11-25 10:01")


def test_a_missed_due_moment_opens_one_spell_and_one_task(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    event = services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    with pytest.raises(services.StepNotPossible):
        services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    spell = OverdueSpell.objects.get()
    assert (spell.number, spell.missed_due_at, spell.unit) == (1, local("2026-11-25 10:00"), desk.agency)
    assert Task.objects.get(done_at__isnull=True).kind == TaskKind.COMMIT_DATE
    assert (event.facts["breach"], event.facts["unit"]) == (1, "UBND phường Trấn Biên")
    assert event.facts["due_old"] == "2026-11-25T03:00:00+00:00"


@pytest.mark.parametrize("status", [Status.SUPPLEMENT, Status.OBLIGATION, Status.STOPPED, Status.FINISHED])
def test_a_dossier_whose_clock_stands_still_is_not_late(desk, status):
    dossier = desk.dossier(status)
    with pytest.raises(services.StepNotPossible):
        services.mark_overdue(dossier_id=dossier.pk, at=local("2027-03-01 10:00"))


def test_a_new_date_ends_the_spell_and_missing_it_is_the_second_breach(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    friday = local("2026-11-27 16:30")
    services.commit_date(dossier_id=dossier.pk, actor=desk.processor, at=LATE, new_due_at=friday, reason="Chờ xác minh")
    dossier = fresh(dossier)
    assert (dossier.due_at, dossier.overdue_since) == (friday, None)
    event = services.mark_overdue(dossier_id=dossier.pk, at=local("2026-11-30 07:00"))
    assert event.facts["breach"] == 2
    assert Task.objects.get(done_at__isnull=True).kind == TaskKind.WRITE_APOLOGY
    assert OverdueSpell.objects.get(number=2).apologised_at is None
    services.apologise(
        dossier_id=dossier.pk, actor=desk.leader, at=local("2026-11-30 08:00"), words="Tôi thành thật xin lỗi Ông/Bà."
    )
    assert OverdueSpell.objects.get(number=2).apologised_at == local("2026-11-30 08:00")
    assert not Task.objects.filter(kind=TaskKind.WRITE_APOLOGY, done_at__isnull=True).exists()


@pytest.mark.parametrize(
    "new_due_at",
    [local("2026-11-25 09:00"), local("2026-11-28 09:00"), local("2026-11-27 23:59")],
    ids=["past", "Saturday", "night"],
)
def test_a_new_date_lies_ahead_in_office_hours(desk, new_due_at):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    with pytest.raises(services.InvalidStep):
        services.commit_date(
            dossier_id=dossier.pk, actor=desk.processor, at=LATE, new_due_at=new_due_at, reason="Chờ xác minh"
        )


def test_finishing_a_late_dossier_ends_its_spell_and_tasks(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    desk.finish(dossier, LATE)
    assert OverdueSpell.objects.get().ended_at == LATE
    assert not Task.objects.filter(done_at__isnull=True).exists()


def test_a_leader_approves_an_extension_that_was_asked_for_in_time():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    new_due = local("2026-12-04 16:30")
    services.request_extension(
        dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, reason="Xác minh nơi cư trú", new_due_at=new_due
    )
    event = services.extend(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, letter_number="12/PXL")
    wish = dossier.extensions.get()
    assert (fresh(dossier).due_at, wish.state, wish.letter_number) == (new_due, ExtensionState.APPROVED, "12/PXL")
    assert event.facts["due_new"] == "2026-12-04T09:30:00+00:00"
    with pytest.raises(services.InvalidStep):  # as often as the setting allows, once
        services.request_extension(
            dossier_id=dossier.pk,
            actor=desk.processor,
            at=MONDAY,
            reason="Lại xác minh",
            new_due_at=local("2026-12-11 16:30"),
        )


def test_an_extension_within_the_lead_time_is_too_late(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    with pytest.raises(services.InvalidStep):
        services.request_extension(
            dossier_id=dossier.pk,
            actor=desk.processor,
            at=local("2026-11-23 10:01"),
            reason="Xác minh",
            new_due_at=local("2026-11-27 16:30"),
        )


def test_nobody_decides_their_own_wish_for_an_extension():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    services.request_extension(
        dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, reason="Xác minh", new_due_at=local("2026-12-04 16:30")
    )
    with pytest.raises(services.NotPermitted):
        services.extend(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, letter_number="12/PXL")


def test_a_step_is_warned_of_once(desk):
    dossier = desk.dossier(Status.RECEIVED)
    assert dossier.warn_at is not None
    services.warn(dossier_id=dossier.pk, at=MONDAY)
    with pytest.raises(services.StepNotPossible):
        services.warn(dossier_id=dossier.pk, at=MONDAY)
    assert Task.objects.get().kind == TaskKind.STEP_WARNING


def test_a_missed_due_moment_settles_the_warning_of_it(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.warn(dossier_id=dossier.pk, at=MONDAY)
    services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    assert [task.kind for task in Task.objects.filter(done_at__isnull=True)] == [TaskKind.COMMIT_DATE]
    assert fresh(dossier).warn_at is None


def test_a_new_date_is_warned_of_anew_and_a_step_that_ran_out_is_not():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    Dossier.objects.filter(pk=dossier.pk).update(step_due_at=local("2026-11-24 10:00"), warn_at=MONDAY)
    services.warn(dossier_id=dossier.pk, at=MONDAY)
    late = dossier.due_at + timedelta(minutes=1)
    services.mark_overdue(dossier_id=dossier.pk, at=late)
    new_due = local("2026-12-11 16:30")
    services.commit_date(dossier_id=dossier.pk, actor=desk.processor, at=late, new_due_at=new_due, reason="Xác minh")
    assert late < fresh(dossier).warn_at < new_due


def test_a_step_warned_of_is_not_warned_of_again_when_the_due_moment_moves():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    Dossier.objects.filter(pk=dossier.pk).update(step_due_at=local("2026-11-23 14:00"), warn_at=MONDAY)
    services.warn(dossier_id=dossier.pk, at=MONDAY)
    factories.day_off("2026-11-26", "Ngày nghỉ bù của tỉnh")
    assert services.recalculate(dossier_id=dossier.pk, at=MONDAY) is not None
    assert fresh(dossier).warn_at is None
    assert Task.objects.filter(done_at__isnull=True).count() == 1


def test_a_warning_of_the_old_due_moment_ends_when_the_moment_moves():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    Dossier.objects.filter(pk=dossier.pk).update(step_due_at=None, warn_at=MONDAY)
    services.warn(dossier_id=dossier.pk, at=MONDAY)
    factories.day_off("2026-11-26", "Ngày nghỉ bù của tỉnh")
    services.recalculate(dossier_id=dossier.pk, at=MONDAY)
    assert fresh(dossier).warn_at > MONDAY
    assert not Task.objects.filter(done_at__isnull=True).exists()


def wish(desk: Desk, dossier: Dossier):
    services.request_extension(
        dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, reason="Xác minh", new_due_at=local("2026-12-04 16:30")
    )
    return dossier.extensions.get()


def test_an_extension_is_granted_before_the_due_moment_or_not_at_all():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    wish(desk, dossier)
    with pytest.raises(services.StepNotPossible):
        services.extend(dossier_id=dossier.pk, actor=desk.leader, at=dossier.due_at, letter_number="12/PXL")
    services.mark_overdue(dossier_id=dossier.pk, at=dossier.due_at + timedelta(minutes=1))
    lapsed = dossier.extensions.get()
    assert (lapsed.state, lapsed.decided_by) == (ExtensionState.DENIED, None)
    assert [task.kind for task in Task.objects.filter(done_at__isnull=True)] == [TaskKind.COMMIT_DATE]


def test_a_wish_for_an_extension_ends_with_the_dossier_and_comes_back_with_an_undo():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    wish(desk, dossier)
    services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Giấy khai sinh số 15/2026")
    done = MONDAY + timedelta(minutes=1)
    services.finish(dossier_id=dossier.pk, actor=desk.leader, at=done)
    assert dossier.extensions.get().state == ExtensionState.DENIED
    services.undo(dossier_id=dossier.pk, actor=desk.leader, at=done + timedelta(minutes=1))
    assert dossier.extensions.get().state == ExtensionState.PENDING


@pytest.mark.parametrize("way", ["withdraw", "refuse"])
def test_nothing_is_owed_for_a_late_dossier_that_is_withdrawn_or_refused(desk, way):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.mark_overdue(dossier_id=dossier.pk, at=LATE)
    at = LATE
    if way == "refuse":
        desk.ask(dossier, LATE)
        at = LATE + timedelta(days=60)
    getattr(desk, way)(dossier, at)
    assert not Task.objects.filter(done_at__isnull=True).exists()
    assert OverdueSpell.objects.get().ended_at == at


def test_a_new_holiday_moves_the_due_moment_and_says_so():
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    due = dossier.due_at
    assert services.recalculate(dossier_id=dossier.pk, at=MONDAY) is None
    factories.day_off("2026-11-26", "Ngày nghỉ bù của tỉnh")
    event = services.recalculate(dossier_id=dossier.pk, at=MONDAY)
    assert fresh(dossier).due_at == due + timedelta(days=1)
    assert (event.kind, event.facts["due_old"]) == (EventKind.RECALCULATE, due.isoformat())
    assert event.facts["due_new"] == (due + timedelta(days=1)).isoformat()

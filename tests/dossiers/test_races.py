"""Several people at once, on a real PostgreSQL: one wins, the others are told, nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection

from accounts.enums import Role
from dossiers import services
from dossiers.enums import EventKind, Status
from dossiers.models import Dossier, DossierEvent
from tests import factories
from tests.factories import MONDAY, Desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*calls) -> list:
    """Run the calls in threads that start together, and return each one's result or exception."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("officers", [2, 8])
def test_of_several_officers_one_receives_and_the_others_hear_who(officers):
    desk = Desk()
    dossier = desk.dossier()
    people = [factories.officer(Role.RECEIVE, at=desk.agency, name=f"Cán bộ {number}") for number in range(officers)]
    outcomes = at_once(
        *(
            lambda person=person: services.receive(
                dossier_id=dossier.pk, actor=person, at=MONDAY, expected_version=dossier.version
            )
            for person in people
        )
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, DossierEvent)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, services.StaleDossier)]
    assert (len(won), len(lost)) == (1, officers - 1)
    assert DossierEvent.objects.filter(kind=EventKind.RECEIVE).count() == 1
    winner = DossierEvent.objects.get(kind=EventKind.RECEIVE).actor
    assert {error.event.actor for error in lost} == {winner}


def test_a_step_and_a_withdrawal_at_once_leave_one_winner_and_a_legal_history():
    desk = Desk()
    for _race in range(10):
        dossier = desk.dossier()
        at_once(
            lambda: services.receive(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY),  # noqa: B023
            lambda: services.withdraw(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY),  # noqa: B023
            lambda: services.refuse(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, reason="Sai"),  # noqa: B023
        )
        events = list(dossier.events.order_by("seq"))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(before.to_status == after.from_status for before, after in pairwise(events))
        assert Dossier.objects.get(pk=dossier.pk).status == events[-1].to_status


def test_codes_have_neither_gaps_nor_doubles_under_concurrency():
    desk = Desk()
    drafts = [desk.draft() for _number in range(16)]
    at_once(
        *(lambda draft=draft: services.submit(dossier_id=draft.pk, actor=desk.citizen, at=MONDAY) for draft in drafts)
    )
    codes = sorted(Dossier.objects.filter(status=Status.SUBMITTED).values_list("code", flat=True))
    assert codes == [f"H19.26-261123-{number:04d}" for number in range(1, 17)]


def test_one_draft_submitted_by_many_taps_is_filed_once():
    desk = Desk()
    draft = desk.draft()
    outcomes = at_once(*[lambda: services.submit(dossier_id=draft.pk, actor=desk.citizen, at=MONDAY)] * 8)
    assert {outcome.pk for outcome in outcomes} == {DossierEvent.objects.get().pk}
    assert Dossier.objects.get(pk=draft.pk).code == "H19.26-261123-0001"


def test_two_late_scans_at_once_open_one_spell():
    desk = Desk()
    dossier = desk.dossier(Status.IN_PROCESS)
    late = factories.local("2026-11-26 09:00")
    at_once(*[lambda: services.mark_overdue(dossier_id=dossier.pk, at=late)] * 4)
    assert DossierEvent.objects.filter(kind=EventKind.OVERDUE).count() == 1

"""The clock's periodic work, and the command for the first look at old data."""

from io import StringIO

import pytest
from django.core.management import call_command

from dossiers import jobs
from dossiers.enums import EventKind, Status
from dossiers.models import Dossier, DossierEvent
from tests import factories
from tests.factories import MONDAY, Desk, local

pytestmark = pytest.mark.django_db

LATE = local("2026-11-26 09:00")


def overdue_events() -> int:
    return DossierEvent.objects.filter(kind=EventKind.OVERDUE).count()


def test_each_late_dossier_is_found_once_however_often_one_looks():
    desk = Desk()
    desk.dossier(Status.IN_PROCESS)
    desk.dossier(Status.RECEIVED)
    desk.dossier(Status.SUPPLEMENT)
    assert [jobs.find_late(at=LATE, limit=100), jobs.find_late(at=LATE, limit=100)] == [2, 0]
    assert overdue_events() == 2


def test_the_first_look_is_throttled_and_begins_with_the_longest_late():
    desk = Desk()
    young = desk.dossier(Status.RECEIVED, at=local("2026-11-23 11:00"))
    old = desk.dossier(Status.RECEIVED, at=MONDAY)
    jobs.find_late(at=LATE, limit=1)
    assert [Dossier.objects.get(pk=row.pk).overdue_since is not None for row in (old, young)] == [True, False]


def test_a_dry_run_names_the_dossiers_and_changes_nothing(time_machine):
    dossier = Desk().dossier(Status.RECEIVED)
    time_machine.move_to(LATE)
    out = StringIO()
    call_command("find_late", dry_run=True, stdout=out)
    assert out.getvalue() == f"{dossier.code}  25/11/2026 10:00\n1 dossiers are late; nothing was changed.\n"
    assert overdue_events() == 0


def test_steps_are_warned_of_once():
    desk = Desk(days=5)
    desk.dossier(Status.RECEIVED)
    assert [jobs.warn_steps(at=MONDAY, limit=100), jobs.warn_steps(at=MONDAY, limit=100)] == [1, 0]


def test_due_moments_follow_a_new_day_off():
    desk = Desk(days=5)
    desk.dossier(Status.RECEIVED)
    desk.dossier(Status.IN_PROCESS)
    factories.day_off("2026-11-26", "Ngày nghỉ bù của tỉnh")
    assert [jobs.recalculate(at=MONDAY), jobs.recalculate(at=MONDAY)] == [2, 0]

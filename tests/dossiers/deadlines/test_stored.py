"""The ledger as the one door stores it: what the database gives back replays to what the dossier says."""

import pytest

from core import calendars
from dossiers import deadlines, services
from dossiers.enums import Status
from dossiers.models import Dossier
from tests.factories import Desk, local

pytestmark = pytest.mark.django_db


def agrees(dossier: Dossier) -> Dossier:
    stored = Dossier.objects.get(pk=dossier.pk)
    rows = list(stored.clock.all())
    now = deadlines.state(rows, calendars.for_agency(stored.agency))
    assert (now.due_at, now.paused_at) == (stored.due_at, stored.paused_at)
    assert rows[-1].due_after == stored.due_at
    return stored


def test_the_stored_rows_replay_to_the_dossier_after_every_step():
    desk = Desk(days=5)
    dossier = agrees(desk.dossier(Status.IN_PROCESS, at=local("2026-11-25 10:00")))
    assert dossier.due_at == local("2026-12-02 10:00")

    desk.ask(dossier, local("2026-11-25 11:00"))
    assert agrees(dossier).paused_at == local("2026-11-25 11:00")

    services.undo(dossier_id=dossier.pk, actor=desk.processor, at=local("2026-11-25 11:05"))
    assert agrees(dossier).paused_at is None

    desk.charge(dossier, local("2026-11-25 11:10"))
    desk.stop(agrees(dossier), local("2027-01-20 09:00"))
    services.resume(dossier_id=agrees(dossier).pk, actor=desk.leader, at=local("2027-01-25 09:00"))
    # 4 days, 6 hours and 50 minutes were left on 25 November.
    assert agrees(dossier).due_at == local("2027-02-01 07:50")

    desk.finish(dossier, local("2027-02-01 07:30"))
    assert agrees(dossier).due_at == local("2027-02-01 07:50")

from datetime import timedelta

import pytest

from core import heartbeats
from core.models import Heartbeat

MINUTE = timedelta(seconds=60)

pytestmark = pytest.mark.django_db


def test_a_process_that_never_beat_is_not_alive(monday_morning):
    assert not heartbeats.is_alive("worker", at=monday_morning, within=MINUTE)


def test_a_process_lives_until_its_last_beat_is_too_old(monday_morning):
    heartbeats.beat("worker", at=monday_morning)
    assert heartbeats.is_alive("worker", at=monday_morning + timedelta(seconds=59), within=MINUTE)
    assert not heartbeats.is_alive("worker", at=monday_morning + MINUTE, within=MINUTE)


def test_each_process_has_one_row_with_its_latest_beat(monday_morning):
    heartbeats.beat("worker", at=monday_morning)
    heartbeats.beat("worker", at=monday_morning + MINUTE)
    heartbeats.beat("other", at=monday_morning)
    assert Heartbeat.objects.get(name="worker").at == monday_morning + MINUTE
    assert Heartbeat.objects.count() == 2

"""The bell and the clock: a lost ring costs seconds, a doubled one nothing."""

from datetime import timedelta

import pytest
from django.core import checks
from django.utils import timezone

from notifications import registry, tasks
from notifications.channels.base import Channel
from notifications.enums import Kind, State
from notifications.models import Message
from portal.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def rings(monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.doorbell, "ring", lambda name, **kwargs: rung.append(name))
    monkeypatch.setattr(tasks.pull_reports, "apply_async", lambda **options: rung.append("notifications.pull_reports"))
    return rung


def test_beat_rings_for_the_sweep():
    entries = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == "notifications.sweep"]
    assert [entry["schedule"] for entry in entries] == [20]


def test_the_bell_delivers_what_is_due_and_asks_for_reports_a_little_later(owe, rings):
    message = owe(at=timezone.now())
    rings.clear()
    tasks.deliver_due()
    message.refresh_from_db()
    assert message.state == State.ACCEPTED
    assert rings == ["notifications.pull_reports"]


def test_a_ring_for_nothing_does_nothing(rings):
    tasks.deliver_due()
    assert rings == []


def test_work_that_outlasts_its_time_rings_again(owe, rings, settings):
    owe(at=timezone.now())
    rings.clear()
    settings.DELIVERY_RUN_SECONDS = 0
    tasks.deliver_due()
    assert rings == ["notifications.deliver_due"]


def test_the_sweep_delivers_what_no_bell_was_rung_for_and_what_was_left_lying(owe, owe_code, rings):
    long_ago = timezone.now() - timedelta(hours=1)
    forgotten, left, code = owe(at=long_ago), owe(at=long_ago), owe_code(at=long_ago)
    Message.objects.filter(pk=left.pk).update(
        state=State.SENDING, lease_token=left.pk, leased_until=long_ago, attempts=1
    )
    tasks.sweep()
    states = {message.pk: message.state for message in Message.objects.all()}
    assert states == {forgotten.pk: State.ACCEPTED, left.pk: State.ACCEPTED, code.pk: State.EXPIRED}


def test_the_simulators_reports_come_by_the_sweep(owe, rings):
    message = owe(at=timezone.now())
    tasks.sweep()
    Message.objects.filter(pk=message.pk).update(accepted_at=timezone.now() - timedelta(seconds=30))
    tasks.pull_reports()
    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_a_second_sweep_at_the_same_time_changes_nothing(owe, rings):
    owe(at=timezone.now())
    tasks.sweep()
    before = list(Message.objects.values())
    tasks.sweep()
    assert list(Message.objects.values()) == before


# What must be right before the site starts


def ids() -> set[str]:
    return {fault.id for fault in checks.run_checks(tags=["messages"])}


def test_a_site_name_that_leaves_no_room_for_the_link_is_refused(settings):
    settings.SHORT_LINK_BASE = "motcua.dongnai.gov.vn/h"
    assert ids() == set()
    settings.SHORT_LINK_BASE = "dichvucong.dongnai.gov.vn/h"
    assert ids() == {"notifications.E001"}


def test_a_provider_that_does_not_exist_is_refused(settings):
    settings.SMS_PROVIDER = "pigeon"
    assert ids() == {"notifications.E002"}


def test_every_channel_file_is_found_and_two_may_not_share_a_name():
    assert {"kannel", "esms", "zalo_zns", "simulator"} == {name for _kind, name in registry._channels}

    class Other(Channel):
        name, kind = "kannel", Kind.SMS

        def send(self, outgoing): ...

    with pytest.raises(Exception, match="Two channels"):
        registry.register(Other)

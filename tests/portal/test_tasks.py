from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from core import heartbeats
from core.models import JobSlot, RateWindow
from portal import health, tasks
from portal.celery import app

pytestmark = pytest.mark.django_db


def test_the_heartbeat_task_is_the_workers_sign_of_life(monday_morning):
    with time_machine.travel(monday_morning, tick=False):
        tasks.heartbeat()
    assert heartbeats.is_alive(health.WORKER, at=monday_morning, within=timedelta(seconds=1))


def test_clean_up_throws_away_what_ran_out_and_keeps_the_rest(monday_morning):
    for days in (1, 40):
        at = monday_morning - timedelta(days=days)
        JobSlot.objects.create(job="scan", slot_at=at, started_at=at)
        RateWindow.objects.create(key="k", starts_at=at)
        Session.objects.create(session_key=f"age{days}", expire_date=monday_morning + timedelta(days=20 - days))
    with time_machine.travel(monday_morning, tick=False):
        tasks.clean_up()
    assert JobSlot.objects.filter(job="scan").count() == 1
    assert RateWindow.objects.count() == 1
    assert Session.objects.get().session_key == "age1"


def test_clean_up_runs_once_a_day(monday_morning):
    with time_machine.travel(monday_morning, tick=False):
        tasks.clean_up()
        Session.objects.create(session_key="later", expire_date=monday_morning - timedelta(days=1))
        tasks.clean_up()
    assert Session.objects.exists()


def test_every_line_of_the_beat_table_names_a_task_that_exists():
    app.loader.import_default_modules()
    assert app.conf.beat_schedule
    assert {line["task"] for line in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_no_ring_stays_in_the_queue_longer_than_two_periods():
    assert all(line["options"]["expires"] == 2 * line["schedule"] for line in app.conf.beat_schedule.values())


def test_what_the_queue_promises():
    conf = app.conf
    assert conf.accept_content == ["json"]
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.result_backend is None
    assert conf.task_soft_time_limit < conf.task_time_limit < conf.visibility_timeout


def test_the_containers_health_check_asks_for_the_heartbeat(monday_morning):
    heartbeats.beat(health.WORKER, at=monday_morning)
    with time_machine.travel(monday_morning + timedelta(seconds=59), tick=False):
        call_command("worker_alive")
    with time_machine.travel(monday_morning + timedelta(seconds=60), tick=False), pytest.raises(CommandError):
        call_command("worker_alive")

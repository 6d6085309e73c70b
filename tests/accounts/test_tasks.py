"""Somebody who earns by our messages shows in the share of codes that nobody types."""

from datetime import timedelta

import pytest
import structlog
import time_machine

from accounts import services, tasks
from accounts.enums import CodePurpose
from accounts.models import OneTimeCode
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db


def send(number, at):
    services.request_code(
        phone=f"849{number}1234567",
        purpose=CodePurpose.SIGN_IN,
        session="s",
        ip=f"10.0.{number}.1",
        at=at,
        language="vi",
    )


def watch(at):
    with time_machine.travel(at, tick=False), structlog.testing.capture_logs() as lines:
        tasks.watch_codes()
    return [line for line in lines if line["event"] == "codes_rarely_used"]


def test_few_used_codes_are_warned_of_once_an_hour(sent, settings):
    settings.CODE_ALERT_MINIMUM = 4
    for number in range(4):
        send(number, MONDAY)
    assert [line["share"] for line in watch(MONDAY + timedelta(minutes=10))] == [0.0]
    assert watch(MONDAY + timedelta(minutes=12)) == []


def test_used_codes_are_no_news(sent, settings):
    settings.CODE_ALERT_MINIMUM = 4
    for number in range(4):
        send(number, MONDAY)
    OneTimeCode.objects.update(used_at=MONDAY)
    assert watch(MONDAY + timedelta(minutes=10)) == []


def test_codes_are_forgotten_after_two_days(sent):
    send(1, MONDAY)
    watch(MONDAY + timedelta(days=2, minutes=1))
    assert not OneTimeCode.objects.exists()

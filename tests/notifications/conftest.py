"""What the tests of messages share: a moment, a message, a clock that stands still, and a run of the deliverer."""

from datetime import datetime, timedelta

import pytest

from notifications import registry, services
from notifications.enums import Kind, Topic
from notifications.models import Message
from tests.factories import MONDAY
from tests.notifications.channels_for_tests import Scripted, takes_all

PHONE = "84901234567"
FACTS = {
    "code": "H19.26-261123-0001",
    "unit": "UBND phường Trấn Biên",
    "due": "2026-11-25T09:30:00+00:00",
    "due_old": "2026-11-23T09:30:00+00:00",
    "due_new": "2026-11-27T09:30:00+00:00",
    "deadline": "2026-11-26T09:30:00+00:00",
    "reason": "thiếu Giấy chứng sinh",
    "n": 2,
    "amount_vnd": 1_250_000,
}


@pytest.fixture
def owe(db):
    """Return a function that owes a message."""
    count = iter(range(10_000))

    def owe(topic: Topic = Topic.RECEIVED, *, phone: str = PHONE, at: datetime = MONDAY, **facts) -> Message:
        message = services.enqueue(
            topic=topic,
            phone=phone,
            language=facts.pop("language", "vi"),
            facts=FACTS | facts,
            dedupe_key=f"test:{next(count)}",
            at=at,
        )
        assert message is not None
        return message

    return owe


@pytest.fixture
def owe_code(db):
    """Return a function that owes a one-time code."""

    def owe_code(phone: str = PHONE, *, at: datetime = MONDAY, minutes: int = 5) -> Message:
        expires_at = at + timedelta(minutes=minutes)
        return services.send_code(phone=phone, code="428913", language="vi", at=at, expires_at=expires_at)

    return owe_code


@pytest.fixture
def deliver():
    """Return a function that runs the deliverer once at a moment."""

    def deliver(at: datetime = MONDAY, **options):
        return services.deliver_due(clock=lambda: at, **({"seconds": 20, "threads": 4} | options))

    return deliver


@pytest.fixture
def providers(monkeypatch):
    """Return a function that puts steered providers in the place of the simulators."""

    def providers(*, zns=takes_all, sms=takes_all) -> tuple[Scripted, Scripted]:
        pair = Scripted(Kind.ZNS, zns), Scripted(Kind.SMS, sms)
        by_kind = {channel.kind: channel for channel in pair}
        monkeypatch.setattr(registry, "in_use", by_kind.__getitem__)
        return pair

    return providers

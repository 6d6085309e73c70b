"""The real gateway: bearerbox, smsbox and a fake carrier, our worker on one side, our callback address on the other."""

import pytest
from django.utils import timezone

from notifications import services
from notifications.enums import Kind, ReceiptStatus, State, Topic
from notifications.models import Message, NoticeRule, Receipt, Template
from tests.notifications import gateway
from tests.notifications.conftest import FACTS
from tests.servers import eventually

# The callbacks come in many threads at once, which a SQLite in memory can not serve.
pytestmark = [pytest.mark.kannel, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kannel(live_server, tmp_path, settings):
    with gateway.kannel(tmp_path) as running:
        settings.SMS_PROVIDER = "kannel"
        settings.OUTBOUND_ALLOWED_HOSTS = [running.host]
        settings.KANNEL_URL = running.url
        settings.KANNEL_USERNAME, settings.KANNEL_PASSWORD = gateway.USERNAME, gateway.PASSWORD
        settings.KANNEL_CALLBACK_URL = live_server.url
        settings.KANNEL_SECRET = "callback-secret"
        yield running


def test_an_accented_and_a_plain_apology_arrive_and_both_reports_come_back(kannel):
    assert NoticeRule.objects.exists()
    accented = Template.objects.filter(topic=Topic.APOLOGY, channel=Kind.SMS, language="vi")
    accented.update(
        body="{unit} xin lỗi Ông/Bà: hồ sơ {code} quá hẹn {due_old}. Hẹn mới {due_new}.", keeps_accents=True
    )
    Template.objects.filter(channel=Kind.ZNS).update(is_active=False)
    messages = [owe(Topic.APOLOGY), owe(Topic.APOLOGY_NO_DATE)]

    count = services.deliver_due(clock=timezone.now)

    assert count == {"accepted": 2}
    eventually(lambda: all(_reports(message) >= {"1", "8"} for message in messages))
    eventually(lambda: not Receipt.objects.filter(applied_at=None).exists())
    for message in messages:
        message.refresh_from_db()
        assert (message.state, message.provider) == (State.DELIVERED, "kannel")
        assert {ReceiptStatus.SENT, ReceiptStatus.DELIVERED} == set(message.receipts.values_list("status", flat=True))
    assert messages[0].body.startswith("UBND phường Trấn Biên xin lỗi Ông/Bà")
    assert messages[1].body.startswith("UBND phuong Tran Bien xin loi Ong/Ba")
    heard = kannel.heard()
    assert "xin loi Ong/Ba" in heard
    assert heard.count("84901234567") >= 2


def owe(topic: Topic) -> Message:
    message = services.enqueue(
        topic=topic,
        phone="84901234567",
        language="vi",
        facts=FACTS,
        dedupe_key=f"gateway:{topic}",
        at=timezone.now(),
    )
    assert message is not None
    return message


def _reports(message: Message) -> set[str]:
    return set(message.receipts.values_list("code", flat=True))

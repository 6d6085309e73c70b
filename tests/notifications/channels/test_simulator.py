"""The simulator behaves like its providers, and its magic numbers do what the demo's page says."""

from datetime import timedelta

import pytest

from notifications import services
from notifications.channels import simulator
from notifications.channels.base import Next, SendError, Sent
from notifications.enums import Kind, ReceiptStatus, State
from tests.factories import MONDAY, local
from tests.notifications.channels.conftest import REFERENCE

ZNS, SMS = simulator.SimulatedZns(), simulator.SimulatedSms()
NUMBER = "8490123"


def refusal(channel, message) -> tuple[str, Next]:
    with pytest.raises(SendError) as caught:
        channel.send(message)
    return caught.value.code, caught.value.verdict.next


def test_an_ordinary_number_is_taken_by_both(outgoing):
    assert ZNS.send(outgoing()).provider_ref == SMS.send(outgoing()).provider_ref == f"sim-{REFERENCE}"


def test_a_number_without_zalo_falls_to_sms(outgoing):
    message = outgoing(phone=NUMBER + simulator.NO_ZALO_ACCOUNT)
    assert refusal(ZNS, message) == ("-118", Next.FALL)
    SMS.send(message)


def test_a_number_that_fails_twice_works_the_third_time(outgoing):
    phone = NUMBER + simulator.FAILS_TWICE
    assert refusal(ZNS, outgoing(phone=phone, attempt=2)) == ("http_503", Next.RETRY)
    ZNS.send(outgoing(phone=phone, attempt=3))


def test_a_number_refused_by_all_ends_as_a_dead_letter(outgoing):
    message = outgoing(phone=NUMBER + simulator.REFUSED_BY_ALL)
    assert [refusal(ZNS, message)[1], refusal(SMS, message)[1]] == [Next.FALL, Next.DEAD]


def test_at_night_the_number_waits_until_morning_and_by_day_it_works(outgoing):
    phone = NUMBER + simulator.NO_ZALO_AT_NIGHT
    with pytest.raises(SendError) as caught:
        ZNS.send(outgoing(phone=phone, at=local("2026-11-23 23:00")))
    assert caught.value.until == local("2026-11-24 06:00")
    ZNS.send(outgoing(phone=phone, at=local("2026-11-23 10:00")))


@pytest.mark.parametrize(
    ("channel", "ending", "statuses"),
    [
        (ZNS, "4567", [ReceiptStatus.DELIVERED, ReceiptStatus.READ]),
        (SMS, "4567", [ReceiptStatus.DELIVERED]),
        (ZNS, simulator.NEVER_READ, [ReceiptStatus.DELIVERED]),
        (SMS, simulator.NEVER_ARRIVES, [ReceiptStatus.FAILED]),
        (ZNS, simulator.NO_REPORT, []),
    ],
)
def test_reports_come_by_themselves_after_some_seconds(channel, ending, statuses):
    sent = [Sent(REFERENCE, NUMBER + ending, MONDAY)]
    assert channel.pull(sent, at=MONDAY + timedelta(seconds=5)) == []
    assert [report.status for report in channel.pull(sent, at=MONDAY + timedelta(seconds=6))] == statuses


@pytest.mark.django_db
def test_the_default_providers_carry_a_message_all_the_way(owe, deliver):
    message = owe()
    deliver()
    services.pull(at=MONDAY + timedelta(seconds=10))
    message.refresh_from_db()
    assert (message.state, message.channel, message.provider) == (State.DELIVERED, Kind.ZNS, "simulator")
    assert message.delivered_at < message.read_at

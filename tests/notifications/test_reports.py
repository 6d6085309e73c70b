"""Delivery reports in any order, as often as they like, earlier than ourselves, and for nobody."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import services
from notifications.channels.base import Report
from notifications.enums import Fault, ReceiptStatus, State
from notifications.models import Message, Receipt
from notifications.services import outcomes, reports, verdicts
from tests.factories import MONDAY
from tests.notifications.channels_for_tests import Scripted, takes_all

pytestmark = pytest.mark.django_db

SENT, DELIVERED, READ, FAILED = (ReceiptStatus(name) for name in ("sent", "delivered", "read", "failed"))
MINUTE = timedelta(minutes=1)
AT = {SENT: MONDAY + MINUTE, DELIVERED: MONDAY + 2 * MINUTE, READ: MONDAY + 3 * MINUTE, FAILED: MONDAY + 4 * MINUTE}


@pytest.fixture
def sent(owe, deliver, providers):
    """Return a message that a provider has taken."""
    providers()
    message = owe()
    deliver()
    message.refresh_from_db()
    return message


def report(message: Message, status: ReceiptStatus, **fields) -> Receipt:
    reference = fields.pop("reference", str(message.pk))
    return services.record(
        provider="scripted",
        report=Report(reference, status, fields.pop("at", AT[status]), **fields),
        received_at=MONDAY + 5 * MINUTE,
    )


def outcome(message: Message) -> tuple:
    message.refresh_from_db()
    return message.state, message.delivered_at, message.read_at


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, READ])), ids=lambda order: "-".join(order))
def test_the_order_of_good_reports_does_not_matter(sent, order):
    for status in order:
        report(sent, status)
    assert outcome(sent) == (State.DELIVERED, AT[DELIVERED], AT[READ])


@pytest.mark.parametrize(("first", "last"), [(DELIVERED, FAILED), (FAILED, DELIVERED), (READ, FAILED), (FAILED, READ)])
def test_the_first_final_answer_wins(sent, first, last):
    report(sent, first)
    before = outcome(sent)
    report(sent, last, code="2")
    assert outcome(sent) == before


def test_delivered_then_sent_stays_delivered(sent):
    report(sent, DELIVERED)
    report(sent, SENT)
    assert outcome(sent) == (State.DELIVERED, AT[DELIVERED], None)


def test_a_failure_report_makes_a_dead_letter(sent):
    report(sent, FAILED, code="16")
    sent.refresh_from_db()
    assert (sent.state, sent.fault, sent.code) == (State.FAILED, Fault.PERMANENT, "16")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([SENT, DELIVERED, READ, FAILED]), min_size=1, max_size=8))
def test_any_sequence_ends_as_its_first_final_report_says_and_repeats_change_nothing(owe, deliver, providers, sequence):
    providers()
    message = owe(at=MONDAY)
    deliver()
    for status in sequence:
        report(message, status)
    finals = [status for status in sequence if status is not SENT]
    expected = State.ACCEPTED if not finals else State.FAILED if finals[0] is FAILED else State.DELIVERED
    state, delivered_at, read_at = outcome(message)
    assert state == expected
    if expected == State.DELIVERED:
        assert delivered_at == (AT[DELIVERED] if DELIVERED in finals else AT[READ])
        assert read_at == (AT[READ] if READ in finals else None)
    assert Receipt.objects.filter(message=message).count() == len(set(sequence))


def test_the_same_report_again_is_one_row(sent):
    assert report(sent, DELIVERED) == report(sent, DELIVERED)
    assert Receipt.objects.count() == 1


def test_a_report_for_nobody_is_kept_and_matched_when_its_message_turns_up(owe, deliver, providers):
    zalo, _sms = providers()
    early = services.record(
        provider="scripted", report=Report("msg-77", DELIVERED, AT[DELIVERED]), received_at=MONDAY + MINUTE
    )
    assert (early.message, early.applied_at) == (None, None)
    zalo.answer = lambda outgoing: type(takes_all(outgoing))("msg-77")
    message = owe()
    deliver()
    assert services.apply_waiting(at=MONDAY + 5 * MINUTE) == 1
    assert outcome(message)[0] == State.DELIVERED


def test_a_report_that_beats_our_own_mark_takes_effect_right_after_it(owe, providers):
    providers()
    message = owe()
    (claimed,) = services.claim(at=MONDAY, limit=1)
    early = report(message, DELIVERED)
    assert early.applied_at is None
    assert outcome(message)[0] == State.SENDING
    channel = Scripted("zns", takes_all)
    finished = verdicts.accepted(claimed, channel, takes_all(_Call(message)), body="x", started_at=MONDAY, at=MONDAY)
    outcomes.write([finished])
    assert outcome(message) == (State.DELIVERED, AT[DELIVERED], None)


class _Call:
    def __init__(self, message: Message) -> None:
        self.reference = str(message.pk)


@pytest.mark.parametrize("status", [SENT, DELIVERED, READ])
def test_a_report_on_what_we_thought_lost_keeps_it_from_being_sent_again(owe, status):
    message = owe()
    services.claim(at=MONDAY, limit=1)
    later = MONDAY + timedelta(seconds=121)
    services.reclaim(at=later)
    report(message, status)
    message.refresh_from_db()
    assert message.state == (State.ACCEPTED if status is SENT else State.DELIVERED)
    assert services.claim(at=later, limit=1) == []


def test_a_failure_report_on_what_is_to_be_sent_again_does_not_stop_it(owe):
    message = owe()
    services.claim(at=MONDAY, limit=1)
    services.reclaim(at=MONDAY + timedelta(seconds=121))
    report(message, FAILED)
    assert outcome(message)[0] == State.QUEUED


def test_no_report_accepts_a_message_that_was_never_handed_over(owe):
    message = owe()
    report(message, DELIVERED)
    assert outcome(message)[0] == State.QUEUED


@pytest.mark.parametrize("days", [-8, 8, -20_000])
def test_a_clock_that_is_far_off_is_not_believed(sent, days):
    receipt = report(sent, DELIVERED, at=MONDAY + timedelta(days=days))
    assert receipt.at == receipt.received_at


def test_reports_on_cancelled_messages_are_kept_without_effect(owe):
    message = owe()
    services.cancel([message.pk])
    report(message, DELIVERED)
    assert outcome(message)[0] == State.CANCELLED


def test_old_reports_for_nobody_stay_as_a_count_and_are_left_alone(sent):
    services.record(provider="scripted", report=Report("unknown", DELIVERED), received_at=MONDAY)
    assert services.apply_waiting(at=MONDAY + reports.MATCH_WITHIN + MINUTE) == 0
    assert Receipt.objects.filter(message=None).count() == 1

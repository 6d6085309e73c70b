"""Claims: each message to one worker, the urgent first, and back again when the worker vanished."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from notifications import services
from notifications.enums import Outcome, ReceiptStatus, State
from notifications.models import Attempt, Receipt
from notifications.services import leases
from tests.factories import MONDAY

LATER = MONDAY + timedelta(seconds=121)


def test_a_claim_leases_what_is_due_and_counts_the_attempt(owe):
    message = owe()
    (claimed,) = services.claim(at=MONDAY, limit=10)
    assert claimed == message
    assert (claimed.state, claimed.attempts) == (State.SENDING, 1)
    assert claimed.leased_until == MONDAY + timedelta(seconds=120)
    assert services.claim(at=MONDAY, limit=10) == []


def test_what_is_not_due_yet_is_left(owe):
    owe(at=MONDAY + timedelta(seconds=1))
    assert services.claim(at=MONDAY, limit=10) == []


def test_codes_go_before_news_and_older_before_younger(owe, owe_code):
    second = owe(at=MONDAY - timedelta(minutes=1))
    third = owe(at=MONDAY)
    first = owe_code()
    assert [message.pk for message in services.claim(at=MONDAY, limit=3)] == [first.pk, second.pk, third.pk]


def test_a_claim_takes_no_more_than_its_limit(owe):
    for _ in range(5):
        owe()
    assert [len(services.claim(at=MONDAY, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


def test_two_workers_that_read_the_same_rows_share_none(owe):
    """The compare-and-set itself: both have looked before either takes."""
    expected = {owe().pk for _ in range(6)}
    one, two = leases._due(at=MONDAY, limit=4), leases._due(at=MONDAY, limit=6)
    first, second = leases._take(one, at=MONDAY), leases._take(two, at=MONDAY)
    assert [len(first), len(second)] == [4, 2]
    assert {message.pk for message in first + second} == expected


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_get_every_message_once(owe):
    expected = sorted(owe().pk for _ in range(200))
    barrier, got = threading.Barrier(4), []

    def work() -> None:
        barrier.wait()
        while claimed := services.claim(at=MONDAY, limit=7):
            got.extend(message.pk for message in claimed)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # A worker skips what another one holds for a moment, so a rest may be left for the next look.
    got.extend(message.pk for message in services.claim(at=MONDAY, limit=200))
    assert sorted(got) == expected


def test_a_lapsed_lease_gives_the_message_back_with_a_trace_of_the_attempt(owe):
    message = owe()
    services.claim(at=MONDAY, limit=1)
    assert services.reclaim(at=MONDAY + timedelta(seconds=119)) == 0
    assert services.reclaim(at=LATER) == 1
    message.refresh_from_db()
    assert (message.state, message.next_attempt_at, message.tries) == (State.QUEUED, LATER, 1)
    assert list(Attempt.objects.values_list("number", "outcome")) == [(1, Outcome.LOST)]
    assert services.reclaim(at=LATER) == 0


def test_a_one_time_code_in_doubt_is_never_sent_again(owe_code):
    code = owe_code()
    services.claim(at=MONDAY, limit=1)
    services.reclaim(at=LATER)
    code.refresh_from_db()
    assert (code.state, code.code) == (State.FAILED, "interrupted")
    assert services.claim(at=LATER, limit=1) == []


def test_a_message_that_kills_its_workers_is_given_up(owe, settings):
    settings.SMS_TRIES = 3
    message, at = owe(), MONDAY
    for _ in range(3):
        services.claim(at=at, limit=1)
        at += timedelta(minutes=5)
        services.reclaim(at=at)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, 3)


def test_a_lapsed_message_that_the_provider_reports_on_is_not_sent_again(owe):
    message = owe()
    services.claim(at=MONDAY, limit=1)
    Receipt.objects.create(
        provider="kannel",
        reference=str(message.pk),
        status=ReceiptStatus.DELIVERED,
        at=MONDAY,
        received_at=MONDAY,
        message=message,
    )
    services.reclaim(at=LATER)
    services.apply_waiting(at=LATER)
    message.refresh_from_db()
    assert (message.state, message.accepted_at, message.delivered_at) == (State.DELIVERED, MONDAY, MONDAY)
    assert services.claim(at=LATER, limit=1) == []

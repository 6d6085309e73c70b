"""One run of the deliverer: what it writes down and when, how much it takes, and two of them at once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connections, transaction

from notifications import services
from notifications.channels.base import Accepted
from notifications.enums import State
from notifications.models import Attempt, Message
from notifications.services import delivery, outcomes, verdicts
from tests.factories import MONDAY
from tests.notifications.channels_for_tests import takes_all

pytestmark = pytest.mark.django_db


def test_what_was_taken_is_written_down_while_another_call_hangs(owe, deliver, providers, monkeypatch):
    """A worker that is killed meanwhile would otherwise send all of it again."""
    write, written = outcomes.write, threading.Event()
    slow = owe()

    def note(finished: list[verdicts.Finished]) -> None:
        write(finished)
        written.set()

    def hang(outgoing):
        if outgoing.reference == str(slow.pk) and not written.wait(10):
            return Accepted("nothing was written for 10 s")
        return takes_all(outgoing)

    monkeypatch.setattr(outcomes, "write", note)
    providers(zns=hang)
    owe()
    assert deliver() == {"accepted": 2}
    assert not Message.objects.filter(provider_ref__startswith="nothing").exists()


# Many


def test_thousands_go_out_exactly_once_in_few_statements(
    owe, deliver, providers, django_assert_max_num_queries, monkeypatch
):
    # By number only: a slow machine writes more often by time.
    monkeypatch.setattr(delivery, "WRITE_WITHIN", 60)
    zalo, _sms = providers()
    for number in range(250):
        owe(phone=f"849{number:08d}")
    with django_assert_max_num_queries(75):
        assert deliver() == {"accepted": 250}
    assert len(zalo.calls) == 250
    assert set(zalo.references.values()) == {1}
    assert Attempt.objects.count() == 250


def test_a_run_ends_in_time_and_leaves_the_rest(owe, providers):
    providers()
    for _ in range(250):
        owe()
    ticks = iter(range(10_000))
    count = services.deliver_due(clock=lambda: MONDAY + timedelta(milliseconds=100 * next(ticks)), seconds=2, threads=1)
    assert 0 < count["accepted"] + count["lost"] < 250
    assert Message.objects.filter(state=State.SENDING).count() == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(owe, deliver, providers):
    zalo, _sms = providers()
    owe()
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        deliver()
    assert zalo.calls == []
    deliver()
    assert zalo.were_in_transaction == [False]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_deliverers_at_once_send_exactly_n(owe, deliver, providers):
    zalo, _sms = providers()
    messages = [owe(phone=f"849{number:08d}") for number in range(300)]
    barrier, counts = threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        counts.append(deliver())
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    deliver()
    assert zalo.references == Counter(str(message.pk) for message in messages)
    assert Message.objects.filter(state=State.ACCEPTED).count() == 300


def test_the_end_state_has_nothing_left_for_another_run(owe, owe_code, deliver, providers):
    zalo, sms = providers()
    owe()
    owe_code()
    deliver()
    before = len(zalo.calls) + len(sms.calls)
    later = MONDAY + timedelta(days=1)
    services.reclaim(at=later)
    assert deliver(later) == {}
    assert len(zalo.calls) + len(sms.calls) == before

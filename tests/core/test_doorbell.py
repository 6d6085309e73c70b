import signal
import time

import pytest
import redis
from celery import current_app
from django.db import transaction
from kombu.exceptions import EncodeError

from core import doorbell
from portal.settings import queue
from tests import servers

# A request may wait one timeout to connect and one for an answer; the rest is for a busy machine.
BOUND = 2.0
TASK = "portal.clean_up"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_bell(monkeypatch):
    monkeypatch.setattr(doorbell, "_silent_until", 0.0)


@pytest.fixture
def broker(valkey, var_dir):
    """The broker the doorbell rings at, in place of the suite's one in memory."""
    url = valkey.broker.url
    ours = {
        "broker_url": url,
        "broker_read_url": url,
        "broker_write_url": url,
        "broker_transport_options": queue.transport_options(url, var_dir),
    }
    before = {name: current_app.conf[name] for name in ours}
    current_app.conf.update(ours)
    yield valkey
    current_app.conf.update(before)


@pytest.fixture
def ring(django_capture_on_commit_callbacks):
    """Ring in a transaction of its own and return the seconds the commit took."""

    def ring_and_commit(times: int = 1, **kwargs: object) -> float:
        started = time.monotonic()
        for _ in range(times):
            with django_capture_on_commit_callbacks(execute=True):
                doorbell.ring(TASK, **kwargs)
        return time.monotonic() - started

    return ring_and_commit


def waiting() -> int:
    with current_app.connection_for_read() as connection:
        return connection.default_channel._size(queue.WORK)


def test_a_ring_reaches_the_broker_after_the_commit_and_not_before(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        doorbell.ring(TASK)
        assert waiting() == 0
    assert waiting() == 1


def test_a_rolled_back_transaction_rings_for_nobody(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        doorbell.ring(TASK)
        transaction.set_rollback(True)
    assert waiting() == 0


def test_a_dead_broker_costs_little_and_raises_nothing(broker, ring):
    ring()
    broker.signal(signal.SIGKILL)
    broker.process.wait()
    assert ring() < BOUND


def test_a_hung_broker_costs_one_timeout_once(broker, ring):
    ring()
    broker.signal(signal.SIGSTOP)
    assert ring() < BOUND
    assert ring(times=100) < doorbell.TIMEOUT


def test_the_bell_rings_again_when_the_broker_is_back(broker, ring, monkeypatch, var_dir):
    ring()
    broker.signal(signal.SIGKILL)
    broker.process.wait()
    ring()
    monkeypatch.setattr(doorbell, "_silent_until", 0.0)
    with servers.valkey(var_dir):
        ring()
        assert waiting() == 1


def test_a_full_broker_raises_nothing(broker, ring):
    redis.Redis(unix_socket_path=str(broker.broker.socket)).config_set("maxmemory", "1")
    ring()
    assert waiting() == 0


def test_a_mistake_of_ours_is_not_swallowed(broker, ring):
    with pytest.raises(EncodeError):
        ring(row=object())


def test_nobody_is_rung_for_in_silence(broker, ring):
    with doorbell.silence():
        ring()
    assert waiting() == 0
    ring()
    assert waiting() == 1

import os
import signal
import time

import pytest
import redis
from celery import current_app
from django.db import transaction

from core import doorbell
from portal.settings import queue
from tests import servers

# Seconds: nobody waits for the broker; the rest is for a busy machine.
AT_ONCE = 0.25
RUNG = 20.0
TASK = "portal.clean_up"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_bell(monkeypatch):
    monkeypatch.setattr(doorbell, "_bell", doorbell._Bell())
    monkeypatch.setattr(doorbell, "PAUSE_AFTER_FAILURE", 0.1)


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
    with doorbell.silence():
        current_app.conf.update(before)
        doorbell.settle(RUNG)


@pytest.fixture
def ring(django_capture_on_commit_callbacks):
    """Ring in a transaction of its own and return the seconds the commit took."""

    def ring_and_commit(times: int = 1) -> float:
        started = time.monotonic()
        for _ in range(times):
            with django_capture_on_commit_callbacks(execute=True):
                doorbell.ring(TASK)
        return time.monotonic() - started

    return ring_and_commit


def waiting() -> int:
    assert doorbell.settle(RUNG)
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


def test_many_commits_at_once_ring_once_more_after_the_last_of_them(broker, ring):
    broker.signal(signal.SIGSTOP)
    ring(times=100)
    broker.signal(signal.SIGCONT)
    assert 1 <= waiting() <= 2


def test_nobody_waits_for_a_dead_broker(broker, ring):
    broker.signal(signal.SIGKILL)
    broker.process.wait()
    assert ring(times=100) < AT_ONCE
    assert not doorbell.settle(0)


def test_nobody_waits_for_a_hung_broker(broker, ring):
    broker.signal(signal.SIGSTOP)
    assert ring(times=100) < AT_ONCE
    assert not doorbell.settle(0)


def test_what_went_unheard_is_rung_when_the_broker_is_back(broker, ring, var_dir):
    broker.signal(signal.SIGKILL)
    broker.process.wait()
    ring()
    with servers.valkey(var_dir):
        assert waiting() == 1


def test_a_full_broker_raises_nothing(broker, ring):
    full = redis.Redis(unix_socket_path=str(broker.broker.socket))
    full.config_set("maxmemory", "1")
    ring()
    assert not doorbell.settle(0.5)
    full.config_set("maxmemory", "0")
    assert waiting() == 1


def test_nobody_is_rung_for_in_silence(broker, ring):
    with doorbell.silence():
        ring()
    assert waiting() == 0
    ring()
    assert waiting() == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_rings_by_itself(broker, ring):
    ring()
    child = os.fork()
    if child == 0:
        doorbell._bell.ask(TASK)
        os._exit(0 if doorbell.settle(RUNG) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert waiting() == 2

from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from core import heartbeats
from portal import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_broker(var_dir):
    """Nobody listens where the broker should be."""
    names = ("broker_url", "broker_read_url", "broker_write_url")
    before = {name: current_app.conf[name] for name in names}
    current_app.conf.update(dict.fromkeys(names, f"redis+socket://{var_dir}/nobody.sock"))
    yield
    current_app.conf.update(before)


@pytest.fixture
def no_database(monkeypatch):
    def refuse(*_args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)


def test_alive_asks_neither_database_nor_broker(client, no_broker, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "alive": True}


def test_ready_when_database_broker_and_worker_are_there(client):
    heartbeats.beat(health.WORKER, at=timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": True, "broker": True, "worker": True}
    assert answer["Cache-Control"] == "no-store"


def test_not_ready_when_the_worker_has_been_silent_for_a_minute(client):
    heartbeats.beat(health.WORKER, at=timezone.now() - timedelta(seconds=60))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "broker": True, "worker": False}


def test_not_ready_without_a_broker(client, no_broker):
    heartbeats.beat(health.WORKER, at=timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": True, "broker": False, "worker": True}


def test_not_ready_without_a_database_and_the_answer_says_nothing_else(client, no_database):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "database": False, "broker": True, "worker": False}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_come_by_address_and_plain_http(client, settings, path):
    settings.ALLOWED_HOSTS = ["dichvucong.example.vn"]
    settings.SECURE_SSL_REDIRECT = True
    heartbeats.beat(health.WORKER, at=timezone.now())
    assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_not_ready_before_the_tables_are_there(client, monkeypatch):
    def no_table(*_args: object, **_kwargs: object) -> bool:
        raise OperationalError

    monkeypatch.setattr(heartbeats, "is_alive", no_table)
    assert client.get("/readyz").json()["worker"] is False


def test_ready_costs_two_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get("/readyz")

"""Sessions end: by idleness, by age, by a changed password, by a closed account."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from tests import factories, people
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def signed_in(user):
    client = Client()
    assert people.type_password(client, user.username).status_code == 302
    return client


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_staff_are_signed_out_after_half_an_hour_of_idleness(clock, minutes, stays):
    client = signed_in(factories.officer(Role.RECEIVE))
    clock.shift(timedelta(minutes=minutes))
    assert people.is_signed_in(client) == stays


@pytest.mark.parametrize(("minutes", "stays"), [(119, True), (121, False)])
def test_citizens_are_signed_out_after_two_hours_of_idleness(clock, minutes, stays):
    client = signed_in(factories.citizen())
    clock.shift(timedelta(minutes=minutes))
    assert people.is_signed_in(client) == stays


def test_staff_at_work_stay_for_twelve_hours_and_no_longer(clock):
    client = signed_in(factories.officer(Role.RECEIVE))
    for _ in range(12 * 3):
        clock.shift(timedelta(minutes=20))
        assert people.is_signed_in(client)
    clock.shift(timedelta(minutes=20))
    assert not people.is_signed_in(client)


def test_a_session_that_is_over_is_deleted_on_the_server(clock):
    client = signed_in(factories.officer(Role.RECEIVE))
    key = client.session.session_key
    clock.shift(timedelta(minutes=31))
    people.is_signed_in(client)
    assert not Session.objects.filter(session_key=key).exists()


def test_being_seen_is_written_once_a_minute(clock, django_assert_max_num_queries):
    client = signed_in(factories.citizen())
    with django_assert_max_num_queries(20) as first:
        people.is_signed_in(client)
    assert not any("UPDATE" in query["sql"] and "session" in query["sql"] for query in first)
    clock.shift(timedelta(seconds=61))
    with django_assert_max_num_queries(20) as later:
        people.is_signed_in(client)
    assert any("UPDATE" in query["sql"] and "session" in query["sql"] for query in later)


def test_a_new_password_ends_all_other_sessions():
    user = factories.citizen()
    here, elsewhere = signed_in(user), signed_in(user)
    new = {"current": people.PASSWORD, "password": "ba con meo trang", "again": "ba con meo trang"}
    assert here.post(reverse("accounts:password"), new).status_code == 302
    assert people.is_signed_in(here)
    assert not people.is_signed_in(elsewhere)
    assert people.type_password(Client(), user.username, "ba con meo trang").status_code == 302


def test_a_closed_account_is_out_at_the_next_request():
    user = factories.citizen()
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not people.is_signed_in(client)
    assert people.type_password(Client(), user.username).status_code == 401


def test_a_closed_account_does_not_open_by_a_code(client, sent):
    User.objects.filter(pk=factories.citizen(phone=people.NUMBER).pk).update(is_active=False)
    people.ask_code(client)
    assert people.type_code(client, sent[0]["code"]).status_code == 400
    assert not people.is_signed_in(client)


def test_the_site_speaks_the_person_s_language_after_signing_in(client):
    user = factories.citizen()
    User.objects.filter(pk=user.pk).update(language="en")
    answer = people.type_password(client, user.username)
    assert answer.cookies["django_language"].value == "en"


def test_the_pages_of_signing_in_are_never_cached(client):
    for name in ("sign_in", "password_sign_in", "staff_sign_in"):
        assert "no-store" in client.get(reverse(f"accounts:{name}"))["Cache-Control"]

"""Coming in by the phone: the first code makes the account, the page helps, and signs people in again later."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import factories, people

pytestmark = pytest.mark.django_db


def test_the_first_code_of_an_unknown_number_makes_the_account(client, sent):
    assert people.ask_code(client)["Location"] == reverse("accounts:code")
    assert people.type_code(client, sent[0]["code"])["Location"] == "/"
    user = User.objects.get()
    assert (user.phone, user.has_usable_password(), user.is_staff) == (people.NUMBER, False, False)
    assert people.NUMBER not in user.username, "a number may change hands, a name may not"
    assert people.is_signed_in(client)


def test_the_next_code_finds_the_account_again(client, sent):
    user = factories.citizen(phone=people.NUMBER)
    people.ask_code(client)
    people.type_code(client, sent[0]["code"])
    assert User.objects.get() == user


def test_the_code_page_without_a_code_leads_back(client):
    assert client.get(reverse("accounts:code"))["Location"] == reverse("accounts:sign_in")


def test_the_code_page_names_the_number_and_the_demo_phone(client, sent):
    people.ask_code(client)
    page = client.get(reverse("accounts:code")).content.decode()
    assert "0901 234 567" in page
    assert "/dien-thoai/" in page


def test_outside_the_demonstration_there_is_no_demo_phone(client, sent, settings):
    settings.DEMO = False
    people.ask_code(client)
    assert "/dien-thoai/" not in client.get(reverse("accounts:code")).content.decode()


def test_the_code_stands_on_no_page(client, sent):
    people.ask_code(client)
    assert sent[0]["code"] not in client.get(reverse("accounts:code")).content.decode()


def test_who_asks_again_too_soon_is_led_to_the_code_they_have(client, sent):
    people.ask_code(client)
    answer = people.ask_code(client)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 65
    assert reverse("accounts:code") in answer.content.decode()
    assert len(sent) == 1


def test_a_page_that_needs_a_sign_in_comes_back_after_it(client, sent):
    target = client.get(reverse("accounts:profile"))["Location"]
    assert target == f"{reverse('accounts:sign_in')}?next={reverse('accounts:profile')}"
    page = client.get(target).content.decode()
    assert f'name="next" value="{reverse("accounts:profile")}"' in page


def test_a_citizen_signs_in_with_number_and_password(client):
    factories.citizen(phone=people.NUMBER)
    assert people.type_password(client, people.MOBILE)["Location"] == "/"


def test_an_officer_comes_to_the_desk(client):
    from accounts.enums import Role

    officer = factories.officer(Role.RECEIVE)
    answer = people.type_password(client, officer.username, page="accounts:staff_sign_in")
    assert answer["Location"] == "/can-bo/"


@pytest.mark.parametrize("name", ["sign_in", "code", "password_sign_in", "staff_sign_in"])
def test_other_methods_are_refused(client, name):
    assert client.put(reverse(f"accounts:{name}")).status_code == 405


@pytest.mark.parametrize("name", ["home", "profile", "password", "second_factor", "mandates", "enterprises", "confirm"])
def test_strangers_are_led_to_the_sign_in(client, name):
    answer = client.get(reverse(f"accounts:{name}"))
    assert answer["Location"].startswith(reverse("accounts:sign_in"))


def test_forms_without_their_token_are_refused():
    client = Client(enforce_csrf_checks=True)
    assert people.ask_code(client).status_code == 403


class TestPassword:
    def new(self, **other):
        return {"current": people.PASSWORD, "password": "ba con meo trang", "again": "ba con meo trang", **other}

    def test_who_came_by_a_code_sets_one_without_the_old(self, client, sent):
        user = factories.citizen(phone=people.NUMBER)
        people.ask_code(client)
        people.type_code(client, sent[0]["code"])
        assert client.post(reverse("accounts:password"), self.new()).status_code == 302
        user.refresh_from_db()
        assert user.check_password("ba con meo trang")

    def test_who_came_by_a_code_long_ago_shows_the_phone_again(self, client, sent):
        import time_machine

        with time_machine.travel(factories.MONDAY, tick=False) as clock:
            people.ask_code(client)
            people.type_code(client, sent[0]["code"])
            clock.shift(660)
            assert client.get(reverse("accounts:password"))["Location"].startswith(reverse("accounts:confirm"))
            page = client.get(reverse("accounts:confirm")).content.decode()
            assert "0901 234 567" in page

    @pytest.mark.parametrize(
        "other",
        [
            {"current": "sai"},
            {"current": ""},
            {"password": "12345678", "again": "12345678"},
            {"password": "password1", "again": "password1"},
            {"password": "ngan", "again": "ngan"},
            {"password": "m" * 129, "again": "m" * 129},
            {"again": "khac han roi nhe"},
        ],
    )
    def test_what_is_wrong_is_said_in_place(self, client, other):
        user = factories.citizen()
        people.type_password(client, user.username)
        assert client.post(reverse("accounts:password"), self.new(**other)).status_code == 422
        user.refresh_from_db()
        assert user.check_password(people.PASSWORD)

    def test_sixty_four_characters_and_more_are_welcome(self, client):
        user = factories.citizen()
        people.type_password(client, user.username)
        long = "một hai ba bốn " * 8
        assert client.post(reverse("accounts:password"), self.new(password=long, again=long)).status_code == 302
        assert people.type_password(Client(), user.username, long).status_code == 302

    def test_guessing_the_old_one_is_limited(self, client):
        user = factories.citizen()
        people.type_password(client, user.username)
        statuses = [
            client.post(reverse("accounts:password"), self.new(current=f"sai{n}")).status_code for n in range(6)
        ]
        assert statuses == [422] * 5 + [429]

    def test_an_officer_without_a_password_gets_none_by_the_phone(self, client):
        from accounts.enums import Role

        officer = factories.officer(Role.RECEIVE)
        officer.set_unusable_password()
        officer.save()
        client.force_login(officer)
        assert client.get(reverse("accounts:password")).status_code == 403

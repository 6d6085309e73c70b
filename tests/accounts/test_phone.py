"""Another mobile number: a recent proof, a code to the new number, and nothing told about whose it is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.enums import CodePurpose, Role
from accounts.models import User
from tests import factories, people
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

PAGE, CODE = "/tai-khoan/so-dien-thoai/", "/tai-khoan/so-dien-thoai/ma/"
CONFIRM = "/tai-khoan/xac-nhan/"
NEW, NEW_NUMBER = "0987 654 321", "84987654321"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def hoa(client):
    user = factories.citizen(phone=people.NUMBER)
    client.force_login(user)
    return user


def phone_of(user):
    return User.objects.get(pk=user.pk).phone


def ask(client, phone=NEW):
    return client.post(PAGE, {"phone": phone})


def type_code(client, code):
    return client.post(CODE, {"code": code})


def test_the_code_to_the_new_number_brings_it(client, hoa, sent):
    assert PAGE in client.get("/tai-khoan/ho-so-ca-nhan/").content.decode()
    assert client.get(PAGE).status_code == 200
    assert ask(client)["Location"] == CODE
    assert [(code["phone"], code["purpose"]) for code in sent] == [(NEW_NUMBER, CodePurpose.CHANGE_PHONE)]
    assert "0987 654 321" in client.get(CODE).content.decode()
    assert phone_of(hoa) == people.NUMBER
    done = client.post(CODE, {"code": sent[0]["code"]}, follow=True)
    assert phone_of(hoa) == NEW_NUMBER
    assert "đăng nhập bằng số mới" in done.content.decode()
    assert people.is_signed_in(client)


def test_from_then_on_one_signs_in_with_it(client, hoa, sent, clock):
    ask(client)
    type_code(client, sent[0]["code"])
    client.logout()
    clock.shift(timedelta(minutes=2))
    people.ask_code(client, NEW)
    people.type_code(client, sent[1]["code"])
    assert client.get("/tai-khoan/").context["user"] == hoa
    assert User.objects.count() == 1


def test_only_whoever_has_just_shown_who_they_are_may_ask(client, sent, clock):
    hoa = factories.citizen(phone=people.NUMBER)
    people.type_password(client, hoa.username)
    clock.shift(timedelta(minutes=11))
    for answer in (client.get(PAGE), ask(client)):
        assert answer["Location"].startswith(f"{CONFIRM}?next=%2Ftai-khoan%2Fso-dien-thoai%2F")
    assert sent == []
    assert client.post(CONFIRM, {"password": people.PASSWORD, "next": PAGE})["Location"] == PAGE
    assert ask(client)["Location"] == CODE


def test_without_a_password_the_proof_is_a_code_to_the_present_number(client, sent, clock):
    people.ask_code(client)
    people.type_code(client, sent[0]["code"])
    clock.shift(timedelta(minutes=11))
    detour = client.get(PAGE)["Location"]
    assert "0901 234 567" in client.get(detour).content.decode()
    people.ask_code(client, next=PAGE)
    assert people.type_code(client, sent[1]["code"])["Location"] == PAGE
    ask(client)
    type_code(client, sent[2]["code"])
    assert User.objects.get().phone == NEW_NUMBER


def test_strangers_are_asked_to_sign_in(client, sent):
    for answer in (client.get(PAGE), ask(client), client.get(CODE), type_code(client, "000000")):
        assert answer["Location"].startswith("/tai-khoan/dang-nhap/")
    assert sent == []


@pytest.mark.parametrize(
    "text", ["", "0901", "0281 234 567", "+1 202 555 0100", "0901 234 567", "x" * 40, "\u0660" * 10]
)
def test_what_is_no_new_mobile_number_is_said_in_place(client, hoa, sent, text):
    answer = ask(client, text)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert (sent, phone_of(hoa)) == ([], people.NUMBER)


def test_a_wrong_code_changes_nothing_and_five_use_it_up(client, hoa, sent):
    ask(client)
    right = sent[0]["code"]
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert [type_code(client, wrong).status_code for _try in range(5)] == [422] * 5
    assert type_code(client, right).status_code == 429
    assert phone_of(hoa) == people.NUMBER


def test_a_code_is_good_for_five_minutes_and_once(client, hoa, sent, clock):
    ask(client)
    clock.shift(timedelta(minutes=5))
    assert type_code(client, sent[0]["code"]).status_code == 422
    ask(client)
    assert type_code(client, sent[1]["code"]).status_code == 302
    assert type_code(client, sent[1]["code"])["Location"] == PAGE


def test_a_code_for_signing_in_does_not_bring_the_number_and_the_other_way_round(client, hoa, sent, clock):
    people.ask_code(client, NEW)
    clock.shift(timedelta(minutes=2))
    ask(client)
    sign_in, change = (code["code"] for code in sent)
    assert type_code(client, sign_in).status_code == 422
    assert people.type_code(client, change).status_code == 400
    assert phone_of(hoa) == people.NUMBER


def test_a_code_asked_for_in_another_browser_is_worth_nothing(client, hoa, sent, clock):
    other = Client()
    other.force_login(hoa)
    ask(other)
    clock.shift(timedelta(minutes=2))
    ask(client)
    assert type_code(client, sent[0]["code"]).status_code == 422
    assert phone_of(hoa) == people.NUMBER


def test_codes_have_the_limits_of_signing_in(client, hoa, sent):
    assert ask(client).status_code == 302
    again = ask(client)
    assert again.status_code == 429
    assert int(again["Retry-After"]) > 0
    assert CODE in again.content.decode()
    assert len(sent) == 1


# Numbers of others


def shown(answer):
    return answer.status_code, answer.headers.get("Location")


def test_asking_tells_nothing_about_a_number(client, hoa, sent, clock):
    factories.citizen("Lê Văn Tám", phone="84907654321")
    known = ask(client, "0907 654 321")
    clock.shift(timedelta(minutes=2))
    unknown = ask(client, "0977 654 321")
    assert shown(known) == shown(unknown)
    assert len(sent) == 2
    assert "Tám" not in client.get(CODE).content.decode()


def test_only_who_holds_the_phone_hears_that_it_has_an_account(client, hoa, sent):
    tam = factories.citizen("Lê Văn Tám", phone="84907654321")
    ask(client, "0907 654 321")
    refused = type_code(client, f"{(int(sent[0]['code']) + 1) % 10**6:06d}").content.decode()
    assert "tài khoản khác" not in refused
    answer = type_code(client, sent[0]["code"])
    assert answer.status_code == 422
    assert "tài khoản khác" in answer.content.decode()
    assert "Tám" not in answer.content.decode()
    assert (phone_of(hoa), phone_of(tam)) == (people.NUMBER, "84907654321")


def test_a_number_taken_meanwhile_is_refused_by_the_database(hoa):
    factories.citizen(phone=NEW_NUMBER)
    with pytest.raises(services.PhoneTaken):
        services.change_phone(user=hoa, phone=NEW_NUMBER)
    assert hoa.phone == people.NUMBER
    assert User.objects.filter(phone=NEW_NUMBER).count() == 1


def test_the_old_number_is_free_and_opens_nothing_of_the_account(client, hoa, sent, clock):
    ask(client)
    type_code(client, sent[0]["code"])
    client.logout()
    people.ask_code(client, people.MOBILE)
    people.type_code(client, sent[1]["code"])
    assert client.get("/tai-khoan/").context["user"] != hoa


def test_a_code_to_an_officers_new_number_opens_no_desk(client, sent, clock):
    officer = factories.officer(Role.RECEIVE)
    people.type_password(client, officer.username)
    ask(client)
    type_code(client, sent[0]["code"])
    assert phone_of(officer) == NEW_NUMBER
    client.logout()
    clock.shift(timedelta(minutes=2))
    people.ask_code(client, NEW)
    people.type_code(client, sent[1]["code"])
    assert client.get("/can-bo/")["Location"].startswith(reverse("accounts:staff_sign_in"))


def test_the_pages_speak_english_too(client, hoa, sent):
    client.post(reverse("set_language"), {"language": "en"})
    assert "Change the mobile number" in client.get(PAGE).content.decode()
    ask(client)
    assert "Take the new number" in client.get(CODE).content.decode()
    assert sent[0]["language"] == "en"


@pytest.mark.parametrize("page", [PAGE, CODE])
def test_the_pages_take_no_other_methods(client, hoa, page):
    assert client.put(page).status_code == 405
    assert client.delete(page).status_code == 405

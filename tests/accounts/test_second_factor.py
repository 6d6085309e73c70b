"""Staff show a password and a second factor before any page of the desk or the administration opens."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import services
from accounts.enums import Role
from tests import factories, people
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

STAFF_PAGES = ["/can-bo/", "/can-bo/ho-so/1/", "/quan-tri/", "/quan-tri/accounts/user/"]
ENROL = "/tai-khoan/hai-lop/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_TOTP_REQUIRED = True


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def enrolled(user):
    secret = services.new_secret()
    codes = services.enrol_second_factor(user=user, secret=secret, code=people.app_code(secret))
    return secret, codes


def open_desk(client, page="/can-bo/"):
    """Tell whether the door lets the request through to the desk, whatever is there."""
    answer = client.get(page)
    return not (answer.status_code == 302 and answer["Location"].startswith("/tai-khoan/"))


@pytest.mark.parametrize("page", STAFF_PAGES)
@pytest.mark.parametrize("role", list(Role))
def test_without_a_second_factor_every_page_of_staff_leads_to_setting_it_up(client, page, role):
    people.type_password(client, factories.officer(role).username)
    answer = client.get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{ENROL}?next=%2F")
    assert client.post(page).status_code == 403
    assert client.get(page, headers={"HX-Request": "true"}).status_code == 403


def test_staff_by_flag_alone_are_led_there_too(client):
    from accounts.models import User

    admin = User.objects.create_superuser("quan-tri", people.PASSWORD)
    people.type_password(client, admin.username)
    assert not open_desk(client, "/quan-tri/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admin_s_own_sign_in_is_never_reached(client, method):
    answer = getattr(client, method)("/quan-tri/login/?next=/quan-tri/accounts/")
    assert answer["Location"] == f"{reverse('accounts:staff_sign_in')}?next=%2Fquan-tri%2Faccounts%2F"


def test_setting_it_up_opens_the_desk_and_shows_recovery_codes_once(client, clock):
    officer = factories.officer(Role.RECEIVE)
    people.type_password(client, officer.username)
    page = client.get(f"{ENROL}?next=/can-bo/")
    assert "<svg" in page.content.decode()
    secret = client.session["second_factor_secret"]
    before = client.session.session_key
    done = client.post(ENROL, {"code": people.app_code(secret), "next": "/can-bo/"})
    assert done.status_code == 200
    assert 'href="/can-bo/"' in done.content.decode()
    assert client.session.session_key != before
    assert open_desk(client)
    assert client.get(ENROL).status_code == 200
    codes = Authenticator.objects.get(user=officer, type="recovery_codes").wrap().generate_codes()
    assert codes[0] in done.content.decode()
    assert codes[0] not in client.get(ENROL).content.decode()


def test_a_code_that_does_not_fit_sets_nothing_up(client):
    officer = factories.officer(Role.RECEIVE)
    people.type_password(client, officer.username)
    client.get(ENROL)
    for code in ("000000", "", "１２３４５６", "abc"):
        assert client.post(ENROL, {"code": code}).status_code == 422
    assert not services.has_second_factor(officer)


def test_later_the_password_alone_does_not_sign_in(client, clock):
    officer = factories.officer(Role.RECEIVE)
    secret, _codes = enrolled(officer)
    clock.shift(timedelta(minutes=10))
    answer = people.type_password(client, officer.username, next="/can-bo/so/")
    assert answer["Location"] == reverse("accounts:sign_in_second_factor")
    assert not people.is_signed_in(client)
    done = client.post(answer["Location"], {"code": people.app_code(secret)})
    assert done["Location"] == "/can-bo/so/"
    assert open_desk(client)


def test_a_code_of_the_app_works_once(clock):
    officer = factories.officer(Role.RECEIVE)
    secret, _codes = enrolled(officer)
    clock.shift(timedelta(minutes=10))
    code = people.app_code(secret)
    assert services.prove_second_factor(user=officer, code=f" {code[:3]} {code[3:]}", at=MONDAY)
    assert not services.prove_second_factor(user=officer, code=code, at=MONDAY + timedelta(seconds=20))


def test_a_recovery_code_works_once(clock):
    officer = factories.officer(Role.RECEIVE)
    _secret, codes = enrolled(officer)
    assert services.prove_second_factor(user=officer, code=codes[3], at=MONDAY)
    assert not services.prove_second_factor(user=officer, code=codes[3], at=MONDAY)
    new = services.renew_recovery_codes(user=officer)
    assert not services.prove_second_factor(user=officer, code=codes[4], at=MONDAY)
    assert services.prove_second_factor(user=officer, code=new[4], at=MONDAY)


def test_guessing_the_second_factor_is_limited(client, clock):
    officer = factories.officer(Role.RECEIVE)
    secret, _codes = enrolled(officer)
    people.type_password(client, officer.username)
    page = reverse("accounts:sign_in_second_factor")
    statuses = [client.post(page, {"code": f"00000{n}"}).status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]
    clock.shift(timedelta(minutes=5))
    assert client.post(page, {"code": people.app_code(secret)}).status_code == 429


def test_between_the_two_steps_lie_ten_minutes_at_most(client, clock):
    officer = factories.officer(Role.RECEIVE)
    secret, _codes = enrolled(officer)
    people.type_password(client, officer.username)
    clock.shift(timedelta(minutes=11))
    answer = client.post(reverse("accounts:sign_in_second_factor"), {"code": people.app_code(secret)})
    assert answer["Location"] == reverse("accounts:password_sign_in")
    assert not people.is_signed_in(client)


def test_nobody_comes_to_the_second_step_without_the_first(client):
    assert client.get(reverse("accounts:sign_in_second_factor")).status_code == 302


def test_an_older_session_shows_the_factor_at_the_door(client, clock):
    officer = factories.officer(Role.RECEIVE)
    people.type_password(client, officer.username)
    secret, _codes = enrolled(officer)
    clock.shift(timedelta(minutes=5))
    assert not open_desk(client)
    answer = client.post(reverse("accounts:confirm"), {"code": people.app_code(secret), "next": "/can-bo/"})
    assert answer["Location"] == "/can-bo/"
    assert open_desk(client)


def test_a_code_to_the_phone_never_opens_the_desk(client, sent, settings):
    settings.STAFF_TOTP_REQUIRED = False
    officer = factories.officer(Role.RECEIVE)
    officer.phone = people.NUMBER
    officer.save()
    people.ask_code(client)
    people.type_code(client, sent[0]["code"])
    assert people.is_signed_in(client)
    assert client.get("/can-bo/")["Location"].startswith(reverse("accounts:staff_sign_in"))


def test_where_the_setting_is_off_the_password_opens_the_desk(client, settings):
    settings.STAFF_TOTP_REQUIRED = False
    people.type_password(client, factories.officer(Role.RECEIVE).username)
    assert open_desk(client)


def test_citizens_are_not_asked(client):
    people.type_password(client, factories.citizen().username)
    assert open_desk(client), "what a citizen sees there is the desk's own matter"


def test_a_citizen_may_choose_it_and_switch_it_off(client, clock):
    citizen = factories.citizen()
    people.type_password(client, citizen.username)
    client.get(ENROL)
    client.post(ENROL, {"code": people.app_code(client.session["second_factor_secret"])})
    assert services.has_second_factor(citizen)
    assert client.post(reverse("accounts:remove_second_factor")).status_code == 302
    assert not services.has_second_factor(citizen)


def test_staff_can_not_switch_it_off(client, clock):
    officer = factories.officer(Role.RECEIVE)
    people.type_password(client, officer.username)
    enrolled(officer)
    assert client.post(reverse("accounts:remove_second_factor")).status_code == 403
    assert services.has_second_factor(officer)


def test_new_recovery_codes_take_a_recent_proof(client, clock):
    citizen = factories.citizen()
    people.type_password(client, citizen.username)
    enrolled(citizen)
    clock.shift(timedelta(minutes=11))
    answer = client.post(reverse("accounts:renew_recovery_codes"), headers={"Referer": f"http://testserver{ENROL}"})
    assert answer["Location"].startswith(reverse("accounts:confirm"))


def test_after_the_proof_one_is_back_on_the_page_that_asked_for_it(client, clock):
    citizen = factories.citizen()
    people.type_password(client, citizen.username)
    secret, _codes = enrolled(citizen)
    clock.shift(timedelta(minutes=11))
    referrer = {"Referer": f"http://testserver{ENROL}"}
    detour = client.post(reverse("accounts:renew_recovery_codes"), headers=referrer)["Location"]
    form = client.get(detour).context["form"]
    proof = {"code": people.app_code(secret), "next": form["next"].value()}
    assert client.post(reverse("accounts:confirm"), proof)["Location"] == ENROL


@pytest.mark.parametrize("referrer", ["http://evil.vn/x", "//evil.vn", "javascript:alert(1)", ""])
def test_a_page_of_somebody_else_is_none_to_come_back_to(client, clock, referrer):
    citizen = factories.citizen()
    people.type_password(client, citizen.username)
    enrolled(citizen)
    clock.shift(timedelta(minutes=11))
    detour = client.post(reverse("accounts:renew_recovery_codes"), headers={"Referer": referrer})["Location"]
    assert client.get(detour).context["form"]["next"].value() == ""


def test_enrolling_twice_is_refused():
    officer = factories.officer(Role.RECEIVE)
    enrolled(officer)
    with pytest.raises(services.AlreadyEnrolled):
        enrolled(officer)


def test_the_secret_is_encrypted_in_the_table(settings):
    officer = factories.officer(Role.RECEIVE)
    secret, _codes = enrolled(officer)
    row = Authenticator.objects.get(user=officer, type="totp")
    assert secret not in str(row.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    assert row.wrap().validate_code(people.app_code(secret))


def test_nobody_signs_up_by_way_of_allauth():
    assert not get_adapter().is_open_for_signup(RequestFactory().get("/"))


def test_a_right_password_confirms_and_a_wrong_one_does_not(clock):
    client = Client()
    citizen = factories.citizen()
    people.type_password(client, citizen.username)
    page = reverse("accounts:confirm")
    assert client.post(page, {"password": "sai"}).status_code == 422
    assert client.post(page, {"password": ""}).status_code == 422
    done = client.post(page, {"password": people.PASSWORD, "next": "//evil.vn"})
    assert done["Location"] == reverse("accounts:home")

"""Before a leader decides: a recent proof of who they are, asked once in a while, and nothing typed is lost by it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.enums import Role
from dossiers import permissions, services
from dossiers.enums import EventKind, Status
from dossiers.models import Dossier
from tests import factories, people
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db
CONFIRM = "/tai-khoan/xac-nhan/"
RESULT = "Giấy khai sinh số 15/2026, ngày 23/11/2026"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


@pytest.fixture
def proposed(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Số 15")
    return now(dossier)


def now(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def step(dossier, slug="duyet-ket-qua"):
    return reverse("desk:step", args=[dossier.code, slug])


def sent(dossier, **other):
    return {"version": dossier.version, "result": RESULT, **other}


def stay(client, clock, minutes):
    """Let time pass with a page opened now and then, so that the session itself goes on."""
    for _visit in range(minutes // 20):
        clock.shift(timedelta(minutes=20))
        assert client.get("/can-bo/").status_code == 200
    clock.shift(timedelta(minutes=minutes % 20))


def prove(client, detour):
    """Do what the page asks for, and return where it leads."""
    form = client.get(detour).context["form"]
    return client.post(CONFIRM, {"password": people.PASSWORD, "next": form["next"].value()})["Location"]


def test_whoever_has_just_signed_in_decides_at_once(client, desk, proposed):
    people.type_password(client, desk.leader.username)
    assert client.get(step(proposed)).status_code == 200
    assert client.post(step(proposed), sent(proposed)).status_code == 303
    assert now(proposed).status == Status.FINISHED


def test_half_an_hour_later_the_form_is_shown_after_a_proof(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    answer = client.get(step(proposed))
    assert answer.status_code == 302
    assert answer["Location"].startswith(CONFIRM)
    assert prove(client, answer["Location"]) == step(proposed)
    assert client.get(step(proposed)).status_code == 200
    assert client.post(step(proposed), sent(proposed)).status_code == 303


def test_a_proof_that_grew_old_over_the_form_changes_nothing_and_keeps_what_was_typed(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    clock.shift(timedelta(minutes=29))
    assert client.get(step(proposed)).status_code == 200
    clock.shift(timedelta(minutes=2))
    answer = client.post(step(proposed), sent(proposed))
    assert answer["Location"].startswith(CONFIRM)
    assert now(proposed).version == proposed.version
    back = client.get(prove(client, answer["Location"]))
    page = back.content.decode()
    assert RESULT in page
    assert "chưa được thực hiện" in page
    assert client.post(step(proposed), sent(proposed)).status_code == 303
    assert now(proposed).status == Status.FINISHED


def test_what_was_typed_is_shown_once_and_on_its_own_form_only(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    prove(client, client.post(step(proposed), sent(proposed))["Location"])
    assert RESULT not in client.get(step(proposed, "dung")).content.decode()
    assert RESULT not in client.get(step(proposed)).content.decode()


def test_a_change_during_the_detour_is_told_like_any_other(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    detour = client.post(step(proposed), sent(proposed))["Location"]
    services.propose(dossier_id=proposed.pk, actor=desk.processor, at=MONDAY, result="Số 16")
    form = client.get(prove(client, detour)).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    assert client.post(step(proposed), typed).status_code == 409


def test_htmx_is_led_to_the_proof_as_a_page(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    answer = client.post(step(proposed), sent(proposed), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith(CONFIRM)
    assert now(proposed).version == proposed.version


def test_a_wrong_password_leads_no_further(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    client.get(step(proposed))
    assert client.post(CONFIRM, {"password": "sai", "next": step(proposed)}).status_code == 422
    assert client.get(step(proposed))["Location"].startswith(CONFIRM)


def test_where_the_second_factor_is_required_it_is_the_proof(client, clock, desk, proposed, settings):
    settings.STAFF_TOTP_REQUIRED = True
    secret = accounts.new_secret()
    accounts.enrol_second_factor(user=desk.leader, secret=secret, code=people.app_code(secret))
    clock.shift(timedelta(minutes=1))
    people.type_password(client, desk.leader.username)
    client.post(reverse("accounts:sign_in_second_factor"), {"code": people.app_code(secret)})
    stay(client, clock, 31)
    assert client.get(step(proposed))["Location"].startswith(CONFIRM)
    assert client.post(CONFIRM, {"password": people.PASSWORD}).status_code == 422
    assert client.post(CONFIRM, {"code": people.app_code(secret), "next": step(proposed)}).status_code == 302
    assert client.post(step(proposed), sent(proposed)).status_code == 303


@pytest.mark.parametrize(
    ("slug", "who", "status"),
    [
        ("tiep-nhan", "receiver", Status.SUBMITTED),
        ("trinh-ket-qua", "processor", Status.IN_PROCESS),
        ("phan-cong", "leader", Status.IN_PROCESS),
        ("tiep-tuc", "leader", Status.STOPPED),
        ("nhan-tin", "processor", Status.IN_PROCESS),
    ],
)
def test_what_is_no_leaders_decision_asks_for_nothing(client, clock, desk, slug, who, status):
    dossier = desk.dossier(status)
    people.type_password(client, getattr(desk, who).username)
    stay(client, clock, 31)
    assert client.get(step(dossier, slug)).status_code == 200


@pytest.mark.parametrize("slug", ["dung", "duyet-ket-qua"])
def test_every_decision_asks_and_who_may_not_decide_learns_nothing_of_it(client, clock, desk, proposed, slug):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    assert client.get(step(proposed, slug))["Location"].startswith(CONFIRM)
    people.type_password(client, desk.processor.username)
    stay(client, clock, 31)
    assert client.get(step(proposed, slug)).status_code == 403


def test_decisions_are_the_steps_of_the_leader_that_can_not_be_made_up_for():
    only_leaders = {kind for kind, parties in permissions.ACTS.items() if parties == {Role.APPROVE}}
    assert only_leaders == {EventKind.EXTEND, EventKind.DENY_EXTENSION, EventKind.APOLOGISE, EventKind.CLOSE}
    assert only_leaders | {EventKind.FINISH, EventKind.STOP} == permissions.DECISIONS


def test_where_no_approval_is_needed_the_specialist_finishes_without_it(client, clock):
    desk = Desk(factories.agency("H19.77", "UBND phường Tân Triều"), needs_approval=False)
    dossier = desk.dossier(Status.IN_PROCESS)
    people.type_password(client, desk.processor.username)
    stay(client, clock, 31)
    assert client.post(step(dossier), sent(dossier)).status_code == 303


def test_the_province_sets_how_long_a_proof_counts(client, clock, desk, proposed, settings):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    settings.STEP_UP_MINUTES = 40
    assert client.get(step(proposed)).status_code == 200
    settings.STEP_UP_MINUTES = 5
    assert client.get(step(proposed)).status_code == 302
    settings.STEP_UP_MINUTES = 0
    assert client.get(step(proposed)).status_code == 200


# By the API


def by_api(client, dossier):
    body = {"expected_version": dossier.version, "result": RESULT}
    address = f"/api/v1/officer/dossiers/{dossier.code}/finish/"
    return client.post(address, body, content_type="application/json")


def test_in_a_browsers_session_the_api_says_what_is_missing(client, clock, desk, proposed):
    people.type_password(client, desk.leader.username)
    stay(client, clock, 31)
    answer = by_api(client, proposed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "proof_required")
    assert now(proposed).version == proposed.version
    client.post(CONFIRM, {"password": people.PASSWORD})
    assert by_api(client, proposed).status_code == 200


def test_a_token_needs_none_for_who_issued_it_asked(client, clock, desk, proposed):
    _row, token = accounts.issue_token(user=desk.leader, scope="officer", label="Phần mềm", at=MONDAY)
    clock.shift(timedelta(days=1))
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert by_api(client, proposed).status_code == 200

"""Who a program acts for, and how far: hashed tokens with a scope and an end."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from accounts import services
from accounts.enums import TokenScope
from accounts.models import ApiToken, RoleAssignment
from tests import factories
from tests.api import addresses
from tests.factories import MONDAY

ME, DESK = "/api/v1/me/", "/api/v1/officer/queues/"


def with_token(text):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def issue():
    def made(user, scope=TokenScope.CITIZEN, **more):
        return services.issue_token(user=user, scope=scope, label="test", at=MONDAY, **more)

    return made


def test_only_a_hash_is_kept(desk, issue):
    _token, text = issue(desk.citizen)
    secret = text.split("_", 2)[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apitoken")
        assert secret not in str(cursor.fetchall())
    assert with_token(text).get(ME).status_code == 200


def test_a_citizens_token_does_not_open_the_desk_not_even_an_officers_own(desk, issue):
    _token, text = issue(desk.receiver)
    assert with_token(text).get(ME).status_code == 200
    assert with_token(text).get(DESK).status_code == 403


def test_an_officers_token_opens_the_desk_and_nothing_else(desk, issue):
    _token, text = issue(desk.receiver, TokenScope.OFFICER)
    assert with_token(text).get(DESK).status_code == 200
    assert with_token(text).get(ME).status_code == 403


def test_an_officers_token_is_issued_only_to_who_may_open_the_desk(desk, issue, settings):
    with pytest.raises(services.TokenRefused):
        issue(desk.citizen, TokenScope.OFFICER)
    settings.STAFF_TOTP_REQUIRED = True
    with pytest.raises(services.TokenRefused):
        issue(desk.receiver, TokenScope.OFFICER)
    assert ApiToken.objects.count() == 0


def test_a_session_without_the_second_factor_does_not_open_the_desk(desk, client, settings):
    settings.STAFF_TOTP_REQUIRED = True
    client.force_login(desk.receiver)
    assert client.get(ME).status_code == 200
    assert client.get(DESK).status_code == 403


def test_no_address_gives_out_a_token_for_a_password(anonymous):
    names = [str(pattern.name) for pattern in addresses.patterns()]
    assert [name for name in names if "token" in name or "auth" in name or "login" in name] == []


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(desk, issue):
    _token, text = issue(desk.receiver, TokenScope.OFFICER)
    RoleAssignment.objects.filter(user=desk.receiver).delete()
    assert with_token(text).get(DESK).status_code == 403


@pytest.mark.parametrize("days", [0, -1, 91])
def test_no_token_is_valid_longer_than_90_days(desk, issue, days):
    with pytest.raises(services.TokenRefused):
        issue(desk.citizen, lifetime=timedelta(days=days))


def test_a_token_ends(desk, issue, time_machine):
    _token, text = issue(desk.citizen)
    time_machine.move_to(MONDAY + timedelta(days=90) - timedelta(seconds=1), tick=False)
    assert with_token(text).get(ME).status_code == 200
    time_machine.move_to(MONDAY + timedelta(days=90), tick=False)
    assert with_token(text).get(ME).status_code == 401


def test_a_revoked_token_and_one_of_a_closed_account_open_nothing(desk, issue):
    token, text = issue(desk.citizen)
    assert services.revoke_token(prefix=token.prefix, at=MONDAY)
    assert not services.revoke_token(prefix=token.prefix, at=MONDAY)
    assert with_token(text).get(ME).status_code == 401
    _other, second = issue(desk.citizen)
    desk.citizen.is_active = False
    desk.citizen.save()
    assert with_token(second).get(ME).status_code == 401


@pytest.mark.parametrize("change", [lambda text: text[:-1] + "-", lambda text: text[:-1], str.upper, lambda text: ""])
def test_a_changed_token_opens_nothing_and_is_refused_even_where_nobody_needs_one(desk, issue, change):
    _token, text = issue(desk.citizen)
    spoilt = with_token(change(text))
    assert spoilt.get(ME).status_code == 401
    refused = spoilt.get("/api/v1/procedures/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "authentication_failed")
    assert refused["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_no_token(desk, issue, anonymous):
    _token, text = issue(desk.citizen)
    for name in ("token", "access_token", "Authorization"):
        assert anonymous.get(ME, {name: text}).status_code == 401


def test_another_scheme_is_nobody(desk, issue):
    _token, text = issue(desk.citizen)
    for scheme in ("Token", "Basic", "bearer:"):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"{scheme} {text}")
        assert client.get(ME).status_code == 401


def test_a_session_writes_only_with_the_csrf_token(desk):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(desk.citizen)
    assert browser.get(ME).status_code == 200
    headers = {"HTTP_IDEMPOTENCY_KEY": "first-try-0001"}
    refused = browser.post("/api/v1/me/drafts/", {"procedure": "1.001193"}, **headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")


def test_the_command_prints_a_token_once(desk, capsys):
    call_command("issue_api_token", desk.receiver.username, scope="officer", label="Máy quầy 3", days=30)
    told = capsys.readouterr()
    assert with_token(told.out.strip()).get(DESK).status_code == 200
    token = ApiToken.objects.get()
    assert token.expires_at == MONDAY + timedelta(days=30)
    assert token.prefix in told.err
    call_command("revoke_api_token", f"mct_{token.prefix}")
    assert with_token(told.out.strip()).get(DESK).status_code == 401


@pytest.mark.parametrize("name", ["nobody", "citizen"])
def test_the_command_refuses_in_words(desk, name):
    username = desk.citizen.username if name == "citizen" else name
    with pytest.raises(CommandError):
        call_command("issue_api_token", username, scope="officer", label="x")
    with pytest.raises(CommandError):
        call_command("revoke_api_token", "abcdefgh")


def test_the_use_of_a_token_is_noted_by_day(desk, issue):
    _token, text = issue(desk.citizen)
    with_token(text).get(ME)
    assert ApiToken.objects.get().used_on == MONDAY.date()


def test_a_token_says_whose_it_is_without_its_secret(desk, issue):
    token, text = issue(desk.citizen)
    assert text not in str(token)
    assert str(token).startswith(token.prefix)
    assert factories.citizen("Ai khác").api_tokens.count() == 0

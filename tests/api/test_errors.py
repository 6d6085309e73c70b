"""Under /api/ every refusal has one shape, wherever it comes from, and nothing answers with a page."""

import re

import pytest
from django.conf import settings as django_settings
from django.urls import resolve
from rest_framework.test import APIClient

from core.api.permissions import Anybody, Nobody
from core.models import RateWindow
from dossiers import lookup, selectors
from procedures.models import Procedure
from tests.api import addresses


def check(response, status, code):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    error = response.json()["error"]
    assert error.keys() >= {"code", "message", "fields", "request_id"}
    assert error["code"] == code
    assert error["message"]
    assert error["request_id"] == response["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f-]{36}", error["request_id"])
    assert response["Cache-Control"] == "no-store"
    return error


def test_an_address_that_is_none(anonymous):
    check(anonymous.get("/api/v1/khong-co/"), 404, "not_found")
    check(anonymous.get("/api/"), 404, "not_found")


def test_an_address_without_its_slash_is_not_redirected(anonymous):
    check(anonymous.post("/api/v1/lookup", {}), 404, "not_found")


def test_a_method_that_the_address_does_not_take(anonymous, citizen):
    for client in (anonymous, citizen):
        response = client.put("/api/v1/me/", {})
        check(response, 405, "method_not_allowed")
        assert response["Allow"] == "GET, HEAD"
    check(anonymous.options("/api/v1/me/"), 405, "method_not_allowed")
    check(anonymous.generic("TRACE", "/api/v1/lookup/"), 405, "method_not_allowed")


@pytest.mark.parametrize("header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD"])
def test_a_header_changes_no_method(anonymous, header):
    check(anonymous.post("/api/v1/procedures/", {}, **{header: "GET"}), 405, "method_not_allowed")


def test_html_is_not_what_a_program_gets(anonymous, desk):
    check(anonymous.get("/api/v1/procedures/", HTTP_ACCEPT="text/html"), 406, "not_acceptable")
    browser = anonymous.get("/api/v1/procedures/", HTTP_ACCEPT="text/html,application/xhtml+xml,*/*;q=0.8")
    assert browser["Content-Type"] == "application/json"
    check(anonymous.get("/api/v1/procedures/?format=api"), 400, "unknown_parameter")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_a_body_that_is_no_json(anonymous, content_type):
    check(anonymous.post("/api/v1/lookup/", "a=b", content_type=content_type), 415, "unsupported_media_type")


def test_nobody_is_told_to_sign_in(anonymous):
    response = anonymous.get("/api/v1/me/")
    check(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_person_without_the_right_is_told_so(citizen):
    check(citizen.get("/api/v1/officer/queues/"), 403, "permission_denied")


def test_a_host_that_is_not_ours(anonymous):
    check(anonymous.get("/api/v1/procedures/", HTTP_HOST="evil.example"), 400, "bad_request")


def test_our_own_fault_is_told_without_its_details(monkeypatch, desk, anonymous):
    def fails(**_given):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(lookup, "find", fails)
    anonymous.raise_request_exception = False
    response = anonymous.post("/api/v1/lookup/", {"code": "x", "factor": "1234"})
    check(response, 500, "error")
    assert "secret detail" not in response.content.decode()


def test_who_asks_too_often_is_told_how_long_to_wait(anonymous, desk, settings):
    settings.API_ANONYMOUS_REQUESTS_PER_MINUTE = 2
    for _number in range(2):
        assert anonymous.get("/api/v1/procedures/").status_code == 200
    response = anonymous.get("/api/v1/procedures/")
    check(response, 429, "throttled")
    assert 1 <= int(response["Retry-After"]) <= 66
    assert RateWindow.objects.exists()


def test_each_token_has_its_own_quota(citizen, stranger, settings):
    settings.API_REQUESTS_PER_MINUTE = 1
    assert citizen.get("/api/v1/me/").status_code == 200
    assert citizen.get("/api/v1/me/").status_code == 429
    assert stranger.get("/api/v1/me/").status_code == 200


def test_another_address_in_a_forwarded_header_gives_no_new_quota(anonymous, desk, settings):
    settings.API_ANONYMOUS_REQUESTS_PER_MINUTE = 1
    answers = [anonymous.get("/api/v1/procedures/", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_the_callers_own_request_id_is_not_taken_over(anonymous, desk):
    response = anonymous.get("/api/v1/procedures/", HTTP_X_REQUEST_ID="<script>")
    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-Request-ID"])


def test_the_log_tells_about_the_request_under_the_same_id(anonymous, desk, caplog):
    with caplog.at_level("INFO"):
        response = anonymous.get("/api/v1/procedures/")
    assert response["X-Request-ID"] in caplog.text


def test_pages_outside_the_api_keep_their_own_errors(anonymous):
    response = anonymous.get("/khong-co/")
    assert response["Content-Type"].startswith("text/html")
    assert "X-Request-ID" not in response


def test_messages_speak_the_language_that_was_chosen(anonymous):
    assert anonymous.get("/api/v1/me/").json()["error"]["message"] == "Mời Ông/Bà đăng nhập."
    anonymous.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    assert anonymous.get("/api/v1/me/").json()["error"]["message"] == "Sign in first."


def views():
    return [(pattern.name, addresses.view_of(pattern)) for pattern in addresses.patterns()]


def test_every_view_says_who_may_call_it():
    silent = [name for name, view in views() if not view.permission_classes or Nobody in view.permission_classes]
    assert silent == []


def test_only_what_is_for_everybody_is_open_to_everybody():
    open_to_all = {name for name, view in views() if view.permission_classes == [Anybody]}
    assert open_to_all == {"schema", "docs", "procedures", "procedure", "agencies", "lookup"}


def test_a_view_that_says_nothing_lets_nobody_in(citizen, desk):
    assert django_settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == ["core.api.permissions.Nobody"]
    assert Nobody().has_permission(None, None) is False
    assert resolve("/api/v1/me/").func.cls.permission_classes != [Nobody]


def test_answers_for_one_person_are_kept_by_no_cache(citizen, desk):
    for address in ("/api/v1/me/", "/api/v1/me/dossiers/"):
        assert citizen.get(address)["Cache-Control"] == "private, no-store"
    assert APIClient().get("/api/v1/procedures/")["Cache-Control"] == "public, max-age=60"
    assert selectors.filed_by(desk.citizen).count() == 0
    assert Procedure.objects.count() == 1

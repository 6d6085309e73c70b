"""Home, the pages of trouble, and the language."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path, reverse

from portal import urls as portal_urls
from procedures.enums import LifeEvent
from tests import factories


def _denied(request):
    raise PermissionDenied("secret reason")


def _suspicious(request):
    raise SuspiciousOperation("secret reason")


def _broken(request):
    raise RuntimeError("secret reason")


def _too_much(request):
    raise RequestDataTooBig("secret reason")


def _without_database(request):
    raise OperationalError("server closed the connection")


def _keeps_something(request):
    request.session["seen"] = True
    return HttpResponse()


def _on_a_dead_connection(request):
    raise InterfaceError("connection already closed")


urlpatterns = [
    *portal_urls.urlpatterns,
    path("thu/403/", _denied),
    path("thu/400/", _suspicious),
    path("thu/413/", _too_much),
    path("thu/500/", _broken),
    path("thu/503/", _without_database),
    path("thu/503-noi/", _on_a_dead_connection),
    path("api/v1/thu-503/", _without_database),
    path("thu/phien/", _keeps_something),
]
handler400, handler403 = portal_urls.handler400, portal_urls.handler403
handler404, handler500 = portal_urls.handler404, portal_urls.handler500


def test_home_offers_search_and_every_life_event(client, db):
    text = client.get(reverse("home")).text
    assert f'action="{reverse("procedures:catalogue")}"' in text
    for event in LifeEvent:
        assert f"?life_event={event}" in text


def test_home_needs_no_query_for_a_stranger(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("home"))


@pytest.mark.urls("tests.portal.test_views")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("thu/400", 400),
        ("thu/403", 403),
        ("khong-co", 404),
        ("thu/413", 413),
        ("thu/500", 500),
        ("thu/503", 503),
    ],
)
def test_trouble_says_what_to_do_and_keeps_its_reason_to_itself(db, address, status):
    answer = Client(raise_request_exception=False).get(f"/{address}/")
    assert answer.status_code == status
    assert "1022" in answer.text
    assert 'href="/thu-tuc/"' in answer.text
    assert "secret reason" not in answer.text


@pytest.mark.urls("tests.portal.test_views")
@pytest.mark.parametrize("address", ["/thu/503/", "/thu/503-noi/", "/api/v1/thu-503/"])
def test_a_database_that_is_away_asks_to_come_again_in_a_moment(db, address):
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "server closed" not in answer.text


@pytest.mark.urls("tests.portal.test_views")
@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (DatabaseError, 400)])
def test_a_session_that_could_not_be_saved_is_no_fault_of_the_visitor(db, monkeypatch, error, status):
    """The database goes away after the step and before the answer; a session ended elsewhere stays 400."""
    client = Client(raise_request_exception=False)
    client.force_login(factories.citizen())

    def fail(*_args, **_kwargs):
        raise error("cut")

    monkeypatch.setattr(Session, "save", fail)
    assert client.get("/thu/phien/").status_code == status


@pytest.mark.urls("tests.portal.test_views")
def test_page_of_a_failure_asks_nothing_of_the_database():
    """Without the ``db`` mark any query fails the test."""
    assert Client(raise_request_exception=False).get("/thu/500/").status_code == 500


def test_form_with_a_stale_token_says_that_the_text_is_kept(db):
    answer = Client(enforce_csrf_checks=True).post(reverse("set_language"), {"language": "en"})
    assert answer.status_code == 403
    assert "1022" in answer.text
    assert "cookie" in answer.text


@pytest.mark.parametrize("status", [413, 429, 503])
def test_pages_for_other_apps_to_answer_with_exist(status):
    assert "govuk-heading-l" in render_to_string(f"{status}.html", request=None)


@pytest.mark.parametrize("header", ["en-GB,en;q=0.9", "fr", ""])
def test_pages_are_vietnamese_whatever_the_browser_announces(client, db, header):
    answer = client.get("/", headers={"Accept-Language": header})
    assert '<html lang="vi">' in answer.text
    assert answer["Content-Language"] == "vi"


def test_chosen_language_is_remembered(client, db):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert '<html lang="en">' in client.get("/").text


def test_unknown_language_in_the_cookie_counts_for_nothing(client, db, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="vi">' in client.get("/").text


def test_no_page_carries_inline_script_or_style(client, db):
    text = client.get("/").text
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text


def test_an_address_that_takes_forms_alone_says_what_to_do_instead_of_staying_blank(client, db):
    answer = client.get(reverse("accounts:sign_out"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "1022" in answer.text
    assert client.put(reverse("accounts:sign_out")).content == b""

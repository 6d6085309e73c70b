"""The page of the public lookup: one answer for every failure, no word too many, and not often."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.enums import Status
from notifications.services import links
from tests import factories
from tests.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

PAGE = "/tra-cuu/"
NOT_FOUND = "Không tìm thấy hồ sơ với mã và 4 chữ số này"


@pytest.fixture
def dossier(desk):
    return desk.dossier(Status.RECEIVED)


def ask(client, code, factor):
    return client.post(PAGE, {"code": code, "factor": factor})


def last_digits(dossier):
    return dossier.applicant_phone[-4:]


def wrong_digits(dossier):
    taken = {dossier.applicant_phone[-4:], dossier.applicant_identity[-4:]}
    return next(text for text in ("1234", "4321", "7777") if text not in taken)


def text_of(response):
    return html.unescape(response.content.decode())


def words_of(response):
    """Return the page without what differs from request to request, and without what was typed."""
    return re.sub(r'[A-Za-z0-9]{64}|value="[^"]*"', "", text_of(response))


def test_the_page_is_open_to_all_and_kept_by_nobody(client):
    response = client.get(PAGE)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text_of(response)


@pytest.mark.parametrize("method", ["head", "put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(PAGE).status_code == 405


def test_code_and_four_digits_tell_status_unit_and_dates_and_nothing_else(client, desk, dossier):
    for factor in (last_digits(dossier), dossier.applicant_identity[-4:]):
        response = ask(client, f" {dossier.code.lower()} ", factor)
        assert response.status_code == 200
        text = text_of(response)
        assert "Được tiếp nhận" in text
        assert "UBND phường Trấn Biên" in text
        for secret in (dossier.applicant_name, dossier.applicant_phone, desk.procedure.name, "Nguyễn Minh An"):
            assert secret not in text


def test_an_unknown_code_and_wrong_digits_are_told_apart_by_nothing(client, dossier):
    wrong = ask(client, dossier.code, wrong_digits(dossier))
    unknown = ask(client, "H19.26-261123-9999", last_digits(dossier))
    draft_like = ask(client, "khong-phai-ma", last_digits(dossier))
    assert wrong.status_code == unknown.status_code == draft_like.status_code == 404
    assert NOT_FOUND in text_of(wrong)
    assert words_of(wrong) == words_of(unknown) == words_of(draft_like)


def test_an_unknown_code_and_wrong_digits_cost_the_same(client, dossier):
    def work(code, factor):
        with CaptureQueriesContext(connection) as queries:
            assert ask(client, code, factor).status_code == 404
        return [re.sub(r"'[^']*'|[0-9a-f]{64}|s[0-9]+_x[0-9]+", "?", query["sql"]) for query in queries]

    assert work(dossier.code, wrong_digits(dossier)) == work("H19.26-261123-9999", wrong_digits(dossier))


def test_a_code_in_the_address_is_filled_in_and_answers_nothing(client, dossier):
    response = client.get(PAGE, {"ma": dossier.code, "factor": last_digits(dossier)})
    assert f'value="{dossier.code}"' in text_of(response)
    assert "Được tiếp nhận" not in text_of(response)


@pytest.mark.parametrize("factor", ["", "123", "12345", "abcd", "١٢٣٤", "12 4"])
def test_what_are_no_four_digits_says_so_whether_or_not_the_dossier_exists(client, dossier, factor):
    for code in (dossier.code, "H19.26-261123-9999"):
        response = ask(client, code, factor)
        assert response.status_code == 422
        assert "Mời Ông/Bà nhập đúng 4 chữ số." in text_of(response)


def test_twenty_questions_a_minute_are_enough_from_one_place(client):
    answers = [ask(client, f"H19.26-261123-{number:04}", "1234").status_code for number in range(21)]
    assert answers == [404] * 20 + [429]


def test_whoever_asked_too_often_is_told_how_long_to_wait(client):
    for number in range(20):
        ask(client, f"H19.26-261123-{number:04}", "1234")
    response = ask(client, "H19.26-261123-0001", "1234")
    assert int(response["Retry-After"]) < 120
    assert f"Mời Ông/Bà chờ {response['Retry-After']} giây rồi thử lại." in text_of(response)


def test_a_forwarded_address_buys_no_new_questions(client):
    headers = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(21)]
    data = {"code": "H19.26-261123-0001", "factor": "1234"}
    answers = [
        client.post(PAGE, {**data, "code": f"H19.26-261123-{n:04}"}, headers=head).status_code
        for n, head in enumerate(headers)
    ]
    assert answers[-1] == 429


def test_digits_of_one_code_cannot_be_tried_through_from_many_places(dossier):
    def from_place(number, factor):
        data = {"code": dossier.code, "factor": factor}
        return Client(REMOTE_ADDR=f"203.0.113.{number}").post(PAGE, data).status_code

    wrong = wrong_digits(dossier)
    assert [from_place(number, wrong) for number in range(11)] == [404] * 10 + [429]
    assert from_place(99, last_digits(dossier)) == 429


def test_whoever_knows_the_digits_may_look_as_often_as_they_like(dossier):
    for number in range(12):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        assert ask(client, dossier.code, last_digits(dossier)).status_code == 200


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (Status.SUPPLEMENT, "Thời hạn đang tạm dừng"),
        (Status.RETURNED, "Khép lại lúc"),
        (Status.IN_PROCESS, "Hẹn trả kết quả"),
    ],
)
def test_dates_follow_the_status(client, desk, status, shown):
    dossier = desk.dossier(status)
    assert shown in text_of(ask(client, dossier.code, last_digits(dossier)))


def test_lateness_is_admitted(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS, at=MONDAY.replace(day=2))
    services.mark_overdue(dossier_id=dossier.pk, at=MONDAY)
    assert "chúng tôi xin lỗi Ông/Bà" in text_of(ask(client, dossier.code, last_digits(dossier)))


def test_a_dossier_of_another_agency_opens_as_well(client, other_desk):
    dossier = other_desk.dossier(Status.SUBMITTED)
    assert "UBND xã Long Thành" in text_of(ask(client, dossier.code, last_digits(dossier)))


def test_nothing_of_the_question_reaches_the_log(client, dossier, caplog):
    ask(client, dossier.code, last_digits(dossier))
    assert dossier.code not in caplog.text
    assert dossier.applicant_phone not in caplog.text


def test_the_short_address_of_a_message_leads_here_with_the_code_filled_in(client, dossier):
    address = links.addresses([dossier.pk], at=MONDAY)[dossier.pk]
    token = address.rpartition("/")[2]
    response = client.get(f"/h/{token}", follow=True)
    assert response.redirect_chain[-1][0].startswith(PAGE)
    assert f'value="{dossier.code}"' in text_of(response)
    client.force_login(factories.citizen("Kẻ Lạ"))
    assert client.get(f"/h/{token}", follow=True).redirect_chain[-1][0].startswith(PAGE)

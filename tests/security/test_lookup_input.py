"""Corpus C4: what people and machines type into the public lookup. Never a 5xx, never a word too many."""

import json
from pathlib import Path

import pytest

from core.models import RateWindow
from dossiers.enums import Status
from dossiers.models import Dossier, DossierEvent
from tests.factories import Desk

pytestmark = pytest.mark.django_db

C4 = json.loads((Path(__file__).parent.parent / "corpus" / "C4.json").read_text(encoding="utf-8"))
PAGE = "/tra-cuu/"


def rows(name):
    return [pytest.param(item, id=item["id"]) for item in C4[name]]


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def dossier(desk):
    return desk.dossier(Status.RECEIVED)


@pytest.fixture
def words(desk, dossier):
    """Return what the places in the corpus stand for."""
    code, last = dossier.code, int(dossier.code[-4:])
    head, day, number = code.split("-")
    return {
        "code": code,
        "phone": dossier.applicant_phone,
        "wrong": "7878",
        "next": f"{head}-{day}-{last + 1:04}",
        "draft": str(desk.draft().public_id),
        "lower": code.lower(),
        "spaced": f"{head} - {day} - {number}",
        "letters": f"{head}-{day}-{number}".replace("0", "O").replace("1", "l"),
        "dashed": code.replace("-", "–"),
    }


def value(item, name, words, default=""):
    if f"{name}_repeats" in item:
        text, times = item[f"{name}_repeats"]
        return text * times
    if f"{name}_list" in item:
        return [filled(text, words) for text in item[f"{name}_list"]]
    return filled(item.get(name, default), words)


def filled(text, words):
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


@pytest.mark.parametrize("item", rows("refused"))
def test_c4_is_refused(client, dossier, words, item):
    before = (dossier.version, DossierEvent.objects.count())
    data = {"code": value(item, "code", words), "factor": value(item, "factor", words, dossier.applicant_phone[-4:])}
    response = client.post(PAGE, data)
    assert response.status_code == item["status"]
    page = response.content.decode()
    for secret in (dossier.applicant_name, "UBND phường Trấn Biên", "<script>alert(1)", "Set-Cookie: a=b\r\n"):
        assert secret not in page
    assert (Dossier.objects.get(pk=dossier.pk).version, DossierEvent.objects.count()) == before


@pytest.mark.parametrize("item", rows("found"))
def test_c4_is_understood(client, dossier, words, item):
    data = {"code": value(item, "code", words), "factor": dossier.applicant_phone[-4:]}
    response = client.post(PAGE + item.get("query", ""), data)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert dossier.code in response.content.decode()
    assert not response.content.startswith(b"alert")


@pytest.mark.parametrize("method", ["HEAD", "TRACE", "PUT", "DELETE", "PROPFIND"])
def test_c4_10_other_methods(client, method):
    assert client.generic(method, PAGE).status_code == 405


@pytest.mark.parametrize("ma", ["<script>alert(1)</script>", "\x00", "a" * 5000, "\u202e", "' OR 1=1--"])
def test_c4_whatever_stands_in_the_address_is_only_filled_in(client, ma):
    response = client.get(PAGE, {"ma": ma})
    assert response.status_code == 200
    assert "<script>alert(1)" not in response.content.decode()


def test_c4_9_walking_through_the_numbers_ends_at_the_twentieth(client, dossier):
    head = dossier.code[:-4]
    answers = [
        client.post(PAGE, {"code": f"{head}{number:04}", "factor": "7878"}).status_code for number in range(2, 30)
    ]
    assert answers == [404] * 20 + [429] * 8


def test_c4_a_limited_question_asks_nothing_of_the_dossiers(client, dossier, django_assert_num_queries):
    for number in range(20):
        client.post(PAGE, {"code": f"H19.26-261123-{number:04}", "factor": "7878"})
    counted = RateWindow.objects.count()
    response = client.post(PAGE, {"code": dossier.code, "factor": dossier.applicant_phone[-4:]})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert RateWindow.objects.count() == counted

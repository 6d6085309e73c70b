"""Hostile input to the desk (corpora C6 and C7): a clear answer, never a crash, and nothing changed."""

import json
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from core import paging
from dossiers.enums import Status
from dossiers.models import Dossier
from dossiers.views import officer
from tests import factories
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db
_CORPUS = Path(__file__).parent.parent / "corpus"
C6, C7 = (json.loads((_CORPUS / f"{name}.json").read_text()) for name in ("C6", "C7"))


def cases(items):
    return pytest.mark.parametrize("case", items, ids=[item["id"] for item in items])


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def stranger():
    return Desk(factories.agency("H19.30", "UBND xã Long Thành"))


def version(dossier):
    return Dossier.objects.values_list("version", flat=True).get(pk=dossier.pk)


@cases(C6["steps"])
def test_a_step_that_must_not_be_taken_is_answered_and_changes_nothing(client, desk, stranger, case):
    dossier = desk.dossier(Status[case["status"]])
    client.force_login(stranger.receiver if case["who"] == "stranger" else getattr(desk, case["who"]))
    sent = {name: value.format(unit=desk.agency.pk) for name, value in case.get("sent", {}).items()}
    sent |= {name: text * times for name, (text, times) in case.get("sent_repeats", {}).items()}
    given = case.get("version", dossier.version)
    if given is not None:
        sent["version"] = given
    response = client.post(f"/can-bo/ho-so/{dossier.code}/{case['slug']}/", sent)
    assert response.status_code == case["expect"]
    assert version(dossier) == dossier.version


@cases(C6["ignored"])
def test_what_no_form_asks_for_is_ignored(client, desk, case):
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(desk.receiver)
    response = client.post(f"/can-bo/ho-so/{dossier.code}/tiep-nhan/", {"version": dossier.version} | case["sent"])
    assert response.status_code == 303
    received = Dossier.objects.get(pk=dossier.pk)
    assert (received.status, received.received_at, received.closed_at) == (Status.RECEIVED, MONDAY, None)
    assert received.events.last().actor == desk.receiver


@cases(C6["bulk"])
def test_more_dossiers_than_a_page_holds_are_refused_at_once(client, desk, case):
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(desk.receiver)
    marked = [f"{dossier.code}:{dossier.version}"] * case["marked"]
    assert client.post("/can-bo/hang-loat/", {"do": "receive", "dossier": marked}).status_code == 400
    assert version(dossier) == dossier.version


@cases(C6["read_only"])
def test_while_nothing_may_change_no_step_is_taken(client, desk, settings, case):
    settings.READ_ONLY = True
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(desk.receiver)
    here = {"code": dossier.code, "version": dossier.version}
    sent = {name: value.format(**here) for name, value in case["sent"].items()}
    response = client.post(case["path"].format(**here), sent, headers=case.get("headers"))
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert version(dossier) == dossier.version


def query_of(case):
    prefix, text, times = case.get("query_repeats", ("", "", 0))
    return case.get("query", prefix + text * times)


def check(response, case):
    assert response.status_code == case["expect"]
    if "rows" in case:
        assert len(response.context["rows"]) == case["rows"]
    assert "<script>alert" not in response.content.decode()


@cases(C7["queue"])
def test_an_address_of_a_queue_can_be_typed_by_anybody(client, desk, stranger, case):
    desk.dossier(Status.RECEIVED)
    desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.leader)
    check(client.get(f"/can-bo/hang-doi/cua-don-vi/?{query_of(case)}"), case)


@cases(C7["search"])
def test_an_address_of_the_search_can_be_typed_by_anybody(client, desk, stranger, case):
    desk.dossier(Status.RECEIVED)
    desk.dossier(Status.RETURNED)
    client.force_login(desk.leader)
    check(client.get(f"/can-bo/tim/?{query_of(case)}"), case)


def test_a_cursor_with_one_character_changed_is_refused(client, desk):
    for _number in range(3):
        desk.dossier(Status.RECEIVED)
    client.force_login(desk.leader)
    following = client.get("/can-bo/hang-doi/cua-don-vi/?page_size=1").context["next"]
    cursor = re.search(r"cursor=([^&]+)", following)[1]
    assert client.get("/can-bo/hang-doi/cua-don-vi/", {"cursor": cursor.replace("%3A", ":")}).status_code == 200
    for index in range(0, len(cursor), 7):
        changed = cursor[:index] + ("x" if cursor[index] != "x" else "y") + cursor[index + 1 :]
        address = "/can-bo/hang-doi/cua-don-vi/?cursor=" + changed
        assert client.get(address).status_code == 400, changed


@pytest.mark.parametrize("code", ["%00", "a%00b", "..%2F..%2Fetc", "H19.26-261123-9999", "x" * 300, "%F0%9F%92%A9"])
def test_a_code_that_is_none_is_not_found(client, desk, code):
    client.force_login(desk.leader)
    assert client.get(f"/can-bo/ho-so/{code}/").status_code == 404


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{ 7*7 }}", "{% debug %}", "<img src=x onerror=alert(1)>", "=cmd|' /c calc'!A1"],
)
def test_words_of_strangers_are_shown_as_they_are(client, desk, text):
    dossier = desk.dossier(Status.SUBMITTED)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name=text, data={"child": {"name": text}})
    client.force_login(desk.receiver)
    for address in ("/can-bo/hang-doi/cho-tiep-nhan/", reverse("desk:dossier", args=[dossier.code])):
        assert escape(text) in client.get(address).content.decode()


def test_counts_tell_nothing_of_another_unit(client, desk, stranger):
    for status in Status:
        if status != Status.DRAFT:
            desk.dossier(status)
    for who in ("receiver", "processor", "leader", "returner"):
        client.force_login(getattr(stranger, who))
        context = client.get("/can-bo/").context
        assert {item.count for item in context["nav"]} == {0}
        assert context["holders"] == []
        assert context["figures"] is None or set(vars(context["figures"]).values()) == {0}


def test_a_full_count_is_shown_as_more_than_a_thousand():
    full = officer.NavItem("cua-toi", "Việc của tôi", "/", is_current=False, is_home=True, count=paging.COUNT_CAP)
    assert "hơn 1.000" in render_to_string("desk/_queues.html", {"nav": [full], "is_counted": True})

"""A citizen's program follows dossiers: list, detail, timeline, clock, messages, supply, withdrawal."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as people
from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier, SupplementItem
from tests.factories import MONDAY


def at(dossier, rest=""):
    return f"/api/v1/me/dossiers/{dossier.code}/{rest}"


def test_the_list_shows_what_was_filed_and_no_draft(citizen, desk):
    desk.draft()
    dossier = desk.dossier(Status.RECEIVED)
    (row,) = citizen.get("/api/v1/me/dossiers/").json()["results"]
    assert row["code"] == dossier.code
    assert row["status"] == Status.RECEIVED
    assert row["procedure"] == {"code": "1.001193", "name": "Thủ tục đăng ký khai sinh"}
    assert row["is_late"] is False


def test_the_list_can_be_narrowed_to_a_status(citizen, desk):
    desk.dossier(Status.RECEIVED)
    refused = desk.dossier(Status.REFUSED)
    rows = citizen.get("/api/v1/me/dossiers/", {"status": "3"}).json()["results"]
    assert [row["code"] for row in rows] == [refused.code]


def test_pages_follow_each_other_without_gap_or_double(citizen, desk):
    codes = {desk.dossier(Status.SUBMITTED).code for _number in range(5)}
    seen, cursor = [], ""
    while True:
        query = {"page_size": 2} | ({"cursor": cursor} if cursor else {})
        page = citizen.get("/api/v1/me/dossiers/", query).json()
        assert len(page["results"]) <= 2
        seen += [row["code"] for row in page["results"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == 5
    assert set(seen) == codes


def test_the_list_asks_as_often_for_one_as_for_three(citizen, desk):
    asked = []
    citizen.get("/api/v1/me/")
    for count in (1, 3):
        while Dossier.objects.count() < count:
            desk.dossier(Status.RECEIVED)
        with CaptureQueriesContext(connection) as queries:
            assert len(citizen.get("/api/v1/me/dossiers/").json()["results"]) == count
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_one_dossier_tells_what_may_be_done_now(citizen, desk):
    shown = citizen.get(at(desk.dossier(Status.SUPPLEMENT))).json()
    assert shown["next_steps"] == ["supply", "withdraw", "write"]
    assert shown["answers"] == {"child": {"name": "Nguyễn Minh An"}}
    (item,) = shown["supplement"]["items"]
    assert (item["key"], item["reason"], item["comment"]) == ("child.name", "wrong", "Ghi đúng như giấy")
    assert shown["obligation"] is None


def test_an_obligation_is_told_with_amount_and_day(citizen, desk):
    obligation = citizen.get(at(desk.dossier(Status.OBLIGATION))).json()["obligation"]
    assert (obligation["what"], obligation["amount_vnd"]) == ("Lệ phí trước bạ", 1_250_000)


def test_a_proposed_result_is_not_told_before_it_is_approved(citizen, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Giấy khai sinh số 15")
    assert citizen.get(at(dossier)).json()["result"] == ""
    services.finish(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY)
    assert citizen.get(at(dossier)).json()["result"] == "Giấy khai sinh số 15"


def test_the_timeline_tells_the_citizen_nothing_internal(citizen, desk):
    dossier = desk.dossier(Status.RETURNED)
    entries = citizen.get(at(dossier, "timeline/")).json()["entries"]
    assert [entry["status"] for entry in entries] == [10, 9, 4, 2, 1]
    told = str(entries)
    assert desk.processor.full_name not in told
    assert desk.leader.full_name not in told


def test_the_clock_explains_the_due_date(citizen, desk):
    dossier = desk.dossier(Status.RECEIVED)
    told = citizen.get(at(dossier, "clock/")).json()
    assert told["due_at"] is not None
    assert [line["kind"] for line in told["lines"]][:2] == ["received", "limit"]
    assert told["lines"][0]["text"].startswith("Tiếp nhận")


def test_a_message_is_written_and_read(citizen, desk):
    dossier = desk.dossier(Status.RECEIVED)
    assert citizen.post(at(dossier, "messages/"), {"text": "Xin hỏi <b>giờ</b> nhận"}).status_code == 201
    (message,) = citizen.get(at(dossier, "messages/")).json()["messages"]
    assert (message["text"], message["side"], message["by"]) == ("Xin hỏi <b>giờ</b> nhận", "citizen", "Ông/Bà")


def test_a_flood_of_messages_is_held_back_like_on_the_page(citizen, desk):
    dossier = desk.dossier(Status.RECEIVED)
    statuses = [citizen.post(at(dossier, "messages/"), {"text": "Alô"}).status_code for _number in range(21)]
    assert statuses == [201] * 20 + [429]


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_message_without_words_or_without_end_is_refused(citizen, desk, text):
    dossier = desk.dossier(Status.RECEIVED)
    assert citizen.post(at(dossier, "messages/"), {"text": text}).status_code == 400
    assert dossier.thread.count() == 0


def test_what_was_asked_for_is_supplied(citizen, desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    body = {"expected_version": dossier.version, "answers": {"child.name": "Nguyễn Minh Anh"}}
    done = citizen.post(at(dossier, "supply/"), body)
    assert (done.status_code, done.json()["status"]) == (200, Status.IN_PROCESS)
    assert Dossier.objects.get(pk=dossier.pk).data == {"child": {"name": "Nguyễn Minh Anh"}}


def test_an_answer_is_kept_even_when_it_does_not_do_yet(citizen, desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    body = {"expected_version": dossier.version, "answers": {"child.name": "x" * 5000}}
    refused = citizen.post(at(dossier, "supply/"), body)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["child.name"])
    assert SupplementItem.objects.get().answer == "x" * 5000
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version


def test_what_nobody_asked_for_is_refused(citizen, desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    body = {"expected_version": dossier.version, "answers": {"child.name": "An", "child.born": "2026-01-01"}}
    refused = citizen.post(at(dossier, "supply/"), body)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["child.born"])
    assert SupplementItem.objects.get().answer is None


def test_supplying_when_nothing_is_asked_for_is_a_conflict(citizen, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    for answers in ({}, {"child.name": "An"}):
        body = {"expected_version": dossier.version, "answers": answers}
        refused = citizen.post(at(dossier, "supply/"), body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "step_not_possible")


def test_a_dossier_is_withdrawn_once(citizen, desk):
    dossier = desk.dossier(Status.RECEIVED)
    body = {"expected_version": dossier.version, "reason": "Nộp nhầm"}
    done = citizen.post(at(dossier, "withdraw/"), body)
    assert (done.status_code, done.json()["status"]) == (200, Status.WITHDRAWN)
    assert citizen.post(at(dossier, "withdraw/"), body).json()["error"]["code"] == "stale"


def test_a_citizen_who_was_too_slow_hears_no_officers_name(citizen, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    desk.receive(dossier, MONDAY)
    refused = citizen.post(at(dossier, "withdraw/"), {"expected_version": dossier.version})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "stale")
    assert "conflict" not in refused.json()["error"]
    assert desk.receiver.full_name not in refused.content.decode()


READS = ["", "timeline/", "clock/", "messages/", "papers/"]
WRITES = ["messages/", "supply/", "withdraw/", "papers/"]


def test_a_dossier_of_somebody_else_does_not_exist(stranger, desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    body = {"text": "x", "expected_version": dossier.version}
    answers = [stranger.get(at(dossier, part)) for part in READS]
    answers += [stranger.post(at(dossier, part), body, format="json") for part in WRITES[:3]]
    answers.append(stranger.post(at(dossier, "papers/"), {"component": "x"}, format="multipart"))
    assert {answer.status_code for answer in answers} == {404}
    assert stranger.get("/api/v1/me/dossiers/").json()["results"] == []
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version


def test_an_officer_reads_no_dossier_as_a_citizen(desk, program):
    dossier = desk.dossier(Status.RECEIVED)
    assert program(desk.receiver, "citizen").get(at(dossier)).status_code == 404


@pytest.mark.parametrize("code", ["%00", "a%00b", "..%2F..%2Fadmin", "H19.26-261123-9999", "x" * 300])
def test_a_code_that_is_none_is_not_found(citizen, code):
    assert citizen.get(f"/api/v1/me/dossiers/{code}/").status_code == 404


def test_the_profile_is_told_to_its_owner(citizen, desk):
    shown = citizen.get("/api/v1/me/").json()
    assert shown["full_name"] == desk.citizen.full_name
    assert shown["phone"] == desk.citizen.phone
    assert shown["address"] == {"province": "75", "commune": "26041", "street": "12 đường Hoa Sen"}
    assert shown["mandates"] == []
    assert people.MAX_TOKEN_LIFETIME.days == 90

"""The officer's program: queues, one dossier, and every step with the pages' own rules."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from dossiers import services
from dossiers.api import steps
from dossiers.api.officer import QueueQuery
from dossiers.enums import EventKind, Status
from dossiers.forms.queue import FilterForm
from dossiers.models import Dossier
from dossiers.views import officer_actions
from tests import factories
from tests.factories import MONDAY


def at(dossier, rest=""):
    return f"/api/v1/officer/dossiers/{dossier.code}/{rest}"


def take(client, dossier, name, **given):
    body = {"expected_version": dossier.version} | given
    return client.post(at(dossier, f"{name}/"), body)


def test_the_queues_are_those_of_the_officers_roles(receiver, desk):
    desk.dossier(Status.SUBMITTED)
    queues = {queue["slug"]: queue for queue in receiver.get("/api/v1/officer/queues/").json()["queues"]}
    assert queues["cho-tiep-nhan"]["count"] == 1
    assert queues["cho-tiep-nhan"]["is_more"] is False
    assert "cho-duyet" not in queues


def test_a_queue_shows_what_lies_in_it(receiver, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    (row,) = receiver.get("/api/v1/officer/queues/cho-tiep-nhan/").json()["results"]
    assert (row["code"], row["version"], row["assignee"]) == (dossier.code, dossier.version, None)
    assert row["level"] == "ok"


def test_a_queue_that_the_officer_does_not_have_is_not_found(receiver):
    assert receiver.get("/api/v1/officer/queues/cho-duyet/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "nguyen thi hoa"}, 1),
        ({"q": "khong ai"}, 0),
        ({"procedure": "1.001193"}, 1),
        ({"assignee": "none"}, 0),
        ({"unit": "H19.99"}, 0),
        ({"due": "late"}, 0),
        ({"since": "2026-11-23", "until": "2026-11-23"}, 1),
    ],
)
def test_a_queue_is_narrowed_by_the_filters_of_the_page(processor, desk, query, found):
    desk.dossier(Status.IN_PROCESS)
    assert len(processor.get("/api/v1/officer/queues/cua-don-vi/", query).json()["results"]) == found


def test_the_time_left_is_asked_for_in_the_words_of_the_page():
    asked = FilterForm().fields["due"].choices
    assert [word for word in QueueQuery().fields["due"].choices if word] == [word for word, _label in asked if word]


def test_filters_that_make_no_sense_together_are_refused(processor, desk):
    refused = processor.get("/api/v1/officer/queues/cua-don-vi/", {"since": "2026-11-23", "until": "2026-11-01"})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["until"])


def test_a_queue_asks_as_often_for_one_as_for_three(receiver, desk):
    asked = []
    receiver.get("/api/v1/officer/queues/")
    for count in (1, 3):
        while Dossier.objects.count() < count:
            desk.dossier(Status.SUBMITTED)
        with CaptureQueriesContext(connection) as queries:
            assert len(receiver.get("/api/v1/officer/queues/cho-tiep-nhan/").json()["results"]) == count
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_pages_of_a_queue_follow_each_other(receiver, desk):
    codes = [desk.dossier(Status.SUBMITTED).code for _number in range(3)]
    first = receiver.get("/api/v1/officer/queues/cho-tiep-nhan/", {"page_size": 2}).json()
    rest = receiver.get("/api/v1/officer/queues/cho-tiep-nhan/", {"page_size": 2, "cursor": first["next"]}).json()
    assert [row["code"] for row in first["results"] + rest["results"]] == codes
    assert rest["next"] == ""


def test_search_finds_without_diacritics(receiver, desk):
    dossier = desk.dossier(Status.RETURNED)
    rows = receiver.get("/api/v1/officer/search/", {"q": "nguyen thi"}).json()["results"]
    assert [row["code"] for row in rows] == [dossier.code]
    assert receiver.get("/api/v1/officer/search/", {"q": "'"}).json()["results"] == []


def test_one_dossier_tells_which_steps_may_follow(receiver, processor, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    assert "receive" in receiver.get(at(dossier)).json()["steps"]
    assert "receive" not in processor.get(at(dossier)).json()["steps"]


def test_one_dossier_shows_answers_history_words_and_clock(processor, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.add_note(dossier=dossier, actor=desk.processor, at=MONDAY, text="Đã gọi")
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Bao giờ xong?")
    shown = processor.get(at(dossier)).json()
    assert shown["answers"] == {"child": {"name": "Nguyễn Minh An"}}
    assert [event["kind"] for event in shown["history"]] == ["write", "start", "receive", "submit"]
    assert [note["text"] for note in shown["notes"]] == ["Đã gọi"]
    assert [message["side"] for message in shown["messages"]] == ["citizen"]
    assert shown["clock"]["lines"]
    assert shown["assignee"] == {"id": desk.processor.pk, "name": desk.processor.full_name}


def test_a_dossier_goes_the_whole_way_by_program(receiver, processor, leader, desk, program):
    dossier = desk.dossier(Status.SUBMITTED)
    officers = receiver.get("/api/v1/officer/officers/", {"unit": "H19.26"}).json()["officers"]
    assert officers == [{"id": desk.processor.pk, "name": desk.processor.full_name}]
    way = [
        (receiver, "receive", {"note": "đủ giấy"}),
        (receiver, "start", {"unit": "H19.26", "assignee": officers[0]["id"]}),
        (processor, "propose", {"result": "Giấy khai sinh số 15/2026"}),
        (leader, "finish", {"result": "Giấy khai sinh số 15/2026"}),
        (program(desk.returner), "return-result", {}),
    ]
    for client, name, given in way:
        done = take(client, Dossier.objects.get(), name, **given)
        assert done.status_code == 200, (name, done.json())
    assert Dossier.objects.get().status == Status.RETURNED
    assert [event.kind for event in dossier.events.order_by("seq")][1:] == [
        name.replace("-", "_") for _client, name, _given in way
    ]


def test_everything_that_is_missing_is_asked_for_at_once(processor, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    items = [
        {"kind": "field", "key": "child.name", "reason": "wrong", "comment": "Ghi như giấy"},
        {"kind": "paper", "key": "giay-chung-sinh", "reason": "missing"},
    ]
    assert take(processor, dossier, "request-supplement", items=items, guidance="Nộp trước thứ Sáu").status_code == 200
    request = dossier.supplements.get()
    assert [(item.key, item.reason) for item in request.items.all()] == [
        ("child.name", "wrong"),
        ("giay-chung-sinh", "missing"),
    ]
    assert request.guidance == "Nộp trước thứ Sáu"


@pytest.mark.parametrize("key", ["child.owner", "__class__", "child.name:reason"])
def test_a_place_that_the_dossier_does_not_have_is_not_asked_for(processor, desk, key):
    dossier = desk.dossier(Status.IN_PROCESS)
    refused = take(processor, dossier, "request-supplement", items=[{"kind": "field", "key": key, "reason": "wrong"}])
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["items.0.key"])


def test_a_place_is_asked_for_once(processor, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    item = {"kind": "field", "key": "child.name", "reason": "wrong"}
    refused = take(processor, dossier, "request-supplement", items=[item, item])
    assert list(refused.json()["error"]["fields"]) == ["items.1.key"]


def test_money_is_asked_for_and_settled(processor, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    asked = take(processor, dossier, "request-obligation", what="Lệ phí", amount_vnd=50_000, due_at="2026-11-27")
    assert asked.status_code == 200
    dossier.refresh_from_db(fields=["version"])
    wrong = take(processor, dossier, "settle-obligation", amount_vnd=49_000, receipt_number="B1")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (422, ["amount_vnd"])
    assert take(processor, dossier, "settle-obligation", amount_vnd=50_000, receipt_number="B1").status_code == 200


def test_the_second_of_two_officers_is_told_who_was_faster(receiver, desk, program):
    dossier = desk.dossier(Status.SUBMITTED)
    colleague = factories.officer(Role.RECEIVE, at=desk.agency, name="Bùi Thị Nhanh")
    assert take(program(colleague), dossier, "receive").status_code == 200
    refused = take(receiver, dossier, "receive").json()["error"]
    assert refused["code"] == "stale"
    assert refused["conflict"]["who"] == "Bùi Thị Nhanh"
    assert refused["conflict"]["what"] == "receive"
    assert refused["conflict"]["at"].startswith("2026-11-23T10:00")
    assert refused["conflict"]["version"] == dossier.version + 1


def test_the_own_last_step_can_be_taken_back(receiver, desk):
    dossier = desk.dossier(Status.RECEIVED)
    assert receiver.get(at(dossier)).json()["can_undo"] is True
    assert take(receiver, dossier, "undo", reason="Nhầm").json()["status"] == Status.SUBMITTED


def test_a_message_and_a_note_need_no_version(processor, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    assert processor.post(at(dossier, "write/"), {"text": "Mời bà đến"}).status_code == 200
    assert processor.post(at(dossier, "add-note/"), {"text": "Đã gọi"}).status_code == 200
    assert (dossier.thread.count(), dossier.notes.count()) == (1, 1)


@pytest.mark.parametrize(
    ("status", "who", "name", "given", "field"),
    [
        (Status.SUBMITTED, "receiver", "refuse", {"reason": "  "}, "reason"),
        (Status.SUBMITTED, "receiver", "refuse", {}, "reason"),
        (Status.IN_PROCESS, "processor", "request-obligation", {"what": "x", "amount_vnd": "50000"}, "amount_vnd"),
        (Status.IN_PROCESS, "processor", "request-obligation", {"what": "x", "amount_vnd": 0}, "amount_vnd"),
        (Status.IN_PROCESS, "processor", "request-supplement", {"items": []}, "items"),
        (Status.RECEIVED, "receiver", "start", {"unit": 7}, "unit"),
        (Status.SUBMITTED, "receiver", "receive", {"received_at": "2020-01-01"}, "received_at"),
    ],
)
def test_input_of_the_wrong_shape_is_told_by_field_and_changes_nothing(desk, program, status, who, name, given, field):
    dossier = desk.dossier(status)
    refused = take(program(getattr(desk, who)), dossier, name, **given)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])
    assert Dossier.objects.get().version == dossier.version


@pytest.mark.parametrize(
    ("status", "who", "name", "given", "field"),
    [
        (Status.RECEIVED, "receiver", "start", {"unit": "H19.99"}, "unit"),
        (Status.RECEIVED, "receiver", "start", {"unit": "H19.26", "assignee": 999_999}, "assignee"),
        (Status.IN_PROCESS, "leader", "assign", {"assignee": 999_999}, "assignee"),
        (
            Status.IN_PROCESS,
            "processor",
            "request-extension",
            {"reason": "x", "new_due_at": "1999-01-01"},
            "new_due_at",
        ),
        (
            Status.IN_PROCESS,
            "processor",
            "request-extension",
            {"reason": "x", "new_due_at": "2020-01-01"},
            "new_due_at",
        ),
    ],
)
def test_input_that_the_law_or_the_agency_does_not_allow_is_told_by_field(
    desk, program, status, who, name, given, field
):
    dossier = desk.dossier(status)
    refused = take(program(getattr(desk, who)), dossier, name, **given)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, [field])
    assert Dossier.objects.get().version == dossier.version


def test_every_action_of_the_page_has_its_address():
    assert len(steps.STEPS) == len(officer_actions.BY_SLUG)
    named = {steps.name_of(action) for action in officer_actions.BY_SLUG.values()}
    assert named == set(steps.STEPS)
    system = {EventKind.STEP_WARNING, EventKind.OVERDUE, EventKind.RECALCULATE}
    citizens = {EventKind.SUBMIT, EventKind.SUPPLY, EventKind.WITHDRAW}
    assert named - {"add-note"} == {kind.value.replace("_", "-") for kind in set(EventKind) - system - citizens}

"""The public lookup by program: the same rules, words and limits as the page."""

import pytest

from dossiers.enums import Status
from tests.factories import MONDAY

ADDRESS = "/api/v1/lookup/"


@pytest.fixture
def dossier(desk):
    return desk.dossier(Status.RECEIVED)


def ask(client, code, factor):
    return client.post(ADDRESS, {"code": code, "factor": factor})


def test_status_unit_and_dates_are_told_and_nothing_else(anonymous, dossier):
    told = ask(anonymous, dossier.code, dossier.applicant_phone[-4:]).json()
    assert told["status"] == Status.RECEIVED
    assert told["unit"] == "UBND phường Trấn Biên"
    assert told.keys() == {
        "code",
        "status",
        "unit",
        "submitted_at",
        "received_at",
        "due_at",
        "closed_at",
        "is_paused",
        "is_late",
    }


def test_a_code_is_read_as_people_write_it(anonymous, dossier):
    typed = dossier.code.lower().replace("0", "o").replace("-", " - ")
    assert ask(anonymous, typed, dossier.applicant_phone[-4:]).status_code == 200


def test_an_unknown_code_and_a_wrong_factor_get_one_answer(anonymous, dossier):
    wrong = "0000" if dossier.applicant_phone[-4:] != "0000" else "1111"
    answers = [ask(anonymous, dossier.code, wrong), ask(anonymous, "H19.26-261123-9999", wrong)]
    told = [{**answer.json()["error"], "request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert told[0] == told[1]


def test_one_code_is_not_tried_through(anonymous, dossier):
    statuses = [ask(anonymous, dossier.code, f"{n:04d}").status_code for n in range(11)]
    assert statuses == [404] * 10 + [429]


def test_page_and_program_count_together(anonymous, client, dossier):
    for n in range(10):
        client.post("/tra-cuu/", {"code": dossier.code, "factor": f"{n:04d}"})
    assert ask(anonymous, dossier.code, "9999").status_code == 429


def test_twenty_questions_a_minute_from_one_place(anonymous, dossier, time_machine):
    factor = dossier.applicant_phone[-4:]
    statuses = [ask(anonymous, dossier.code, factor).status_code for _number in range(21)]
    assert statuses == [200] * 20 + [429]
    assert dossier.submitted_at == MONDAY


@pytest.mark.parametrize("code", ["' OR 1=1--", "../../admin", '{"$ne": ""}', "*"])
def test_a_code_that_is_none_is_not_found(anonymous, dossier, code):
    assert ask(anonymous, code, "1234").status_code == 404


@pytest.mark.parametrize("body", [{}, {"code": "x"}, {"code": ["x"], "factor": "1"}, {"code": "x" * 61, "factor": "1"}])
def test_a_question_of_the_wrong_shape_is_refused(anonymous, dossier, body):
    assert anonymous.post(ADDRESS, body, format="json").status_code == 400


def test_the_question_can_only_be_posted(anonymous):
    assert anonymous.get(ADDRESS).status_code == 405


def test_a_draft_is_not_told(anonymous, desk):
    draft = desk.draft()
    assert ask(anonymous, str(draft.public_id), draft.applicant_phone[-4:]).status_code == 404

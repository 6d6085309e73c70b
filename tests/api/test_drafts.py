"""A program files a dossier for its citizen: draft, answers, submission."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as people
from accounts.models import Enterprise, EnterpriseMember
from dossiers import quotas
from dossiers.enums import Status
from dossiers.models import Dossier
from procedures.models import FormField, FormGroup, Procedure, ProcedureVersion
from tests import factories
from tests.factories import MONDAY

KEY = {"HTTP_IDEMPOTENCY_KEY": "first-try-0001"}
NAME = {"name": "Nguyễn Minh An"}


def begin(citizen, **more):
    made = citizen.post("/api/v1/me/drafts/", {"procedure": "1.001193", "agency": "H19.26"} | more, **KEY)
    assert made.status_code == 201, made.json()
    return f"/api/v1/me/drafts/{made.json()['id']}/"


def put(citizen, address, answers, etag=None, group="child"):
    etag = etag or citizen.get(address)["ETag"]
    return citizen.put(f"{address}answers/{group}/", {"answers": answers}, HTTP_IF_MATCH=etag)


def test_a_dossier_is_filed_from_the_first_request_to_its_code(citizen, desk):
    address = begin(citizen)
    assert citizen.get(f"{address}missing/").json() == {
        "is_complete": False,
        "missing": {"child.name": ["Ông/Bà chưa nhập “Họ, chữ đệm, tên”."]},
    }
    assert put(citizen, address, NAME).json()["answers"] == {"child": NAME}
    assert citizen.get(f"{address}missing/").json() == {"is_complete": True, "missing": {}}
    done = citizen.post(f"{address}submit/", {}, HTTP_IDEMPOTENCY_KEY="submit-it-0001")
    assert done.status_code == 200
    assert done.json()["code"] == "H19.26-261123-0001"
    assert done.json()["status"] == Status.SUBMITTED
    filed = Dossier.objects.get()
    assert (filed.owner, filed.filed_by, filed.data) == (desk.citizen, desk.citizen, {"child": NAME})


def test_the_draft_is_filled_in_from_the_profile(citizen, desk):
    shown = citizen.get(begin(citizen)).json()
    assert shown["applicant_name"] == "Nguyễn Thị Hoa"
    assert shown["applicant_phone"] == desk.citizen.phone
    assert shown["agency"] == {"code": "H19.26", "name": "UBND phường Trấn Biên"}


def test_the_same_key_makes_one_draft(citizen):
    body = {"procedure": "1.001193"}
    first, second = (citizen.post("/api/v1/me/drafts/", body, **KEY) for _try in range(2))
    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Idempotent-Replayed"] == "true"
    assert Dossier.objects.count() == 1


def test_the_same_key_for_another_body_is_refused(citizen):
    begin(citizen)
    other = citizen.post("/api/v1/me/drafts/", {"procedure": "1.001193"}, **KEY)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert Dossier.objects.count() == 1


def test_filing_without_a_key_is_refused(citizen):
    refused = citizen.post("/api/v1/me/drafts/", {"procedure": "1.001193"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "idempotency_key_missing")


def test_two_submissions_under_two_keys_file_once(citizen):
    address = begin(citizen)
    put(citizen, address, NAME)
    told = [citizen.post(f"{address}submit/", {}, HTTP_IDEMPOTENCY_KEY=f"submit-it-{n}").json() for n in (1, 2)]
    assert told[0] == told[1]
    assert Dossier.objects.get().events.count() == 1


def test_an_incomplete_draft_is_not_filed_and_the_same_key_works_afterwards(citizen):
    address = begin(citizen)
    refused = citizen.post(f"{address}submit/", {}, **KEY)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "incomplete")
    assert list(refused.json()["error"]["fields"]) == ["child.name"]
    put(citizen, address, NAME)
    assert citizen.post(f"{address}submit/", {}, **KEY).status_code == 200


def test_a_draft_is_changed_only_by_who_has_read_it(citizen):
    address = begin(citizen)
    old = citizen.get(address)["ETag"]
    assert put(citizen, address, NAME, old).status_code == 200
    stale = put(citizen, address, {"name": "Người khác"}, old)
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "precondition_failed")
    assert citizen.put(f"{address}answers/child/", {"answers": {}}).status_code == 428
    assert citizen.patch(address, {"language": "en"}).status_code == 428
    assert citizen.delete(address).status_code == 428
    assert citizen.delete(address, HTTP_IF_MATCH=old).status_code == 412
    assert Dossier.objects.get().data == {"child": NAME}


def test_every_change_gives_a_new_etag(citizen):
    address = begin(citizen)
    first = citizen.get(address)["ETag"]
    second = put(citizen, address, NAME, first)["ETag"]
    third = citizen.patch(address, {"applicant_email": "hoa@example.vn"}, HTTP_IF_MATCH=second)["ETag"]
    assert len({first, second, third}) == 3
    assert citizen.get(address)["ETag"] == third


def test_what_stands_beside_the_answers_is_cleaned(citizen):
    address = begin(citizen)
    changed = citizen.patch(
        address,
        {"applicant_name": "  Trần\u200b  Văn   Bê ", "applicant_phone": "0903 456 789", "return_method": "post"},
        HTTP_IF_MATCH="*",
    ).json()
    assert changed["applicant_name"] == "Trần Văn Bê"
    assert changed["applicant_phone"] == "84903456789"
    assert changed["return_method"] == "post"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant_phone": "+19005551234"}, "applicant_phone"),
        ({"applicant_email": "no address"}, "applicant_email"),
        ({"applicant_name": "\u200b\u200b"}, "applicant_name"),
        ({"agency": "H19.99"}, "agency"),
    ],
)
def test_what_a_person_would_be_asked_to_correct_is_refused(citizen, change, field):
    address = begin(citizen)
    refused = citizen.patch(address, change, HTTP_IF_MATCH="*")
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == [field]


@pytest.mark.parametrize(
    ("answers", "status", "place"),
    [
        ({"name": "An", "status": 9}, 400, "child.status"),
        ({"born": "2026-02-31"}, 422, "child.born"),
        ({"born": "2023-02-29"}, 422, "child.born"),
        ({"born": "0001-01-01"}, 422, "child.born"),
        ({"name": {"$ne": ""}}, 422, "child.name"),
        ({"name": "x" * 5000}, 422, "child.name"),
        ([NAME], 422, "child"),
    ],
)
def test_an_answer_that_the_form_does_not_take_is_refused_and_nothing_is_kept(citizen, answers, status, place):
    address = begin(citizen)
    refused = put(citizen, address, answers)
    assert refused.status_code == status
    assert list(refused.json()["error"]["fields"]) == [place]
    assert Dossier.objects.get().data == {}


def test_what_is_missing_may_follow_later(citizen):
    address = begin(citizen)
    assert put(citizen, address, {"born": "2026-11-20"}).json()["answers"] == {"child": {"born": "2026-11-20"}}


def test_a_group_that_the_form_does_not_have_is_not_found(citizen):
    address = begin(citizen)
    assert put(citizen, address, {}, group="owner").status_code == 404


@pytest.fixture
def repeating(desk):
    """Let the form also ask for up to two members, when the child has a name."""
    Procedure.objects.update(published=None)
    version = ProcedureVersion.objects.get()
    ProcedureVersion.objects.filter(pk=version.pk).update(state="draft")
    members = FormGroup(
        version=version,
        key="members",
        title="Thành viên",
        is_repeating=True,
        max_rows=2,
        condition={"!=": [{"var": "child.name"}, None]},
        position=2,
    )
    members.save()
    FormField(group=members, key="full_name", label="Họ tên", is_required=True).save()
    FormField(group=members, key="born", label="Ngày sinh", kind="date").save()
    ProcedureVersion.objects.filter(pk=version.pk).update(state="published")
    Procedure.objects.update(published=version)


def test_rows_are_counted_and_read_one_by_one(repeating, citizen):
    address = begin(citizen)
    put(citizen, address, NAME)
    rows = [{"full_name": "A"}, {"full_name": " "}, {"full_name": "B", "born": "31/31/2000"}]
    refused = put(citizen, address, rows, group="members")
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["members.1.born"])
    assert put(citizen, address, [{"full_name": str(n)} for n in range(3)], group="members").status_code == 422
    assert put(citizen, address, {"full_name": "A"}, group="members").status_code == 422
    kept = put(citizen, address, rows[:2], group="members").json()["answers"]
    assert kept["members"] == [{"full_name": "A"}]


def test_a_group_that_is_not_asked_for_takes_no_answers(repeating, citizen):
    address = begin(citizen)
    refused = put(citizen, address, [{"full_name": "A"}], group="members")
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["members"])


def test_a_draft_can_be_thrown_away(citizen):
    address = begin(citizen)
    assert citizen.delete(address, HTTP_IF_MATCH=citizen.get(address)["ETag"]).status_code == 204
    assert citizen.get(address).status_code == 404
    assert Dossier.objects.count() == 0


def test_a_draft_of_somebody_else_does_not_exist(citizen, stranger):
    address = begin(citizen)
    everything = [
        stranger.get(address),
        stranger.get(f"{address}missing/"),
        stranger.get(f"{address}papers/"),
        stranger.patch(address, {"language": "en"}, HTTP_IF_MATCH="*"),
        stranger.put(f"{address}answers/child/", {"answers": NAME}, HTTP_IF_MATCH="*"),
        stranger.post(f"{address}submit/", {}, **KEY),
        stranger.delete(address, HTTP_IF_MATCH="*"),
    ]
    assert {answer.status_code for answer in everything} == {404}
    assert Dossier.objects.get().draft_revision == 0


def test_a_filed_dossier_is_no_draft_any_more(citizen, desk):
    filed = desk.dossier(Status.SUBMITTED)
    address = f"/api/v1/me/drafts/{filed.public_id}/"
    assert citizen.get(address).status_code == 404
    assert put(citizen, address, NAME, etag="*").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"procedure": "9.999999"}, "procedure"),
        ({"procedure": "1.001193", "agency": "H19.99"}, "agency"),
        ({"procedure": "1.001193", "enterprise": "3600000001"}, "enterprise"),
        ({"procedure": "1.001193", "mandate": 1}, "mandate"),
    ],
)
def test_a_draft_for_what_is_not_there_or_not_yours_is_refused(citizen, body, field):
    refused = citizen.post("/api/v1/me/drafts/", body, **KEY)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, [field])
    assert Dossier.objects.count() == 0


def test_a_procedure_that_is_not_offered_now_takes_no_draft(citizen):
    Procedure.objects.update(is_active=False)
    assert citizen.post("/api/v1/me/drafts/", {"procedure": "1.001193"}, **KEY).status_code == 422


def test_a_member_files_for_the_enterprise(citizen, desk):
    enterprise = Enterprise.objects.create(tax_code="3600000001", name="Công ty Hoa Sen")
    EnterpriseMember.objects.create(enterprise=enterprise, user=desk.citizen)
    assert citizen.get(begin(citizen, enterprise="3600000001")).json()["applicant_name"] == "Công ty Hoa Sen"


def test_a_representative_files_under_a_mandate(citizen, desk):
    grantor = factories.citizen("Bà Tám")
    until = date(2026, 12, 31)
    mandate = people.give_mandate(grantor=grantor, phone=desk.citizen.phone, until=until, at=MONDAY)
    assert citizen.get(begin(citizen, mandate=mandate.pk)).json()["applicant_name"] == "Bà Tám"
    assert Dossier.objects.get().owner == grantor


def test_the_list_of_drafts_asks_as_often_for_one_as_for_three(citizen, desk):
    asked = []
    citizen.get("/api/v1/me/")
    for count in (1, 3):
        while Dossier.objects.count() < count:
            desk.draft()
        with CaptureQueriesContext(connection) as queries:
            assert len(citizen.get("/api/v1/me/drafts/").json()["results"]) == count
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_drafts_begun_by_page_and_by_program_count_together(citizen, desk):
    for _number in range(quotas.STARTS_PER_HOUR):
        quotas.count_start(desk.citizen, at=MONDAY)
    refused = citizen.post("/api/v1/me/drafts/", {"procedure": "1.001193"}, **KEY)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "throttled")
    assert int(refused["Retry-After"]) > 60
    assert Dossier.objects.count() == 0

"""After the questions: papers, delivery, a last look, and submitting once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Enterprise, EnterpriseMember, Mandate
from dossiers import papers, services
from dossiers.enums import EventKind, PaperState, ReturnMethod, Status
from dossiers.models import Dossier, DossierEvent, Paper
from procedures.models import Offering
from tests import factories, files
from tests.dossiers import filing_procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

PERSON = {"name": "Trần Văn An", "kind": "owner"}
DECLARED = {"declared": "on"}


@pytest.fixture
def draft(desk):
    procedure = filing_procedure.make(desk.agency)
    made = services.start_draft(procedure=procedure, actor=desk.citizen, at=factories.MONDAY, agency=desk.agency)
    Dossier.objects.filter(pk=made.pk).update(data={"person": PERSON})
    return Dossier.objects.get(pk=made.pk)


@pytest.fixture
def signed_in(client, desk):
    client.force_login(desk.citizen)
    return client


@pytest.fixture
def complete(draft, desk, tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(files.jpeg())
    papers.attach(
        dossier=draft, component="hop-dong", name="hợp đồng.jpg", path=path, actor=desk.citizen, at=factories.MONDAY
    )
    return draft


def url(draft, name, *args):
    return reverse(f"filing:{name}", args=[draft.public_id, *args])


# --- papers


def test_papers_asked_for_have_a_place_each(signed_in, draft):
    text = signed_in.get(url(draft, "papers")).text
    assert "Bước 3 trên 5: Giấy tờ" in text
    assert 'data-papers="hop-dong"' in text


def test_paper_attached_without_a_script_comes_back_to_the_papers(signed_in, draft):
    here = url(draft, "papers")
    where = reverse("papers:component", args=[draft.public_id, "hop-dong"])
    sent = {"file": SimpleUploadedFile("a.jpg", files.jpeg()), "whole": "1", "next": here}
    assert signed_in.post(where, sent)["Location"] == here
    assert "a.jpg" in signed_in.get(here).text


def test_papers_lead_on(signed_in, draft):
    assert signed_in.post(url(draft, "papers"))["Location"] == url(draft, "delivery")


# --- how the result comes back


def delivery(**more):
    return {"applicant_name": "Trần Văn An", "applicant_phone": "0912 345 678", "return_method": "counter", **more}


def test_delivery_proposes_the_phone_and_address_of_the_profile(signed_in, draft, desk):
    text = signed_in.get(url(draft, "delivery")).text
    assert "12 đường Hoa Sen, Phường Trấn Biên" in text
    assert f'value="{desk.citizen.phone}"' in text or "0" + desk.citizen.phone[2:] in text.replace(" ", "")


def test_delivery_is_kept(signed_in, draft):
    typed = delivery(return_method="post", return_address=" 5  đường Sen ")
    assert signed_in.post(url(draft, "delivery"), typed)["Location"] == url(draft, "review")
    draft = Dossier.objects.get(pk=draft.pk)
    assert (draft.applicant_phone, draft.return_method, draft.return_address) == (
        "84912345678",
        ReturnMethod.POST,
        "5 đường Sen",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"return_method": "post", "return_address": " \u200b "},
        {"return_method": "horse"},
        {"applicant_phone": "0251 382 2501"},
        {"applicant_name": "   "},
        {"return_address": "x" * 401},
    ],
)
def test_wrong_delivery_is_told_and_changes_nothing(signed_in, draft, wrong):
    response = signed_in.post(url(draft, "delivery"), delivery(**wrong))
    assert response.status_code == 422
    assert "govuk-error-summary" in response.text
    before = (draft.applicant_name, draft.applicant_phone, draft.return_method)
    draft = Dossier.objects.get(pk=draft.pk)
    assert (draft.applicant_name, draft.applicant_phone, draft.return_method) == before


def test_representative_does_not_lead_the_messages_elsewhere(client, desk, draft):
    helper = factories.citizen("Lê Thị Mai")
    until = factories.MONDAY + timedelta(days=9)
    Mandate.objects.create(grantor=desk.citizen, representative=helper, valid_until=until, created_at=factories.MONDAY)
    client.force_login(helper)
    client.post(url(draft, "delivery"), delivery())
    draft = Dossier.objects.get(pk=draft.pk)
    assert (draft.applicant_name, draft.applicant_phone) == (desk.citizen.full_name, desk.citizen.phone)


def test_name_of_an_enterprise_stays(client, desk, draft):
    firm = Enterprise.objects.create(tax_code="3601234567", name="Công ty TNHH Hoa Sen")
    EnterpriseMember.objects.create(enterprise=firm, user=desk.citizen)
    Dossier.objects.update(enterprise=firm, applicant_name=firm.name)
    client.force_login(desk.citizen)
    assert client.post(url(draft, "delivery"), delivery()).status_code == 303
    draft = Dossier.objects.get(pk=draft.pk)
    assert draft.applicant_name == firm.name


# --- the last look


def test_review_shows_every_answer_and_paper_with_the_way_to_change_it(signed_in, complete):
    text = signed_in.get(url(complete, "review")).text
    assert "Trần Văn An" in text
    assert "Chủ hộ" in text
    assert "hợp đồng.jpg" in text
    assert f'href="{url(complete, "group", "person")}?ve=review"' in text
    assert f'href="{url(complete, "papers")}?ve=review"' in text
    assert "Còn thiếu" not in text


def test_review_leads_to_each_missing_thing(signed_in, draft):
    Dossier.objects.update(
        data={"person": {"kind": "guest"}, "members": [{"born": "31/02/2020"}]}, applicant_phone="", agency=None
    )
    text = signed_in.get(url(draft, "review")).text
    for place in (
        f"{url(draft, 'group', 'person')}?ve=review#id_person-name_group",
        f"{url(draft, 'group', 'person')}?ve=review#id_person-host_group",
        f"{url(draft, 'group', 'consent')}?ve=review#id_consent-phone_group",
        f"{url(draft, 'group', 'members')}?ve=review#id_members-0-born_group",
        f"{url(draft, 'papers')}?ve=review",
        f"{url(draft, 'delivery')}?ve=review#id_applicant_phone",
        f"{url(draft, 'agency')}?ve=review#id_agency",
    ):
        assert f'href="{place}"' in text


def test_answers_on_the_review_are_text(signed_in, draft):
    Dossier.objects.update(data={"person": {"name": "<script>alert(1)</script>", "kind": "owner"}})
    text = signed_in.get(url(draft, "review")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_pages_ask_the_database_equally_often_for_one_row_and_three(signed_in, complete):
    counts = []
    for members in (1, 3):
        Dossier.objects.update(data={"person": PERSON, "members": [{"name": "Lan"}] * members})
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(url(complete, "review"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- submitting


def test_submitting_gives_the_code_and_leads_to_the_receipt(signed_in, complete):
    response = signed_in.post(url(complete, "review"), DECLARED)
    complete = Dossier.objects.get(pk=complete.pk)
    assert complete.status == Status.SUBMITTED
    assert (response.status_code, response["Location"]) == (303, reverse("citizen:receipt", args=[complete.code]))


def test_submitting_twice_gives_one_dossier_and_the_same_receipt(signed_in, complete):
    first = signed_in.post(url(complete, "review"), DECLARED)
    second = signed_in.post(url(complete, "review"), DECLARED)
    assert second["Location"] == first["Location"]
    assert DossierEvent.objects.filter(dossier=complete, kind=EventKind.SUBMIT).count() == 1


def test_nothing_is_submitted_without_the_declaration(signed_in, complete):
    response = signed_in.post(url(complete, "review"), {"declared": ""})
    assert response.status_code == 422
    assert "Xin đánh dấu vào lời cam đoan" in response.text
    complete = Dossier.objects.get(pk=complete.pk)
    assert complete.status == Status.DRAFT


def test_incomplete_draft_is_not_submitted_and_says_what_is_missing(signed_in, draft):
    response = signed_in.post(url(draft, "review"), DECLARED)
    assert response.status_code == 422
    assert "Hợp đồng thuê nhà" in response.text
    draft = Dossier.objects.get(pk=draft.pk)
    assert (draft.status, draft.code) == (Status.DRAFT, None)


@pytest.mark.parametrize("state", [PaperState.PENDING, PaperState.REJECTED])
def test_draft_with_an_unsafe_paper_is_not_submitted(signed_in, complete, state):
    Paper.objects.update(state=state)
    assert signed_in.post(url(complete, "review"), DECLARED).status_code == 422
    complete = Dossier.objects.get(pk=complete.pk)
    assert complete.status == Status.DRAFT


def test_agency_that_stopped_offering_it_is_asked_for_again(signed_in, complete):
    Offering.objects.all().delete()
    response = signed_in.post(url(complete, "review"), DECLARED)
    assert response.status_code == 422
    assert f"{url(complete, 'agency')}?ve=review#id_agency" in response.text


def test_counter_files_for_the_person_in_front_of_it(client, desk):
    procedure = filing_procedure.make(desk.agency)
    client.force_login(desk.receiver)
    client.post(reverse("filing:start", args=[procedure.code]) + "?kenh=counter", {"agency": desk.agency.pk})
    draft = Dossier.objects.get()
    client.post(url(draft, "applicant"), {"applicant_name": "Lê Văn Tám", "applicant_phone": "0912345678"})
    typed = {"person-name": "Lê Văn Tám", "person-kind": "owner", "revision": "0", "stamp": "", "whole": "1"}
    assert client.post(url(draft, "group", "person"), typed).status_code == 303
    sent = {"file": SimpleUploadedFile("a.jpg", files.jpeg()), "whole": "1"}
    client.post(reverse("papers:component", args=[draft.public_id, "hop-dong"]), sent)
    assert client.post(url(draft, "delivery"), {"return_method": "counter"}).status_code == 303
    response = client.post(url(draft, "review"), DECLARED)
    draft = Dossier.objects.get(pk=draft.pk)
    assert response["Location"] == reverse("desk:dossier", args=[draft.code])
    assert (draft.status, draft.applicant_phone, draft.filed_by) == (Status.SUBMITTED, "84912345678", desk.receiver)

"""Before the questions: check, for whom and where, coming back, throwing away; and the counter's way."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import MemberRole, Role
from accounts.models import Enterprise, EnterpriseMember, Mandate
from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier
from procedures.enums import Channel
from procedures.models import Offering
from tests import factories
from tests.dossiers import filing_procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

START = reverse("filing:start", args=[filing_procedure.CODE])
AT_COUNTER = f"{START}?kenh=counter"


@pytest.fixture
def procedure(desk):
    return filing_procedure.make(desk.agency)


@pytest.fixture
def citizen(client, desk):
    client.force_login(desk.citizen)
    return desk.citizen


def url(draft, name, *args):
    return reverse(f"filing:{name}", args=[draft.public_id, *args])


def begin(client, desk, **more):
    return client.post(START, {"agency": desk.agency.pk, **more})


@pytest.fixture
def draft(procedure, desk):
    return services.start_draft(procedure=procedure, actor=desk.citizen, at=factories.MONDAY, agency=desk.agency)


# --- before you begin


def test_start_asks_to_sign_in_and_comes_back(client, procedure):
    response = client.get(START)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('accounts:sign_in')}?next={START}"


def test_start_tells_papers_and_offers_the_agency_of_the_citizens_commune(client, procedure, desk, citizen):
    home = factories.agency("H19.31", "UBND phường Tam Hiệp")
    home.commune = factories.commune()
    home.save()
    Offering.objects.create(procedure=procedure, agency=home)
    response = client.get(START)
    assert "Hợp đồng thuê nhà" in response.text
    assert f'<option value="{home.pk}" selected>' in response.text


def test_agency_that_does_not_offer_the_procedure_is_refused(client, procedure, desk, citizen):
    elsewhere = factories.agency("H19.40", "UBND xã Xuân Lộc")
    response = client.post(START, {"agency": elsewhere.pk})
    assert response.status_code == 422
    assert "không tiếp nhận thủ tục" in response.text
    assert not Dossier.objects.exists()


def test_agencies_are_found_by_commune_without_a_script(client, procedure, desk, citizen):
    found = factories.agency("H19.31", "UBND phường Tam Hiệp")
    found.commune = factories.commune("26068", "Phường Tam Hiệp")
    found.save()
    Offering.objects.create(procedure=procedure, agency=found)
    response = client.post(START, {"find": "1", "place": "tam hiep"})
    assert f'<option value="{found.pk}" selected>' in response.text
    assert f'<option value="{desk.agency.pk}"' not in response.text
    assert not Dossier.objects.exists()


def test_live_search_gets_the_choice_of_agencies_alone(client, procedure, desk, citizen):
    response = client.post(START, {"find": "1", "place": "không có"}, headers={"HX-Request": "true"})
    assert response.text.strip().startswith('<div id="agency">')
    assert f'<option value="{desk.agency.pk}"' in response.text


def test_draft_begins_with_the_profile_filled_in_and_leads_to_the_first_question(client, procedure, desk, citizen):
    response = begin(client, desk)
    draft = Dossier.objects.get()
    assert response.status_code == 303
    assert response["Location"] == url(draft, "group", "person")
    assert draft.data["person"]["name"] == citizen.full_name
    assert (draft.owner, draft.agency, draft.channel) == (citizen, desk.agency, Channel.ONLINE)


def test_procedure_that_is_not_offered_can_not_be_filed(client, procedure, desk, citizen):
    procedure.is_active = False
    procedure.save()
    assert client.get(START).status_code == 404
    assert begin(client, desk).status_code == 404


def test_unknown_procedure_is_404(client, citizen):
    assert client.get(reverse("filing:start", args=["9.999999"])).status_code == 404


def test_start_takes_no_other_method(client, procedure, citizen):
    assert client.put(START).status_code == 405


# --- the draft that is there already


def test_open_draft_is_shown_before_a_second_one(client, draft, desk, citizen):
    response = client.get(START)
    assert "Ông/Bà đã có bản nháp của thủ tục này" in response.text
    assert url(draft, "resume") in response.text


def test_second_tap_makes_no_second_draft(client, procedure, desk, citizen):
    begin(client, desk)
    response = begin(client, desk)
    assert response.status_code == 409
    assert "Ông/Bà đã có bản nháp" in response.text
    assert Dossier.objects.count() == 1


def test_second_draft_is_begun_when_wished(client, draft, desk, citizen):
    assert begin(client, desk, another="1").status_code == 303
    assert Dossier.objects.count() == 2


def test_drafts_of_others_are_not_shown(client, draft):
    client.force_login(factories.citizen())
    assert "đã có bản nháp" not in client.get(START).text


def test_drafts_can_not_be_begun_without_end(client, procedure, desk, citizen):
    for _number in range(60):
        begin(client, desk, another="1")
    assert begin(client, desk, another="1").status_code == 429
    assert Dossier.objects.count() == 60


# --- for whom


def test_member_files_for_the_enterprise(client, procedure, desk, citizen):
    firm = Enterprise.objects.create(tax_code="3601234567", name="Công ty TNHH Hoa Sen")
    EnterpriseMember.objects.create(enterprise=firm, user=citizen, role=MemberRole.MEMBER)
    begin(client, desk, whom=f"enterprise:{firm.pk}")
    draft = Dossier.objects.get()
    assert (draft.enterprise, draft.applicant_name) == (firm, firm.name)


def test_representative_files_for_the_person_who_gave_the_mandate(client, procedure, desk, citizen):
    mother = factories.citizen("Lê Thị Mai")
    until = factories.MONDAY + timedelta(days=30)
    Mandate.objects.create(grantor=mother, representative=citizen, valid_until=until, created_at=factories.MONDAY)
    begin(client, desk, whom=f"person:{mother.pk}")
    draft = Dossier.objects.get()
    assert (draft.owner, draft.filed_by, draft.applicant_phone) == (mother, citizen, mother.phone)


@pytest.mark.parametrize("ended", [{"valid_until": -1}, {"revoked_at": -1}])
def test_ended_mandate_files_for_nobody(client, procedure, desk, citizen, ended):
    other = factories.citizen("Lê Thị Mai")
    dates = {"valid_until": 30, **ended}
    Mandate.objects.create(
        grantor=other,
        representative=citizen,
        created_at=factories.MONDAY - timedelta(days=60),
        **{name: factories.MONDAY + timedelta(days=days) for name, days in dates.items()},
    )
    begin(client, desk, whom=f"person:{other.pk}")
    assert not Dossier.objects.filter(owner=other).exists()


def test_foreign_enterprise_or_person_is_refused(client, procedure, desk, citizen):
    own = Enterprise.objects.create(tax_code="3601234567", name="Công ty TNHH Hoa Sen")
    EnterpriseMember.objects.create(enterprise=own, user=citizen)
    foreign = Enterprise.objects.create(tax_code="3607654321", name="Công ty khác")
    for whom in (f"enterprise:{foreign.pk}", f"person:{factories.citizen().pk}", "admin", ""):
        assert begin(client, desk, whom=whom).status_code == 422
    assert not Dossier.objects.exists()


# --- coming back


def test_resume_leads_to_the_first_screen_with_something_missing(client, draft, citizen):
    assert client.get(url(draft, "resume"))["Location"] == url(draft, "group", "person")
    Dossier.objects.update(data={"person": {"name": "Hoa", "kind": "owner"}})
    assert client.get(url(draft, "resume"))["Location"] == url(draft, "papers")


def test_draft_under_an_older_version_says_so_and_stays(client, draft, citizen):
    filing_procedure.publish(draft.procedure)
    response = client.get(url(draft, "group", "person"))
    assert "Bản nháp vẫn theo quy định lúc bắt đầu" in response.text
    draft = Dossier.objects.get(pk=draft.pk)
    assert draft.terms.number == 1


SCREENS = ["resume", "agency", "delete", "papers", "delivery", "review"]


@pytest.mark.parametrize("name", SCREENS)
def test_drafts_of_others_do_not_exist(client, desk, draft, name):
    for stranger in (factories.citizen(), desk.receiver, desk.processor, desk.leader):
        client.force_login(stranger)
        assert client.get(url(draft, name)).status_code == 404
        assert client.post(url(draft, name), {"sure": "1"}).status_code in (404, 405)
    assert Dossier.objects.filter(status=Status.DRAFT).count() == 1


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_asks_to_sign_in(client, draft, name):
    response = client.get(url(draft, name))
    assert response["Location"] == f"{reverse('accounts:sign_in')}?next={url(draft, name)}"


@pytest.mark.parametrize("name", SCREENS)
def test_screens_take_no_other_method(client, draft, citizen, name):
    assert client.put(url(draft, name)).status_code == 405


@pytest.mark.parametrize("name", ["agency", "delete", "papers", "delivery", "review"])
def test_every_screen_says_that_nothing_is_submitted_yet(client, draft, citizen, name):
    text = client.get(url(draft, name)).text
    assert "Bản nháp – chưa nộp" in text or name == "delete"


# --- another agency


def test_agency_of_a_draft_can_be_changed(client, draft, citizen):
    other = factories.agency("H19.31", "UBND phường Tam Hiệp")
    Offering.objects.create(procedure=draft.procedure, agency=other)
    assert client.post(url(draft, "agency"), {"agency": other.pk})["Location"] == url(draft, "review")
    draft = Dossier.objects.get(pk=draft.pk)
    assert (draft.agency, draft.unit) == (other, other)


def test_agency_that_does_not_offer_it_is_refused_for_a_draft_too(client, draft, desk, citizen):
    other = factories.agency("H19.31", "UBND phường Tam Hiệp")
    assert client.post(url(draft, "agency"), {"agency": other.pk}).status_code == 422
    draft = Dossier.objects.get(pk=draft.pk)
    assert draft.agency == desk.agency


# --- throwing away


def test_draft_is_deleted_only_after_asking(client, draft, citizen):
    assert "Xóa bản nháp này?" in client.get(url(draft, "delete")).text
    assert client.post(url(draft, "delete")).status_code == 400
    assert client.post(url(draft, "delete"), {"sure": "1"})["Location"] == reverse("citizen:list")
    assert not Dossier.objects.exists()


def test_filed_dossier_is_not_deleted(client, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(desk.citizen)
    response = client.post(url(dossier, "delete"), {"sure": "1"})
    assert response["Location"] == reverse("citizen:receipt", args=[dossier.code])
    assert Dossier.objects.filter(pk=dossier.pk).exists()


# --- at the counter


@pytest.fixture
def counter_draft(client, procedure, desk):
    client.force_login(desk.receiver)
    client.post(AT_COUNTER, {"agency": desk.agency.pk})
    return Dossier.objects.get()


def test_counter_is_only_for_who_receives_there(client, procedure, desk):
    elsewhere = factories.officer(Role.RECEIVE, at=factories.agency("H19.40", "UBND xã Xuân Lộc"))
    for person in (desk.citizen, desk.processor, desk.leader, elsewhere):
        client.force_login(person)
        assert client.get(AT_COUNTER).status_code == 404
        assert client.post(AT_COUNTER, {"agency": desk.agency.pk}).status_code == 404
    assert not Dossier.objects.exists()


def test_counter_says_that_it_files_at_the_counter(client, procedure, desk):
    client.force_login(desk.receiver)
    assert "<title>Lập hồ sơ tại quầy: " in client.get(AT_COUNTER).content.decode()


def test_counter_begins_with_who_stands_there(client, counter_draft, desk):
    assert (counter_draft.channel, counter_draft.owner, counter_draft.agency) == (Channel.COUNTER, None, desk.agency)
    assert client.get(url(counter_draft, "resume"))["Location"] == url(counter_draft, "applicant")


def test_applicant_is_taken_down_and_fills_the_first_questions(client, counter_draft):
    identity = "075190001234"
    typed = {"applicant_name": " Lê  Văn Tám ", "applicant_phone": "0912 345 678", "applicant_identity": identity}
    response = client.post(url(counter_draft, "applicant"), typed)
    assert response["Location"] == url(counter_draft, "group", "person")
    counter_draft = Dossier.objects.get(pk=counter_draft.pk)
    assert (counter_draft.applicant_name, counter_draft.applicant_phone) == ("Lê Văn Tám", "84912345678")
    text = client.get(url(counter_draft, "group", "person")).text
    assert 'value="Lê Văn Tám"' in text
    assert f'value="{identity}"' in text


@pytest.mark.parametrize(
    ("field", "value"),
    [("applicant_name", "\u200b"), ("applicant_phone", "02513 822 501"), ("applicant_identity", "07519000123")],
)
def test_wrong_applicant_is_told_what_is_wrong(client, counter_draft, field, value):
    typed = {"applicant_name": "Lê Văn Tám", "applicant_phone": "0912345678", field: value}
    response = client.post(url(counter_draft, "applicant"), typed)
    assert response.status_code == 422
    assert "govuk-error-message" in response.text
    counter_draft = Dossier.objects.get(pk=counter_draft.pk)
    assert counter_draft.applicant_name == ""


def test_online_draft_has_no_applicant_screen(client, draft, citizen):
    assert client.get(url(draft, "applicant")).status_code == 404


def test_counter_draft_is_the_counters_alone(client, counter_draft, desk):
    for person in (desk.processor, desk.leader, desk.citizen):
        client.force_login(person)
        for name in (*SCREENS, "applicant"):
            assert client.get(url(counter_draft, name)).status_code == 404

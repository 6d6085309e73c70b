"""Hostile input C3 through the screens of filing: never a 5xx, a clear word, nothing changed that should not be."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from dossiers import services
from dossiers.enums import PaperState, Status
from dossiers.models import Dossier, Paper
from dossiers.views import filing_keeping
from tests import factories
from tests.dossiers import filing_procedure

pytestmark = pytest.mark.django_db

CORPUS = json.loads((Path(__file__).parents[1] / "corpus" / "C3.json").read_text())
PERSON = {"person-name": "Trần Văn An", "person-kind": "owner"}


def corpus(name):
    return pytest.mark.parametrize("item", CORPUS[name], ids=lambda item: item["id"])


@pytest.fixture
def desk():
    return factories.Desk()


@pytest.fixture
def draft(desk):
    procedure = filing_procedure.make(desk.agency)
    return services.start_draft(procedure=procedure, actor=desk.citizen, at=factories.MONDAY, agency=desk.agency)


@pytest.fixture
def citizen(client, desk):
    client.force_login(desk.citizen)
    return client


def url(draft, name="group", key="person"):
    return reverse(f"filing:{name}", args=[draft.public_id, key])


def take(client, draft, typed, key="person", name="group"):
    draft = stored(draft)
    seen = filing_keeping.stamp(draft.data.get(key))
    content = {**typed, "revision": draft.draft_revision, "stamp": seen, "whole": "1"}
    return client.post(url(draft, name, key), content)


def stored(draft):
    return Dossier.objects.get(pk=draft.pk)


def row(draft):
    """Return everything that a stranger's hand must not move."""
    return Dossier.objects.filter(pk=draft.pk).values(
        "status", "code", "owner", "filed_by", "agency", "unit", "terms", "received_at", "due_at", "version", "channel"
    )[0]


def raw(item):
    return item["raw"] * item.get("times", 1) if isinstance(item["raw"], str) else item["raw"]


@corpus("dates")
def test_impossible_date_is_told_in_its_place(citizen, draft, item):
    response = take(citizen, draft, {**PERSON, "person-since": item["raw"]})
    assert response.status_code == 422
    assert 'id="id_person-since_error"' in response.text


@corpus("refused_names")
def test_name_that_is_none_is_told_in_its_place(citizen, draft, item):
    response = take(citizen, draft, {**PERSON, "person-name": raw(item)})
    assert response.status_code == 422
    assert 'id="id_person-name_error"' in response.text


@corpus("stored_names")
def test_strange_name_is_text_wherever_it_is_shown(citizen, draft, item):
    assert take(citizen, draft, {**PERSON, "person-name": item["raw"]}).status_code == 303
    name = stored(draft).data["person"]["name"]
    assert not set(name) & set("\x00\u202e")
    for page in (url(draft), reverse("filing:review", args=[draft.public_id])):
        response = citizen.get(page)
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text


@corpus("extra_fields")
def test_field_that_is_not_asked_for_changes_nothing(citizen, draft, item):
    before = row(draft)
    assert take(citizen, draft, {**PERSON, item["field"]: item["raw"]}).status_code == 303
    assert row(draft) == before
    assert stored(draft).data["person"] == {"name": "Trần Văn An", "kind": "owner"}
    delivery = {"applicant_name": "An", "applicant_phone": "0912345678", "return_method": "counter"}
    citizen.post(reverse("filing:delivery", args=[draft.public_id]), {**delivery, item["field"]: item["raw"]})
    assert row(draft) == before


@corpus("choices")
def test_choice_that_is_not_offered_is_refused(citizen, draft, item):
    response = take(citizen, draft, {**PERSON, "person-kind": item["raw"]})
    assert response.status_code == 422


@corpus("addresses")
def test_address_that_does_not_exist_is_refused(citizen, draft, item):
    parts = {"person-address_province": item["province"], "person-address_commune": item["commune"]}
    response = take(citizen, draft, {**PERSON, **parts, "person-address_street": "1"})
    assert response.status_code == 422
    assert 'id="id_person-address_error"' in response.text
    assert citizen.get(url(draft)).status_code == 200


@corpus("rows")
@pytest.mark.parametrize("name", ["group", "autosave"])
def test_nonsense_about_rows_empties_and_breaks_nothing(citizen, draft, item, name):
    take(citizen, draft, {"members-TOTAL_FORMS": "1", "members-INITIAL_FORMS": "0", "members-0-name": "Lan"}, "members")
    typed = {"members-TOTAL_FORMS": item["total"], "members-INITIAL_FORMS": "0", "members-0-name": "Lan"}
    assert take(citizen, draft, typed, "members", name).status_code < 500
    assert stored(draft).data["members"] == [{"name": "Lan"}]


@corpus("bodies")
@pytest.mark.parametrize("name", ["group", "autosave"])
def test_body_that_can_not_be_read_changes_nothing(citizen, draft, item, name):
    before, answers = row(draft), stored(draft).data
    body = raw(item)
    response = citizen.generic("POST", url(draft, name), body, content_type=item["type"])
    assert response.status_code < 500
    assert row(draft) == before
    if response.status_code >= 400 and response.status_code != 422:
        assert stored(draft).data == answers


def test_wrong_address_bars_are_404(citizen, draft):
    for path in (
        "to-khai/../xem-lai/x/",
        "to-khai/%00/",
        "to-khai/person%0d%0aX/",
        "khong-co/",
        "to-khai/" + "a" * 3000 + "/",
    ):
        assert citizen.get(f"/nop-ho-so/ban-nhap/{draft.public_id}/{path}").status_code == 404
    for code in ("1.001193%00", "1.001193'", "٠.٠٠١١٩٣", "..%2f..%2fadmin", "1.0011934"):
        assert citizen.get(f"/nop-ho-so/{code}/").status_code == 404


@pytest.mark.parametrize("value", ["1 OR 1=1", "-1", "9" * 40, "\x00", "<b>", "1.5"])
def test_agency_that_is_none_is_refused(citizen, draft, value):
    start = reverse("filing:start", args=[filing_procedure.CODE])
    assert citizen.post(start, {"agency": value, "another": "1"}).status_code == 422
    assert citizen.post(reverse("filing:agency", args=[draft.public_id]), {"agency": value}).status_code == 422
    assert citizen.post(start, {"place": value, "find": "1"}).status_code == 200
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("query", ["?dong=-1", "?dong=1e9", "?dong=٣", "?dong[]=1", "?ve=//evil.example", "?kenh=x"])
def test_nonsense_in_the_query_is_ignored(citizen, draft, query):
    assert citizen.get(url(draft, key="members") + query).status_code == 200


def test_way_back_never_leads_off_the_site(citizen, draft):
    response = take(citizen, draft, {**PERSON, "ve": "https://evil.example/"})
    assert response["Location"].startswith("/nop-ho-so/")


@pytest.mark.parametrize("state", [PaperState.PENDING, PaperState.REJECTED])
def test_dossier_with_an_infected_or_unchecked_file_is_not_submitted(citizen, draft, desk, state):
    take(citizen, draft, PERSON)
    Paper.objects.create(
        dossier=draft,
        component="hop-dong",
        name="a.pdf",
        content_type="application/pdf",
        size=10,
        sha256="0" * 64,
        state=state,
        uploaded_by=desk.citizen,
        uploaded_at=factories.MONDAY,
    )
    response = citizen.post(reverse("filing:review", args=[draft.public_id]), {"declared": "on"})
    assert response.status_code == 422
    assert stored(draft).status == Status.DRAFT


def test_form_without_its_token_is_refused(draft, desk):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.citizen)
    assert take(strict, draft, PERSON).status_code == 403
    assert take(strict, draft, PERSON, name="autosave").status_code == 403
    assert "Trần Văn An" not in str(stored(draft).data)


def test_page_of_a_draft_says_nothing_to_the_log(citizen, draft, caplog):
    take(citizen, draft, {**PERSON, "person-name": "Tên Rất Riêng"})
    assert "Tên Rất Riêng" not in caplog.text

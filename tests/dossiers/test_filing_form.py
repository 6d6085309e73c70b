"""One group of questions: taking answers, saving while typing, rows, conditions, two devices, an ended session."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier
from dossiers.views import filing_keeping
from tests import factories
from tests.dossiers import filing_procedure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

OWNER = {"person-name": "Trần Văn An", "person-kind": "owner"}
GUEST = {"person-name": "Trần Văn An", "person-kind": "guest"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def draft(desk):
    procedure = filing_procedure.make(desk.agency)
    return services.start_draft(procedure=procedure, actor=desk.citizen, at=factories.MONDAY, agency=desk.agency)


@pytest.fixture
def signed_in(client, desk):
    client.force_login(desk.citizen)
    return client


def url(draft, name="group", key="person"):
    return reverse(f"filing:{name}", args=[draft.public_id, key])


def sent(draft, typed, key="person", **more):
    """Return the form as a page of this moment sends it."""
    draft = Dossier.objects.get(pk=draft.pk)
    seen = filing_keeping.stamp(draft.data.get(key))
    return {**typed, "revision": draft.draft_revision, "stamp": seen, "whole": "1", **more}


def take(client, draft, typed, key="person", **more):
    return client.post(url(draft, key=key), sent(draft, typed, key, **more))


def rows(*names, **more):
    typed = {"members-TOTAL_FORMS": len(names), "members-INITIAL_FORMS": 0}
    return {**typed, **{f"members-{number}-name": name for number, name in enumerate(names)}, **more}


def answers(draft, key="person"):
    draft = Dossier.objects.get(pk=draft.pk)
    return draft.data.get(key)


# --- one group, one screen


def test_group_shows_its_questions_with_the_profile_and_where_one_stands(signed_in, draft, desk):
    text = signed_in.get(url(draft)).text
    assert "Bước 1 trên 5: Người đăng ký" in text
    assert f'value="{desk.citizen.full_name}"' in text
    assert "Bản nháp – chưa nộp" in text


def test_valid_answers_are_kept_and_lead_on(signed_in, draft):
    response = take(signed_in, draft, OWNER)
    assert (response.status_code, response["Location"]) == (303, url(draft, key="members"))
    assert answers(draft) == {"name": "Trần Văn An", "kind": "owner"}


def test_answer_that_shows_another_group_leads_there(signed_in, draft):
    assert take(signed_in, draft, {**GUEST, "person-host": "Lê Hà"})["Location"] == url(draft, key="consent")


def test_hidden_group_does_not_exist(signed_in, draft):
    assert signed_in.get(url(draft, key="consent")).status_code == 404
    assert take(signed_in, draft, {"consent-phone": "0912345678"}, key="consent").status_code == 404


def test_question_hidden_by_another_answer_is_dropped(signed_in, draft):
    take(signed_in, draft, {**OWNER, "person-host": "Lê Hà"})
    assert "host" not in answers(draft)


def test_wrong_answers_are_told_and_kept_as_typed(signed_in, draft):
    response = take(signed_in, draft, {"person-name": "An", "person-identity": "0751", "person-since": "31/02/2026"})
    assert response.status_code == 422
    assert 'href="#id_person-since"' in response.text
    assert 'value="31/02/2026"' in response.text
    kept = answers(draft)
    assert (kept["identity"], kept["since"]) == ("0751", "31/02/2026")
    assert 'value="31/02/2026"' in signed_in.get(url(draft)).text


def test_saving_for_later_takes_anything_and_leaves(signed_in, draft):
    response = take(signed_in, draft, {"person-identity": "0751"}, later="1")
    assert response["Location"] == reverse("citizen:list")
    assert answers(draft)["identity"] == "0751"


def test_change_from_the_review_leads_back_there(signed_in, draft):
    assert 'name="ve" value="review"' in signed_in.get(url(draft) + "?ve=review").text
    response = take(signed_in, draft, OWNER, ve="review")
    assert response["Location"] == reverse("filing:review", args=[draft.public_id])


def test_body_that_was_cut_changes_nothing(signed_in, draft):
    before = answers(draft)
    cut = {"revision": "0", "stamp": ""}
    assert signed_in.post(url(draft), cut).status_code == 400
    assert signed_in.post(url(draft, "autosave"), cut, headers=JSON).status_code == 400
    assert answers(draft) == before


@pytest.mark.parametrize("name", ["group", "autosave"])
def test_stranger_finds_nothing(client, draft, name):
    client.force_login(factories.citizen())
    assert client.post(url(draft, name), sent(draft, OWNER)).status_code == 404
    assert "Trần Văn An" not in str(answers(draft))


def test_unknown_group_is_404(signed_in, draft):
    assert signed_in.get(url(draft, key="khong-co")).status_code == 404


def test_autosave_takes_posts_only(signed_in, draft):
    assert signed_in.get(url(draft, "autosave")).status_code == 405
    assert signed_in.put(url(draft)).status_code == 405


def test_pages_are_kept_by_no_cache(signed_in, draft):
    assert "no-store" in signed_in.get(url(draft))["Cache-Control"]


# --- conditions


def test_redrawing_shows_what_the_answer_asks_and_writes_nothing(signed_in, draft):
    before = answers(draft)
    response = signed_in.post(url(draft), sent(draft, GUEST, refresh="1"), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'name="person-host"' in response.text
    assert "<html" not in response.text
    assert "govuk-error" not in response.text
    assert answers(draft) == before


def test_without_a_script_updating_keeps_the_answers_and_comes_back(signed_in, draft):
    response = take(signed_in, draft, GUEST, refresh="1")
    assert response.status_code == 303
    assert 'name="person-host"' in signed_in.get(response["Location"]).text


# --- rows


def test_rows_are_kept_and_empty_ones_dropped(signed_in, draft):
    take(signed_in, draft, rows("Lan", "", "Mai"), key="members")
    assert answers(draft, "members") == [{"name": "Lan"}, {"name": "Mai"}]


def test_without_a_script_a_row_is_added_and_what_was_typed_is_kept(signed_in, draft):
    response = take(signed_in, draft, rows("Lan"), key="members", add_row="1")
    assert answers(draft, "members") == [{"name": "Lan"}]
    text = signed_in.get(response["Location"]).text
    assert 'value="Lan"' in text
    assert 'name="members-1-name"' in text


def test_with_a_script_a_row_is_added_on_the_page_alone(signed_in, draft):
    content = sent(draft, rows("Lan"), "members", add_row="1")
    response = signed_in.post(url(draft, key="members"), content, headers={"HX-Request": "true"})
    assert 'name="members-1-name"' in response.text
    assert answers(draft, "members") is None


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_row_is_taken_out(signed_in, draft, headers):
    content = sent(draft, rows("Lan", "Mai"), "members", remove_row="0")
    response = signed_in.post(url(draft, key="members"), content, headers=headers)
    text = response.text if headers else signed_in.get(response["Location"]).text
    assert 'value="Mai"' in text
    assert 'value="Lan"' not in text


def test_no_more_rows_than_the_group_allows(signed_in, draft):
    text = signed_in.get(url(draft, key="members") + "?dong=999").text
    assert 'name="members-2-name"' in text
    assert 'name="members-3-name"' not in text
    assert 'name="add_row"' not in text


def test_wrong_row_is_named_in_the_summary(signed_in, draft):
    response = take(signed_in, draft, rows("Lan", **{"members-0-born": "29/02/2023"}), key="members")
    assert response.status_code == 422
    assert 'href="#id_members-0-born"' in response.text
    assert answers(draft, "members") == [{"name": "Lan", "born": "29/02/2023"}]


# --- saving while typing


def autosave(client, draft, typed, **more):
    return client.post(url(draft, "autosave"), sent(draft, typed, **more), headers=JSON)


def test_autosave_keeps_unfinished_answers_and_gives_the_next_revision(signed_in, draft):
    response = autosave(signed_in, draft, {"person-name": "Tr", "person-since": "3"})
    assert response.json() == {"revision": 1, "stamp": filing_keeping.stamp(answers(draft)), "at": "10:00"}
    assert answers(draft) == {"name": "Tr", "since": "3"}


def test_saves_follow_one_another_by_revision(signed_in, draft):
    page = sent(draft, {"person-name": "T"})
    for number, name in enumerate(("Tr", "Trần"), start=1):
        answer = signed_in.post(url(draft, "autosave"), {**page, "person-name": name}, headers=JSON).json()
        assert answer["revision"] == number
        page |= {"revision": answer["revision"], "stamp": answer["stamp"]}
    assert answers(draft)["name"] == "Trần"


def test_change_on_another_device_is_a_conflict_and_is_not_overwritten(signed_in, draft):
    page = sent(draft, {"person-name": "Ở đây"})
    autosave(signed_in, draft, {"person-name": "Ở kia"})
    response = signed_in.post(url(draft, "autosave"), page, headers=JSON)
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "conflict"
    assert answers(draft)["name"] == "Ở kia"
    newest = {"revision": response.json()["revision"], "stamp": response.json()["stamp"]}
    assert signed_in.post(url(draft, "autosave"), page | newest, headers=JSON).status_code == 200
    assert answers(draft)["name"] == "Ở đây"


def test_same_words_sent_again_after_a_lost_answer_are_no_conflict(signed_in, draft):
    page = sent(draft, {"person-name": "Trần"})
    first = signed_in.post(url(draft, "autosave"), page, headers=JSON).json()
    assert signed_in.post(url(draft, "autosave"), page, headers=JSON).json() == first


def test_change_of_another_group_is_no_conflict(signed_in, draft):
    page = sent(draft, {"person-name": "Trần"})
    take(signed_in, draft, rows("Lan"), key="members")
    assert signed_in.post(url(draft, "autosave"), page, headers=JSON).status_code == 200
    assert (answers(draft)["name"], answers(draft, "members")) == ("Trần", [{"name": "Lan"}])


def test_change_between_reading_and_writing_is_seen(signed_in, draft, monkeypatch, desk):
    page = sent(draft, {"person-name": "Ở đây"})
    save, once = services.save_answers, []

    def overtaken(**kwargs):
        if not once:
            once.append(True)
            save(**{**kwargs, "answers": {"name": "Ở kia"}})
        return save(**kwargs)

    monkeypatch.setattr(services, "save_answers", overtaken)
    assert signed_in.post(url(draft, "autosave"), page, headers=JSON).status_code == 409
    assert answers(draft) == {"name": "Ở kia"}


def test_without_a_script_a_conflict_shows_both_ways_out(signed_in, draft):
    page = sent(draft, {**OWNER, "person-name": "Ở đây"})
    autosave(signed_in, draft, {**OWNER, "person-name": "Ở kia"})
    response = signed_in.post(url(draft), page)
    assert response.status_code == 409
    assert "Bản nháp vừa được sửa trên thiết bị khác" in response.text
    assert 'value="Ở đây"' in response.text
    assert answers(draft)["name"] == "Ở kia"
    assert take(signed_in, draft, page).status_code == 303
    assert answers(draft)["name"] == "Ở đây"


@pytest.mark.parametrize("revision", ["", "-1", "abc", "9" * 30, "٣"])
def test_nonsense_revision_is_refused(signed_in, draft, revision):
    before = answers(draft)
    response = signed_in.post(url(draft, "autosave"), sent(draft, OWNER) | {"revision": revision}, headers=JSON)
    assert response.status_code == 400
    assert answers(draft) == before


def test_filed_dossier_is_not_changed_and_shows_the_way(client, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    before = dossier.data
    client.force_login(desk.citizen)
    typed = {"child-name": "Khác", "revision": "1", "stamp": "", "whole": "1"}
    response = client.post(url(dossier, "autosave", "child"), typed, headers=JSON)
    receipt = reverse("citizen:receipt", args=[dossier.code])
    assert (response.status_code, response.json()["url"]) == (409, receipt)
    assert client.post(url(dossier, key="child"), typed)["Location"] == receipt
    assert Dossier.objects.get(pk=dossier.pk).data == before


# --- a session that ended


def test_script_hears_that_the_session_ended(client, draft):
    response = client.post(url(draft, "autosave"), sent(draft, OWNER), headers=JSON)
    assert response.status_code == 401
    assert response.json()["sign_in"] == reverse("accounts:sign_in")
    response = client.post(url(draft), sent(draft, OWNER, refresh="1"), headers={"HX-Request": "true"})
    assert response.status_code == 401


def test_words_sent_after_the_session_ended_are_there_after_signing_in(client, draft, desk):
    response = client.post(url(draft), sent(draft, {**GUEST, "person-host": "Lê Hà"}))
    assert response["Location"] == f"{reverse('accounts:sign_in')}?next={url(draft)}"
    client.force_login(desk.citizen)
    text = client.get(url(draft)).text
    assert 'value="Trần Văn An"' in text
    assert 'value="Lê Hà"' in text
    assert "chưa được lưu" in text
    assert 'value="Trần Văn An"' not in client.get(url(draft)).text


def test_words_of_an_ended_session_are_shown_to_nobody_else(client, draft):
    client.post(url(draft), sent(draft, OWNER))
    client.force_login(factories.citizen())
    assert client.get(url(draft)).status_code == 404


def test_words_of_an_ended_session_are_held_for_half_an_hour(client, draft, desk):
    client.post(url(draft), sent(draft, OWNER))
    with time_machine.travel(factories.MONDAY + timedelta(minutes=31), tick=False):
        client.force_login(desk.citizen)
        assert "Trần Văn An" not in client.get(url(draft)).text


def test_visitor_fills_no_session_with_a_draft_that_does_not_exist(client, draft):
    content = sent(draft, OWNER)
    Dossier.objects.all().delete()
    client.post(url(draft), content)
    assert "typed" not in str(dict(client.session))

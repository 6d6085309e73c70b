"""Everything that was asked for on one page: kept while typing, sent when complete."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse

from dossiers import papers, services
from dossiers.enums import ItemKind, ReasonCode, Status
from dossiers.models import Dossier, SupplementItem
from tests import files
from tests.factories import ASKED_NAME, ASKED_PAPER, MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

ASKED_BORN = services.Asked(
    kind=ItemKind.FIELD, key="child.born", label="Ngày sinh", reason=ReasonCode.MISSING, comment=""
)
ASKED_OLD = services.Asked(kind=ItemKind.FIELD, key="nhom.cu", label="Mục khác", reason=ReasonCode.OTHER, comment="")


def text_of(response):
    return html.unescape(response.content.decode())


def ask(desk, *asked, guidance=""):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, items=asked, guidance=guidance)
    return Dossier.objects.get(pk=dossier.pk)


def page(dossier):
    return reverse("citizen:supply", args=[dossier.code])


def name_of(key):
    """Return the name of the control of an item."""
    return f"item-{SupplementItem.objects.get(key=key).pk}"


def attach(desk, dossier, tmp_path, *, at=MONDAY):
    sent = tmp_path / "giay.pdf"
    sent.write_bytes(files.pdf())
    return papers.attach(
        dossier=dossier, component="giay-chung-sinh", name="giay.pdf", path=sent, actor=desk.citizen, at=at
    )


@pytest.fixture
def signed_in(client, desk):
    client.force_login(desk.citizen)
    return client


@pytest.fixture
def asked(desk):
    return ask(desk, ASKED_NAME, ASKED_BORN, ASKED_PAPER, guidance="Mang theo sổ cũ")


def test_the_page_shows_each_item_with_its_reason_and_what_to_do(signed_in, asked):
    text = text_of(signed_in.get(page(asked)))
    for shown in ("Không khớp với giấy tờ khác", "Ghi đúng như giấy", "Không đọc được", "Chụp lại", "Mang theo sổ cũ"):
        assert shown in text


def test_a_question_stands_with_the_answer_that_is_to_be_corrected(signed_in, asked):
    assert 'value="Nguyễn Minh An"' in text_of(signed_in.get(page(asked)))


def test_whatever_is_asked_for_again_is_not_called_optional(signed_in, asked):
    assert "(không bắt buộc)" not in text_of(signed_in.get(page(asked)))


def test_keeping_stores_what_was_typed_and_sends_nothing(signed_in, asked):
    data = {name_of("child.name"): "Nguyễn Minh Anh", name_of("child.born"): "ngày ba mươi", "keep": "1"}
    response = signed_in.post(page(asked), data)
    assert (response.status_code, response["Location"]) == (303, page(asked))
    assert Dossier.objects.get().status == Status.SUPPLEMENT
    text = text_of(signed_in.get(page(asked)))
    assert 'value="Nguyễn Minh Anh"' in text
    assert 'value="ngày ba mươi"' in text


def test_an_emptied_answer_stays_empty(signed_in, asked):
    signed_in.post(page(asked), {name_of("child.name"): "", name_of("child.born"): "", "keep": "1"})
    assert 'value="Nguyễn Minh An"' not in text_of(signed_in.get(page(asked)))


def test_the_script_hears_when_it_was_kept(signed_in, asked):
    response = signed_in.post(page(asked), {name_of("child.name"): "An"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert text_of(response).strip() == "Đã lưu lúc 10:00. Nội dung này chưa được gửi."
    assert SupplementItem.objects.get(key="child.name").answer == "An"


def test_sending_with_gaps_names_each_with_its_place(signed_in, asked):
    data = {name_of("child.name"): "", name_of("child.born"): "31/02/2026", "send": "1"}
    response = signed_in.post(page(asked), data)
    assert response.status_code == 422
    faults = response.context["faults"]
    assert [fault["target"] for fault in faults] == [
        f"id_{name_of('child.name')}",
        f"id_{name_of('child.born')}",
        "papers-giay-chung-sinh",
    ]
    assert all(f'id="{fault["target"]}"' in text_of(response) for fault in faults)
    assert "31/02/2026" in text_of(response)
    assert Dossier.objects.get().status == Status.SUPPLEMENT


def test_a_complete_answer_is_sent_and_the_clock_runs_on(signed_in, desk, asked, tmp_path):
    attach(desk, asked, tmp_path)
    data = {name_of("child.name"): "Nguyễn Minh Anh", name_of("child.born"): "01/11/2026", "send": "1"}
    response = signed_in.post(page(asked), data)
    assert (response.status_code, response["Location"]) == (303, reverse("citizen:dossier", args=[asked.code]))
    now = Dossier.objects.get()
    assert (now.status, now.paused_at) == (Status.IN_PROCESS, None)
    assert now.data["child"] == {"name": "Nguyễn Minh Anh", "born": "2026-11-01"}


def test_a_paper_from_before_the_request_does_not_count(signed_in, desk, tmp_path):
    draft = desk.draft()
    attach(desk, draft, tmp_path, at=MONDAY - timedelta(hours=1))
    for step in ("submit", "receive", "start"):
        getattr(desk, step)(draft, MONDAY)
    services.request_supplement(dossier_id=draft.pk, actor=desk.processor, at=MONDAY, items=[ASKED_PAPER])
    dossier = Dossier.objects.get()
    response = signed_in.post(page(dossier), {"send": "1"})
    assert [fault["target"] for fault in response.context["faults"]] == ["papers-giay-chung-sinh"]


def test_without_a_script_the_paper_comes_back_to_this_page(signed_in, asked):
    assert f'name="next" value="{page(asked)}"' in text_of(signed_in.get(page(asked)))


def test_a_question_that_the_form_no_longer_has_takes_plain_text(signed_in, desk):
    dossier = ask(desk, ASKED_OLD)
    assert signed_in.get(page(dossier)).status_code == 200
    assert signed_in.post(page(dossier), {name_of("nhom.cu"): "abc", "send": "1"}).status_code == 303


def test_strange_input_is_kept_out(signed_in, asked):
    nasty = "\x00\u202e<script>alert(1)</script>" + "a" * 20_000
    response = signed_in.post(page(asked), {name_of("child.name"): nasty, "item-999999": "x", "send": "1"})
    assert response.status_code == 422
    kept = SupplementItem.objects.get(key="child.name").answer
    assert len(kept) <= 10_000
    assert "\x00" not in kept
    assert "<script>alert(1)" not in response.content.decode()


@pytest.mark.parametrize("status", [Status.IN_PROCESS, Status.WITHDRAWN, Status.RETURNED])
def test_where_nothing_is_asked_for_it_says_so(signed_in, desk, status):
    dossier = desk.dossier(status)
    assert signed_in.get(page(dossier)).status_code == 409
    assert signed_in.post(page(dossier), {"send": "1"}).status_code == 409
    assert Dossier.objects.get().status == status


def test_a_second_send_changes_nothing(signed_in, desk):
    dossier = ask(desk, ASKED_NAME)
    data = {name_of("child.name"): "Nguyễn Minh Anh", "send": "1"}
    assert [signed_in.post(page(dossier), data).status_code for _press in range(2)] == [303, 409]
    assert Dossier.objects.get().events.filter(kind="supply").count() == 1


def test_what_only_the_last_check_finds_is_told_too(signed_in, desk, monkeypatch):
    def incomplete(**_given):
        raise services.Incomplete({"child.name": ["Tên này đã có"], "paper.x": "Đính kèm: X"})

    dossier = ask(desk, ASKED_NAME)
    monkeypatch.setattr(services, "supply", incomplete)
    response = signed_in.post(page(dossier), {name_of("child.name"): "An", "send": "1"})
    assert response.status_code == 422
    assert [fault["text"] for fault in response.context["faults"]] == ["Tên này đã có", "Đính kèm: X"]


def test_other_methods_are_refused(signed_in, asked):
    assert signed_in.delete(page(asked)).status_code == 405


def test_what_was_typed_over_an_ended_session_is_kept_after_signing_in_and_not_sent(client, signed_in, asked, desk):
    typed = {name_of("child.name"): "Nguyễn Minh Anh", "send": "1"}
    client.logout()
    assert client.post(page(asked), typed).status_code == 302
    client.force_login(desk.citizen)
    assert "Nguyễn Minh Anh" in text_of(client.get(page(asked), follow=True))
    assert SupplementItem.objects.get(key="child.name").answer == "Nguyễn Minh Anh"
    assert Dossier.objects.get(pk=asked.pk).status == Status.SUPPLEMENT

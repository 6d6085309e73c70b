"""One dossier on its citizen's page: who sees it, what it says first, where it apologises, the receipt."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Mandate
from dossiers import papers, services
from dossiers.enums import ReturnMethod, Status
from dossiers.models import Dossier
from tests import factories, files
from tests.factories import MONDAY, Desk, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

READ = ["dossier", "receipt", "qr"]
STATUSES = [status for status in Status if status is not Status.DRAFT]


def at(name, dossier):
    return reverse(f"citizen:{name}", args=[dossier.code])


def text_of(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def signed_in(client, desk):
    client.force_login(desk.citizen)
    return client


@pytest.fixture
def in_process(desk):
    return desk.dossier(Status.IN_PROCESS)


# Who sees it


@pytest.mark.parametrize("name", [*READ, "withdraw", "supply"])
def test_whoever_has_not_signed_in_is_led_to_the_door(client, in_process, name):
    response = client.get(at(name, in_process))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", [*READ, "withdraw", "supply"])
def test_strangers_and_other_agencies_find_nothing(client, in_process, other_desk, name):
    for stranger in (factories.citizen("Kẻ Lạ"), other_desk.receiver):
        client.force_login(stranger)
        assert client.get(at(name, in_process)).status_code == 404


def test_strangers_change_nothing(client, in_process):
    client.force_login(factories.citizen("Kẻ Lạ"))
    for name in ("write", "withdraw", "supply"):
        data = {"text": "x", "version": in_process.version, "send": "1"}
        assert client.post(at(name, in_process), data).status_code == 404
    now = Dossier.objects.get(pk=in_process.pk)
    assert (now.status, now.version) == (in_process.status, in_process.version)


@pytest.mark.parametrize("code", ["H19.26-261123-9999", "khong-co", "%00", "a%0Ab", "' OR 1=1--", "x" * 2000])
def test_a_code_that_nobody_has_is_not_found(signed_in, code):
    assert signed_in.get(f"/ho-so/{code}/").status_code == 404


def test_officers_have_their_own_page_but_hand_out_the_receipt(client, desk, in_process):
    client.force_login(desk.processor)
    assert client.get(at("dossier", in_process)).status_code == 404
    assert client.get(at("receipt", in_process)).status_code == 200
    assert client.get(at("qr", in_process)).status_code == 200


def test_a_mandate_opens_it_until_it_ends(client, desk, in_process):
    helper = factories.citizen("Ngô Văn Giúp")
    mandate = Mandate.objects.create(
        grantor=desk.citizen, representative=helper, valid_until=local("2027-01-01 00:00"), created_at=MONDAY
    )
    client.force_login(helper)
    assert "Nộp cho Nguyễn Thị Hoa" in text_of(client.get(at("dossier", in_process)))
    mandate.revoked_at = MONDAY
    mandate.save()
    assert client.get(at("dossier", in_process)).status_code == 404


@pytest.mark.parametrize("name", READ)
def test_pages_are_read_and_never_kept(signed_in, in_process, name):
    response = signed_in.get(at(name, in_process))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert signed_in.post(at(name, in_process)).status_code == 405
    assert signed_in.get(at("write", in_process)).status_code == 405
    assert signed_in.put(at("withdraw", in_process)).status_code == 405


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_page_and_its_receipt(signed_in, desk, status):
    dossier = desk.dossier(status)
    for name in READ:
        assert signed_in.get(at(name, dossier)).status_code == 200


# What it says first


def headline(client, dossier):
    found = client.get(at("dossier", dossier)).context["headline"]
    return (found.label, found.at) if found else None


def test_the_date_that_matters_stands_at_the_top(signed_in, desk):
    submitted, running, paused = (desk.dossier(s) for s in (Status.SUBMITTED, Status.IN_PROCESS, Status.OBLIGATION))
    finished, over = desk.dossier(Status.FINISHED), desk.dossier(Status.RETURNED)
    assert headline(signed_in, submitted) == ("Trả lời việc tiếp nhận trước", submitted.reply_due_at)
    assert headline(signed_in, running) == ("Hẹn trả kết quả", running.due_at)
    assert headline(signed_in, paused)[0].startswith("Thời hạn đang tạm dừng")
    assert headline(signed_in, finished) == ("Đã có kết quả từ", finished.finished_at)
    assert headline(signed_in, over) == ("Khép lại lúc", over.closed_at)


def test_before_receipt_a_supplement_has_no_date_of_ours(signed_in, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, items=[factories.ASKED_NAME])
    assert headline(signed_in, dossier) is None


def test_without_a_time_limit_it_says_so(client):
    desk = Desk(days=None)
    client.force_login(desk.citizen)
    assert headline(client, desk.dossier(Status.RECEIVED)) == ("Thủ tục này không quy định thời hạn giải quyết.", None)


@pytest.mark.parametrize(
    ("status", "title", "is_needed"),
    [
        (Status.SUBMITTED, "Ông/Bà không cần làm gì.", False),
        (Status.RECEIVED, "Ông/Bà không cần làm gì.", False),
        (Status.REFUSED, "Hồ sơ chưa được tiếp nhận", False),
        (Status.IN_PROCESS, "Ông/Bà không cần làm gì.", False),
        (Status.SUPPLEMENT, "Bổ sung 1 mục trước thứ", True),
        (Status.OBLIGATION, "Nộp 1.250.000\u00a0đ trước thứ", True),
        (Status.WITHDRAWN, "Ông/Bà không cần làm gì.", False),
        (Status.STOPPED, "Hồ sơ đã dừng giải quyết", False),
        (Status.FINISHED, "Đến nhận kết quả", True),
        (Status.RETURNED, "Ông/Bà không cần làm gì.", False),
    ],
)
def test_it_says_what_to_do_now(signed_in, desk, status, title, is_needed):
    errand = signed_in.get(at("dossier", desk.dossier(status))).context["errand"]
    assert errand.title.startswith(title)
    assert errand.is_needed == is_needed


@pytest.mark.parametrize("status", [Status.REFUSED, Status.STOPPED])
def test_why_it_was_refused_or_stopped_stands_beside_what_to_do(signed_in, desk, status):
    dossier = desk.dossier(status)
    reason = dossier.events.order_by("seq").last().reason
    errand = signed_in.get(at("dossier", dossier)).context["errand"]
    assert f"Lý do: {reason}" in errand.lines


def test_a_supplement_leads_to_its_page_and_warns_when_the_day_has_passed(signed_in, desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    assert f'href="{at("supply", dossier)}"' in text_of(signed_in.get(at("dossier", dossier)))
    with time_machine.travel(dossier.supplement_due_at + timedelta(days=1), tick=False):
        signed_in.force_login(desk.citizen)
        assert "Đã qua ngày này" in text_of(signed_in.get(at("dossier", dossier)))


@pytest.mark.parametrize(
    ("method", "line"),
    [
        (ReturnMethod.POST, "Bưu điện chuyển kết quả đến: 12 đường Hoa Sen."),
        (ReturnMethod.ELECTRONIC, "Kết quả được trả bằng bản điện tử."),
    ],
)
def test_a_result_that_comes_by_itself_asks_for_nothing(signed_in, desk, method, line):
    dossier = desk.dossier(Status.FINISHED)
    Dossier.objects.filter(pk=dossier.pk).update(return_method=method, return_address="12 đường Hoa Sen")
    errand = signed_in.get(at("dossier", dossier)).context["errand"]
    assert (errand.is_needed, errand.lines) == (False, [line])


def test_a_proposed_result_is_no_result_yet(signed_in, desk, in_process):
    services.propose(dossier_id=in_process.pk, actor=desk.processor, at=MONDAY, result="Giấy khai sinh số 15/2026")
    assert "15/2026" not in text_of(signed_in.get(at("dossier", in_process)))
    services.finish(dossier_id=in_process.pk, actor=desk.leader, at=MONDAY)
    assert "15/2026" in text_of(signed_in.get(at("dossier", in_process)))


def test_internal_notes_stay_inside(signed_in, desk, in_process):
    services.add_note(dossier=in_process, actor=desk.processor, at=MONDAY, text="Người này hay gọi điện")
    assert "hay gọi điện" not in text_of(signed_in.get(at("dossier", in_process)))


def test_why_this_date_is_told_line_by_line(signed_in, in_process):
    page = text_of(signed_in.get(at("dossier", in_process)))
    assert "Vì sao là ngày này?" in page
    assert "Tiếp nhận: thứ Hai 23/11/2026" in page


def test_answers_and_papers_are_shown_as_sent(signed_in, desk, tmp_path):
    draft = desk.draft()
    sent = tmp_path / "giay.pdf"
    sent.write_bytes(files.pdf())
    paper = papers.attach(
        dossier=draft, component="giay-chung-sinh", name="giay.pdf", path=sent, actor=desk.citizen, at=MONDAY
    )
    desk.submit(draft, MONDAY)
    page = text_of(signed_in.get(at("dossier", Dossier.objects.get(pk=draft.pk))))
    assert "Nguyễn Minh An" in page
    assert "Giấy chứng sinh · " in page
    assert reverse("papers:file", args=[paper.public_id]) in page


def test_messages_are_fetched_by_their_own_address_with_a_link_for_want_of_a_script(signed_in, in_process):
    page = text_of(signed_in.get(at("dossier", in_process)))
    address = reverse("notifications:dossier_messages", args=[in_process.code])
    assert f'hx-get="{address}"' in page
    assert f'href="{address}"' in page


# Late


@pytest.fixture
def late(desk, in_process):
    """Return a moment after the due day, of which the scan has just learnt."""
    moment = in_process.due_at + timedelta(hours=1)
    services.mark_overdue(dossier_id=in_process.pk, at=moment)
    return moment


def notices(client, desk, dossier, moment):
    with time_machine.travel(moment, tick=False):
        client.force_login(desk.citizen)
        return client.get(at("dossier", dossier)).context["notices"]


def test_in_time_there_is_nothing_to_apologise_for(signed_in, in_process):
    assert signed_in.get(at("dossier", in_process)).context["notices"] == []


def test_a_late_dossier_says_sorry_even_before_the_scan(client, desk, in_process):
    [notice] = notices(client, desk, in_process, in_process.due_at + timedelta(minutes=1))
    assert notice.lines[0].startswith("UBND phường Trấn Biên xin lỗi Ông/Bà")


def test_a_late_dossier_says_by_when_the_new_day_is_named(client, desk, in_process, late):
    [notice] = notices(client, desk, in_process, late)
    assert (notice.kind, notice.title) == ("warning", "Hồ sơ đã quá hẹn")
    assert notice.lines[1].startswith("Chúng tôi sẽ báo ngày mới trước")
    [later] = notices(client, desk, in_process, late + timedelta(days=10))
    assert len(later.lines) == 1


def test_a_leaders_own_words_stand_in_the_apology(client, desk, in_process, late):
    services.apologise(dossier_id=in_process.pk, actor=desk.leader, at=late, words="Tôi xin lỗi Ông/Bà.")
    [notice] = notices(client, desk, in_process, late)
    assert notice.lines[1:] == ["Tôi xin lỗi Ông/Bà."]


def test_a_promised_new_day_stands_with_its_reason_until_it_is_missed_too(client, desk, in_process, late):
    new = local("2026-12-18 17:00")
    services.commit_date(dossier_id=in_process.pk, actor=desk.leader, at=late, new_due_at=new, reason="Chờ xác minh")
    [notice] = notices(client, desk, in_process, late)
    assert notice.lines[1:] == ["Lý do: Chờ xác minh", "Hẹn trả mới: thứ Sáu 18/12/2026, 17:00."]
    [missed_again] = notices(client, desk, in_process, new + timedelta(hours=1))
    assert "18/12/2026" in missed_again.lines[0]


def test_a_finished_dossier_needs_no_apology_any_more(client, desk, in_process, late):
    desk.finish(in_process, late)
    assert notices(client, desk, in_process, late) == []


def test_an_extension_stands_with_reason_and_letter(client):
    desk = Desk(days=10)
    dossier = desk.dossier(Status.IN_PROCESS)
    ask = {"reason": "Phải xác minh thêm", "new_due_at": local("2026-12-21 17:00")}
    services.request_extension(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, **ask)
    client.force_login(desk.citizen)
    assert client.get(at("dossier", dossier)).context["notices"] == []
    services.extend(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, letter_number="12/PXL")
    [notice] = client.get(at("dossier", dossier)).context["notices"]
    assert notice.title == "Gia hạn ngày hẹn trả"
    assert notice.lines[1:] == ["Lý do: Phải xác minh thêm", "Thư xin lỗi số 12/PXL."]


# The receipt


def test_before_receipt_it_confirms_the_submission_and_names_the_day_of_the_answer(signed_in, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    response = signed_in.get(at("receipt", dossier))
    assert "Xác nhận đã nộp hồ sơ" in text_of(response)
    assert response.context["promise"].at == dossier.reply_due_at


def test_after_receipt_it_names_the_day_of_the_result(signed_in, in_process):
    response = signed_in.get(at("receipt", in_process))
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in text_of(response)
    assert response.context["promise"].at == in_process.due_at


def test_the_receipt_lists_every_paper_with_size_and_fingerprint(signed_in, desk, tmp_path):
    draft = desk.draft()
    attached = []
    for number in range(2):
        sent = tmp_path / f"{number}.pdf"
        sent.write_bytes(files.pdf(text=str(number)))
        attached.append(
            papers.attach(
                dossier=draft, component="giay-chung-sinh", name=sent.name, path=sent, actor=desk.citizen, at=MONDAY
            )
        )
    desk.submit(draft, MONDAY)
    page = text_of(signed_in.get(at("receipt", Dossier.objects.get(pk=draft.pk))))
    assert "2 giấy tờ đính kèm" in page
    for paper in attached:
        assert f"SHA-256 {paper.sha256}" in page
        assert paper.name in page


@pytest.mark.parametrize(
    ("method", "line"),
    [(ReturnMethod.COUNTER, "Tại quầy</dd>"), (ReturnMethod.POST, "Qua bưu chính đến địa chỉ: 12 đường Hoa Sen</dd>")],
)
def test_the_receipt_names_an_address_for_the_result_only_where_the_post_brings_it(signed_in, desk, method, line):
    dossier = desk.dossier(Status.SUBMITTED)
    Dossier.objects.filter(pk=dossier.pk).update(return_method=method, return_address="12 đường Hoa Sen")
    assert line in text_of(signed_in.get(at("receipt", dossier)))


def test_the_code_as_a_picture_leads_to_the_public_lookup(signed_in, in_process, settings):
    settings.PUBLIC_URL = "https://motcua.example.vn"
    response = signed_in.get(at("qr", in_process))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert "https://motcua.example.vn/tra-cuu/" in text_of(signed_in.get(at("receipt", in_process)))


# Cost


def test_a_dossier_with_much_history_costs_what_a_young_one_costs(signed_in, desk, in_process):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(at("dossier", in_process)).status_code == 200
        return len(queries)

    services.write(dossier_id=in_process.pk, actor=desk.citizen, at=MONDAY, text="Xin chào")
    one = cost()
    for _number in range(3):
        services.write(dossier_id=in_process.pk, actor=desk.processor, at=MONDAY, text="Vâng ạ")
    assert cost() == one

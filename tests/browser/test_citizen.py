"""A citizen follows a dossier on a phone and on a desktop: reads, sends what is missing, writes, withdraws, prints."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier, SupplementItem
from tests import factories, files
from tests.factories import ASKED_NAME, ASKED_PAPER

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Công ty trách nhiệm hữu hạn một thành viên thương mại dịch vụ xuất nhập khẩu " * 3


@pytest.fixture
def desk():
    return factories.Desk(days=10)


def dossier_in(desk, status):
    return desk.dossier(status, at=timezone.now())


@pytest.fixture
def asked(desk):
    dossier = dossier_in(desk, Status.IN_PROCESS)
    services.request_supplement(
        dossier_id=dossier.pk,
        actor=desk.processor,
        at=timezone.now(),
        items=[ASKED_NAME, ASKED_PAPER],
        guidance="Ông/Bà gửi lại một lần.",
    )
    return Dossier.objects.get(pk=dossier.pk)


def at(name, dossier):
    return reverse(f"citizen:{name}", args=[dossier.code])


def choose(page):
    page.get_by_label("Chọn tệp").set_input_files({"name": "giay.pdf", "mimeType": "", "buffer": files.pdf()})


def test_what_is_missing_is_sent_from_the_list_on(page, desk, asked, sign_in, axe, fits):
    sign_in(page, desk.citizen)
    page.goto("/ho-so/")
    axe(page)
    fits(page)
    page.get_by_role("link", name=desk.procedure.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(asked.code)
    page.get_by_role("link", name="Bổ sung hồ sơ").click()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Gửi bổ sung").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Đính kèm: Giấy chứng sinh")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh Anh")
    choose(page)
    expect(page.locator("[data-papers-list] .mc-file__name")).to_contain_text("giay.pdf")
    page.get_by_role("button", name="Gửi bổ sung").click()
    expect(page.get_by_text("Ông/Bà không cần làm gì thêm")).to_be_visible()
    expect(page.locator(".mc-timeline__item").first).to_contain_text("Đã gửi bổ sung")
    now = Dossier.objects.get()
    assert (now.status, now.data["child"]["name"]) == (Status.IN_PROCESS, "Nguyễn Minh Anh")


def test_what_is_typed_is_kept_at_once_and_stands_there_on_another_device(phone, new_page, desk, asked, sign_in):
    sign_in(phone, desk.citizen)
    phone.goto(at("supply", asked))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh Anh")
    phone.get_by_label("Họ, chữ đệm, tên").press("Tab")
    expect(phone.locator("#kept")).to_contain_text("Đã lưu lúc")
    assert SupplementItem.objects.get(key="child.name").answer == "Nguyễn Minh Anh"
    other = new_page("desktop")
    sign_in(other, desk.citizen)
    other.goto(at("supply", asked))
    expect(other.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh Anh")


def test_without_a_script_everything_can_be_sent_too(new_page, desk, asked, sign_in):
    page = new_page("phone", java_script_enabled=False)
    sign_in(page, desk.citizen)
    page.goto(at("supply", asked))
    page.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh Anh")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh Anh")
    choose(page)
    page.get_by_role("button", name="Đính kèm").click()
    expect(page.locator(".mc-file__name")).to_contain_text("giay.pdf")
    page.get_by_role("button", name="Gửi bổ sung").click()
    expect(page.locator(".mc-timeline__item").first).to_contain_text("Đã gửi bổ sung")
    page.get_by_label("Nội dung nhắn").fill("Tôi đã gửi rồi ạ")
    page.get_by_role("button", name="Gửi tin nhắn").click()
    expect(page.locator("#thread")).to_contain_text("Tôi đã gửi rồi ạ")


def test_a_dossier_is_read_written_about_and_withdrawn(page, desk, sign_in, axe, fits):
    dossier = dossier_in(desk, Status.IN_PROCESS)
    sign_in(page, desk.citizen)
    page.goto(at("dossier", dossier))
    expect(page.locator("#dossier-messages")).to_be_visible()
    expect(page.locator(".mc-timeline__title")).to_have_text(
        ["Bắt đầu giải quyết", "Hồ sơ đã được tiếp nhận", "Đã nộp hồ sơ"]
    )
    page.get_by_text("Vì sao là ngày này?").click()
    expect(page.get_by_text(re.compile("^Tiếp nhận: "))).to_be_visible()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Gửi tin nhắn").click()
    expect(page.locator("#thread .govuk-error-message")).to_be_visible()
    axe(page)
    page.get_by_label("Nội dung nhắn").fill("Tôi muốn hỏi")
    page.get_by_role("button", name="Gửi tin nhắn").click()
    expect(page.locator(".mc-talk__said")).to_contain_text("Tôi muốn hỏi")
    page.get_by_role("link", name="Rút hồ sơ này").click()
    axe(page)
    fits(page)
    page.get_by_label("Vì sao Ông/Bà rút hồ sơ?").fill("Nộp nhầm")
    page.get_by_role("button", name="Rút hẳn hồ sơ").click()
    expect(page.locator(".mc-timeline__item").first).to_contain_text("Lý do: Nộp nhầm")
    assert Dossier.objects.get().status == Status.WITHDRAWN


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DRAFT])
def test_every_status_is_clean_and_fits_the_narrowest_phone(narrow, desk, sign_in, axe, fits, thumbs, status):
    dossier = dossier_in(desk, status)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name=LONG[:250], applicant_address="x" * 300)
    type(desk.agency).objects.update(name=LONG[:200])
    type(desk.procedure).objects.update(name=LONG[:200])
    sign_in(narrow, desk.citizen)
    for address in ("/ho-so/", at("dossier", dossier), at("receipt", dossier)):
        narrow.goto(address)
        axe(narrow)
        fits(narrow)
        thumbs(narrow)


def test_the_receipt_shows_its_picture_and_prints_on_one_small_sheet(desktop, desk, sign_in, axe):
    dossier = dossier_in(desk, Status.RECEIVED)
    sign_in(desktop, desk.citizen)
    desktop.goto(at("receipt", dossier))
    picture = desktop.get_by_role("img", name=dossier.code)
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    desktop.emulate_media(media="print")
    expect(desktop.get_by_role("button", name="In", exact=True)).to_be_hidden()
    printed = desktop.pdf(format="A5")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_anybody_looks_up_a_dossier_with_code_and_four_digits(page, desk, axe, fits):
    dossier = dossier_in(desk, Status.RECEIVED)
    page.goto(f"/tra-cuu/?ma={dossier.code}")
    axe(page)
    fits(page)
    page.get_by_label(re.compile("4 chữ số cuối")).fill("12")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.get_by_label(re.compile("4 chữ số cuối")).fill("0000" if dossier.applicant_phone[-4:] != "0000" else "1111")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.get_by_role("alert")).to_contain_text("Không tìm thấy hồ sơ")
    axe(page)
    page.get_by_label(re.compile("4 chữ số cuối")).fill(dossier.applicant_phone[-4:])
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("#found")).to_have_text(dossier.code)
    expect(page.locator(".mc-card--action")).to_contain_text("Được tiếp nhận")
    axe(page)
    fits(page)


def test_somebody_new_finds_an_empty_list_that_leads_on(narrow, sign_in, axe, fits):
    sign_in(narrow, factories.citizen("Lý Văn Mới"))
    narrow.goto("/ho-so/")
    expect(narrow.get_by_text("Ông/Bà chưa có hồ sơ nào")).to_be_visible()
    axe(narrow)
    fits(narrow)


def test_the_phone_of_the_demonstration_fits_whoever_it_belongs_to(narrow, desk, settings, axe, fits, thumbs):
    settings.DEMO = True
    dossier_in(desk, Status.RECEIVED)
    type(desk.citizen).objects.filter(pk=desk.citizen.pk).update(full_name="Nguyễnphúcvĩnhtrườngthịnh" * 5)
    narrow.goto("/dien-thoai/")
    expect(narrow.get_by_role("link", name="Nguyễnphúc")).to_be_visible()
    axe(narrow)
    fits(narrow)
    thumbs(narrow)

"""Filing on real screens: from start to receipt, with and without a script, for oneself and at the counter."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.enums import Role
from dossiers import papers
from dossiers.enums import Status
from dossiers.models import Dossier
from tests import factories
from tests.browser import births

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = "Object.keys(localStorage).filter(name => name.startsWith('mc-draft:')).length"


@pytest.fixture(autouse=True)
def _catalogue(tmp_path):
    births.load_catalogue(tmp_path)


@pytest.fixture
def citizen():
    return factories.citizen()


# --- the whole way


def test_birth_is_registered_from_start_to_receipt_over_a_line_that_breaks(page, citizen, sign_in, axe, fits):
    sign_in(page, citizen)
    page.goto(reverse("filing:start", args=[births.CODE]))
    axe(page)
    fits(page)
    page.get_by_role("button", name="Bắt đầu").click()
    for number, (title, answer) in enumerate(births.STEPS.items(), start=1):
        births.heading(page, title)
        expect(page.get_by_text(f"Bước {number} trên 8: {title}")).to_be_visible()
        expect(page.get_by_text("Bản nháp – chưa nộp")).to_be_visible()
        page.context.set_offline(title == "Người được khai sinh")
        answer(page)
        if title == "Người được khai sinh":
            expect(births.status(page)).to_contain_text("Chưa lưu được vì mất kết nối")
            page.get_by_label("Họ, chữ đệm, tên").press("Enter")
            births.heading(page, title)
            expect(page.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh An")
            axe(page)
            page.context.set_offline(False)
        expect(births.status(page)).to_contain_text("Đã lưu lúc")
        axe(page)
        fits(page)
        births.go_on(page)
    births.heading(page, "Giấy tờ")
    expect(births.choose_photo(page).locator("[data-papers-list]")).to_contain_text("giấy chứng sinh.jpg")
    axe(page)
    fits(page)
    births.go_on(page)
    births.heading(page, "Cách nhận kết quả")
    axe(page)
    fits(page)
    births.go_on(page)
    births.heading(page, "Xem lại và nộp")
    expect(page.get_by_text("Còn thiếu")).to_be_hidden()
    axe(page)
    fits(page)
    dossier = births.submitted(page)
    assert [line.name for line in papers.listing(dossier)] == ["giấy chứng sinh.jpg"]
    assert page.evaluate(KEPT) == 0


def test_birth_is_registered_without_a_script(new_page, citizen, sign_in):
    page = new_page("phone", java_script_enabled=False)
    sign_in(page, citizen)
    page.goto(reverse("filing:start", args=[births.CODE]))
    page.get_by_role("button", name="Bắt đầu").click()
    for title, answer in births.STEPS.items():
        births.heading(page, title)
        answer(page)
        births.go_on(page)
    births.heading(page, "Giấy tờ")
    place = births.choose_photo(page)
    place.get_by_role("button", name="Đính kèm").click()
    births.heading(page, "Giấy tờ")
    births.go_on(page)
    births.go_on(page)
    births.submitted(page)


def test_review_leads_to_what_is_missing_and_back(phone, citizen, sign_in, axe, fits, thumbs):
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    phone.goto(reverse("filing:review", args=[draft.public_id]))
    axe(phone)
    fits(phone)
    thumbs(phone)
    phone.get_by_role("link", name="Người đi khai: ").click()
    births.requester(phone)
    births.go_on(phone)
    births.heading(phone, "Xem lại và nộp")
    expect(phone.get_by_role("link", name="Người đi khai: ")).to_be_hidden()
    phone.get_by_role("button", name="Nộp hồ sơ").click()
    expect(phone.locator(".govuk-error-summary")).to_be_focused()
    axe(phone)
    thumbs(phone)
    assert Dossier.objects.get().status == Status.DRAFT


def test_counter_files_for_who_stands_there(desktop, sign_in, axe, fits):
    receiver = factories.officer(Role.RECEIVE)
    sign_in(desktop, receiver)
    desktop.goto(reverse("filing:start", args=[births.CODE]) + "?kenh=counter")
    axe(desktop)
    desktop.get_by_role("button", name="Bắt đầu").click()
    births.heading(desktop, "Người nộp")
    desktop.get_by_label("Họ và tên").fill("Nguyễn Thị Hoa")
    desktop.get_by_label("Số điện thoại di động").fill("0912 345 678")
    desktop.get_by_label("Số định danh").fill("075195000123")
    axe(desktop)
    fits(desktop)
    births.go_on(desktop)
    births.heading(desktop, "Người đi khai")
    expect(desktop.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Hoa")
    births.address(desktop, "Nơi cư trú")
    for title, answer in births.STEPS.items():
        births.heading(desktop, title)
        answer(desktop)
        births.go_on(desktop)
    expect(births.choose_photo(desktop).locator("[data-papers-list]")).to_contain_text("giấy chứng sinh.jpg")
    births.go_on(desktop)
    births.heading(desktop, "Cách nhận kết quả")
    axe(desktop)
    births.go_on(desktop)
    births.heading(desktop, "Xem lại và nộp")
    desktop.get_by_label("Tôi cam đoan các nội dung khai trong hồ sơ").check()
    desktop.get_by_role("button", name="Nộp hồ sơ").click()
    desktop.wait_for_url("**/can-bo/ho-so/**")
    filed = Dossier.objects.get()
    assert (filed.status, filed.applicant_name, filed.filed_by) == (Status.SUBMITTED, "Nguyễn Thị Hoa", receiver)


# --- questions that depend on answers, and rows


def test_answer_shows_and_hides_the_questions_that_depend_on_it(phone, citizen, sign_in, axe):
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "father"))
    name = phone.get_by_label("Họ và tên")
    expect(name).to_be_hidden()
    phone.get_by_label("Có", exact=True).check()
    name.fill("Trần Văn Bình")
    axe(phone)
    expect(births.status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["father"] == {"is_declared": True, "full_name": "Trần Văn Bình"}
    phone.get_by_label("Không", exact=True).check()
    expect(name).to_be_hidden()


def test_words_typed_while_questions_are_drawn_again_stay(desktop, citizen, sign_in):
    draft = births.begun(citizen)
    sign_in(desktop, citizen)
    desktop.goto(births.group_url(draft, "father"))
    desktop.get_by_label("Có", exact=True).check()
    name = desktop.get_by_label("Họ và tên")
    expect(name).to_be_visible()
    held = []

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    desktop.route(f"**{births.group_url(draft, 'father')}", hold_the_first)
    with desktop.expect_request(f"**{births.group_url(draft, 'father')}"):
        desktop.get_by_label("Có", exact=True).dispatch_event("change")
    name.fill("Trần Văn Bình")
    held[0].continue_()
    expect(births.status(desktop)).to_contain_text("Đã lưu lúc")
    expect(name).to_have_value("Trần Văn Bình")


def test_rows_are_added_and_taken_out(phone, citizen, sign_in, axe, fits):
    draft = births.begun(citizen, births.LAND)
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "parcels"))
    phone.get_by_label("Thửa đất số").fill("12")
    phone.get_by_role("button", name="Thêm dòng").click()
    second = phone.get_by_role("group", name="Thửa đất 2")
    second.get_by_label("Thửa đất số").fill("13")
    axe(phone)
    fits(phone)
    phone.get_by_role("group", name="Thửa đất 1").get_by_role("button", name="Bỏ dòng này").click()
    expect(second).to_be_hidden()
    expect(phone.get_by_label("Thửa đất số")).to_have_value("13")
    expect(births.status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["parcels"] == [{"number": "13"}]


def test_enter_goes_on_and_adds_no_row(desktop, citizen, sign_in):
    draft = births.begun(citizen, births.LAND)
    sign_in(desktop, citizen)
    desktop.goto(births.group_url(draft, "parcels"))
    desktop.get_by_label("Thửa đất số").fill("12")
    desktop.get_by_label("Thửa đất số").press("Enter")
    expect(desktop.locator(".govuk-error-summary")).to_be_visible()
    expect(desktop.get_by_role("group", name="Thửa đất 2")).to_be_hidden()

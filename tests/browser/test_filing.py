"""Filing on real screens: start to receipt, over a line that breaks, after a session that ended, on two devices."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers import papers, services
from dossiers.enums import Status
from dossiers.models import Dossier
from procedures import forms
from procedures.models import Offering, Procedure
from tests import factories, files

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "1.001193"
LAND = "1.012783"
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('mc-draft:')).length"


@pytest.fixture(autouse=True)
def _catalogue(tmp_path):
    """Import the two real procedures that the tests file."""
    forms.forget()
    factories.commune()
    whole = json.loads((Path(settings.BASE_DIR) / "procedures" / "data" / "procedures.json").read_text())
    whole["procedures"] = [item for item in whole["procedures"] if item["code"] in (CODE, LAND)]
    path = tmp_path / "procedures.json"
    path.write_text(json.dumps(whole))
    call_command("load_procedures", path, verbosity=0)
    for procedure in Procedure.objects.all():
        Offering.objects.create(procedure=procedure, agency=factories.agency())


@pytest.fixture
def citizen():
    return factories.citizen()


def begun(citizen, code=CODE) -> Dossier:
    return services.start_draft(
        procedure=Procedure.objects.get(code=code), actor=citizen, at=timezone.now(), agency=factories.agency()
    )


def group_url(draft, key):
    return reverse("filing:group", args=[draft.public_id, key])


def go_on(page):
    page.get_by_role("button", name="Lưu và tiếp tục").click()


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def status(page):
    return page.get_by_role("status")


def address(page, legend):
    place = page.get_by_role("group", name=legend)
    place.get_by_label("Xã, phường, đặc khu").select_option("26041")
    place.get_by_label("Số nhà, đường, thôn, ấp").fill("12 đường Hoa Sen")


def requester(page):
    page.get_by_label("Mẹ", exact=True).check()


def child(page):
    page.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    page.get_by_label("Ngày, tháng, năm sinh (bằng số)").fill("05/07/2025")
    page.get_by_label("Ngày, tháng, năm sinh (bằng chữ)").fill("ngày năm tháng bảy năm hai nghìn không trăm hai lăm")
    page.get_by_label("Nam", exact=True).check()
    page.get_by_label("Dân tộc").select_option("kinh")
    page.get_by_label("Quốc tịch").select_option("VN")
    address(page, "Nơi sinh")
    address(page, "Quê quán")
    page.get_by_label("Giấy chứng sinh bản giấy").check()


def mother(page):
    page.get_by_label("Họ và tên").fill("Nguyễn Thị Hoa")
    page.get_by_label("Năm sinh").fill("1995")
    page.get_by_label("Dân tộc").select_option("kinh")
    page.get_by_label("Quốc tịch").select_option("VN")
    address(page, "Nơi cư trú")


def father(page):
    page.get_by_label("Không", exact=True).check()


def request(page):
    page.get_by_label("Tôi cam đoan các nội dung").check()


STEPS = {
    "Người đi khai": requester,
    "Người được khai sinh": child,
    "Người mẹ": mother,
    "Người cha": father,
    "Đề nghị và cam đoan": request,
}


def choose_photo(page):
    place = page.locator('[data-papers="birth_note"]')
    photo = {"name": "giấy chứng sinh.jpg", "mimeType": "image/jpeg", "buffer": files.jpeg()}
    place.get_by_label("Chọn tệp").set_input_files(photo)
    return place


def submitted(page):
    page.get_by_label("Tôi cam đoan các nội dung khai trong hồ sơ").check()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.wait_for_url("**/giay-tiep-nhan/")
    dossier = Dossier.objects.get()
    assert dossier.status == Status.SUBMITTED
    assert dossier.data["child"]["full_name"] == "Nguyễn Minh An"
    assert dossier.code in page.url
    return dossier


# --- the whole way


def test_birth_is_registered_from_start_to_receipt_over_a_line_that_breaks(page, citizen, sign_in, axe, fits):
    sign_in(page, citizen)
    page.goto(reverse("filing:start", args=[CODE]))
    axe(page)
    fits(page)
    page.get_by_role("button", name="Bắt đầu").click()
    for number, (title, answer) in enumerate(STEPS.items(), start=1):
        heading(page, title)
        expect(page.get_by_text(f"Bước {number} trên 8: {title}")).to_be_visible()
        expect(page.get_by_text("Bản nháp – chưa nộp")).to_be_visible()
        page.context.set_offline(title == "Người được khai sinh")
        answer(page)
        if title == "Người được khai sinh":
            expect(status(page)).to_contain_text("Chưa lưu được vì mất kết nối")
            page.get_by_label("Họ, chữ đệm, tên").press("Enter")
            heading(page, title)
            expect(page.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh An")
            axe(page)
            page.context.set_offline(False)
        expect(status(page)).to_contain_text("Đã lưu lúc")
        axe(page)
        fits(page)
        go_on(page)
    heading(page, "Giấy tờ")
    expect(choose_photo(page).locator("[data-papers-list]")).to_contain_text("giấy chứng sinh.jpg")
    axe(page)
    fits(page)
    go_on(page)
    heading(page, "Cách nhận kết quả")
    axe(page)
    fits(page)
    go_on(page)
    heading(page, "Xem lại và nộp")
    expect(page.get_by_text("Còn thiếu")).to_be_hidden()
    axe(page)
    fits(page)
    dossier = submitted(page)
    assert [line.name for line in papers.listing(dossier)] == ["giấy chứng sinh.jpg"]
    assert page.evaluate(KEPT) == 0


def test_birth_is_registered_without_a_script(new_page, citizen, sign_in):
    page = new_page("phone", java_script_enabled=False)
    sign_in(page, citizen)
    page.goto(reverse("filing:start", args=[CODE]))
    page.get_by_role("button", name="Bắt đầu").click()
    for title, answer in STEPS.items():
        heading(page, title)
        answer(page)
        go_on(page)
    heading(page, "Giấy tờ")
    place = choose_photo(page)
    place.get_by_role("button", name="Đính kèm").click()
    heading(page, "Giấy tờ")
    go_on(page)
    go_on(page)
    submitted(page)


def test_review_leads_to_what_is_missing_and_back(phone, citizen, sign_in, axe, fits):
    draft = begun(citizen)
    sign_in(phone, citizen)
    phone.goto(reverse("filing:review", args=[draft.public_id]))
    axe(phone)
    fits(phone)
    phone.get_by_role("link", name="Người đi khai: ").click()
    requester(phone)
    go_on(phone)
    heading(phone, "Xem lại và nộp")
    expect(phone.get_by_role("link", name="Người đi khai: ")).to_be_hidden()
    phone.get_by_role("button", name="Nộp hồ sơ").click()
    expect(phone.locator(".govuk-error-summary")).to_be_focused()
    axe(phone)
    assert Dossier.objects.get().status == Status.DRAFT


# --- questions that depend on answers, and rows


def test_answer_shows_and_hides_the_questions_that_depend_on_it(phone, citizen, sign_in, axe):
    draft = begun(citizen)
    sign_in(phone, citizen)
    phone.goto(group_url(draft, "father"))
    name = phone.get_by_label("Họ và tên")
    expect(name).to_be_hidden()
    phone.get_by_label("Có", exact=True).check()
    name.fill("Trần Văn Bình")
    axe(phone)
    expect(status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["father"] == {"is_declared": True, "full_name": "Trần Văn Bình"}
    phone.get_by_label("Không", exact=True).check()
    expect(name).to_be_hidden()


def test_words_typed_while_questions_are_drawn_again_stay(desktop, citizen, sign_in):
    draft = begun(citizen)
    sign_in(desktop, citizen)
    desktop.goto(group_url(draft, "father"))
    desktop.get_by_label("Có", exact=True).check()
    name = desktop.get_by_label("Họ và tên")
    expect(name).to_be_visible()
    held = []

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    desktop.route(f"**{group_url(draft, 'father')}", hold_the_first)
    with desktop.expect_request(f"**{group_url(draft, 'father')}"):
        desktop.get_by_label("Có", exact=True).dispatch_event("change")
    name.fill("Trần Văn Bình")
    held[0].continue_()
    expect(status(desktop)).to_contain_text("Đã lưu lúc")
    expect(name).to_have_value("Trần Văn Bình")


def test_rows_are_added_and_taken_out(phone, citizen, sign_in, axe, fits):
    draft = begun(citizen, LAND)
    sign_in(phone, citizen)
    phone.goto(group_url(draft, "parcels"))
    phone.get_by_label("Thửa đất số").fill("12")
    phone.get_by_role("button", name="Thêm dòng").click()
    second = phone.get_by_role("group", name="Thửa đất 2")
    second.get_by_label("Thửa đất số").fill("13")
    axe(phone)
    fits(phone)
    phone.get_by_role("group", name="Thửa đất 1").get_by_role("button", name="Bỏ dòng này").click()
    expect(second).to_be_hidden()
    expect(phone.get_by_label("Thửa đất số")).to_have_value("13")
    expect(status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["parcels"] == [{"number": "13"}]


def test_enter_goes_on_and_adds_no_row(desktop, citizen, sign_in):
    draft = begun(citizen, LAND)
    sign_in(desktop, citizen)
    desktop.goto(group_url(draft, "parcels"))
    desktop.get_by_label("Thửa đất số").fill("12")
    desktop.get_by_label("Thửa đất số").press("Enter")
    expect(desktop.locator(".govuk-error-summary")).to_be_visible()
    expect(desktop.get_by_role("group", name="Thửa đất 2")).to_be_hidden()


# --- nothing typed is lost


def test_what_was_typed_without_a_line_comes_back_when_the_page_is_opened_again(phone, citizen, sign_in):
    draft = begun(citizen)
    sign_in(phone, citizen)
    phone.goto(group_url(draft, "child"))
    phone.route("**/luu/", lambda route: route.abort("connectionreset"))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(status(phone)).to_contain_text("mất kết nối")
    assert phone.evaluate(KEPT) == 1
    phone.unroute_all()
    phone.reload()
    expect(phone.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh An")
    expect(status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"
    assert phone.evaluate(KEPT) == 0


def test_answer_lost_on_the_line_is_no_conflict(phone, citizen, sign_in):
    draft = begun(citizen)
    sign_in(phone, citizen)
    phone.goto(group_url(draft, "child"))
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort("connectionreset")

    phone.route("**/luu/", lose_the_first_answer)
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh")
    expect(status(phone)).to_contain_text("mất kết nối")
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"


def test_ended_session_keeps_the_words_and_goes_on_after_signing_in(phone, citizen, sign_in, axe):
    draft = begun(citizen)
    sign_in(phone, citizen)
    phone.goto(group_url(draft, "child"))
    phone.context.clear_cookies(name="sessionid")
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(status(phone)).to_contain_text("Phiên đã hết")
    expect(phone.get_by_role("link", name="Đăng nhập (mở trong thẻ mới)")).to_be_visible()
    axe(phone)
    go_on(phone)
    heading(phone, "Người được khai sinh")
    phone.get_by_role("button", name="Thử lại").click()
    expect(status(phone)).to_contain_text("Phiên đã hết")
    sign_in(phone, citizen)
    phone.get_by_role("button", name="Thử lại").click()
    expect(status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"


@pytest.mark.parametrize(
    ("choice", "name"), [("Giữ nội dung trên trang này", "Ở đây"), ("Lấy nội dung đã lưu trên thiết bị kia", "Ở kia")]
)
def test_two_devices_are_told_of_each_other_and_the_person_decides(new_page, citizen, sign_in, axe, choice, name):
    draft = begun(citizen)
    here, there = new_page("phone"), new_page("desktop")
    for device in (here, there):
        sign_in(device, citizen)
        device.goto(group_url(draft, "child"))
    there.get_by_label("Họ, chữ đệm, tên").fill("Ở kia")
    expect(status(there)).to_contain_text("Đã lưu lúc")
    here.get_by_label("Họ, chữ đệm, tên").fill("Ở đây")
    expect(status(here)).to_contain_text("vừa được sửa trên thiết bị khác")
    axe(here)
    here.get_by_role("button", name=choice).click()
    expect(here.get_by_label("Họ, chữ đệm, tên")).to_have_value(name)
    if name == "Ở đây":
        expect(status(here)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == name


def test_words_of_one_person_are_not_there_for_the_next_on_the_same_device(phone, citizen, sign_in):
    draft, other = begun(citizen), factories.citizen()
    sign_in(phone, citizen)
    phone.goto(group_url(draft, "child"))
    phone.route("**/luu/", lambda route: route.abort("connectionreset"))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(status(phone)).to_contain_text("mất kết nối")
    sign_in(phone, other)
    phone.goto(group_url(begun(other), "child"))
    assert phone.evaluate(KEPT) == 0


def test_saves_never_overtake_one_another(desktop, citizen, sign_in):
    draft = begun(citizen)
    sign_in(desktop, citizen)
    desktop.goto(group_url(draft, "child"))
    under_way, most = [], []

    def count(route):
        under_way.append(route)
        most.append(len(under_way))
        answer = route.fetch()
        under_way.remove(route)
        route.fulfill(response=answer)

    desktop.route("**/luu/", count)
    for name in ("Nam", "Nữ"):
        desktop.get_by_label(name, exact=True).check()
    desktop.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    desktop.get_by_label("Nam", exact=True).check()
    expect(status(desktop)).to_contain_text("Đã lưu lúc")
    assert max(most) == 1
    assert Dossier.objects.get().data["child"]["gender"] == "male"
    assert Dossier.objects.get().draft_revision == len(most)


def test_draft_is_resumed_on_another_device(new_page, citizen, sign_in):
    draft = begun(citizen)
    first, second = new_page("phone"), new_page("desktop")
    for device in (first, second):
        sign_in(device, citizen)
    first.goto(group_url(draft, "requester"))
    requester(first)
    go_on(first)
    heading(first, "Người được khai sinh")
    second.goto(reverse("filing:start", args=[CODE]))
    second.get_by_role("link", name="Làm tiếp bản nháp này").click()
    heading(second, "Người được khai sinh")

"""The desk on real screens: by keyboard, beside papers, between two officers, clean for screen readers."""

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier
from tests import factories
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk():
    with time_machine.travel(MONDAY, tick=True):
        yield Desk()


def status(dossier):
    return Dossier.objects.get(pk=dossier.pk).status


def address(dossier, slug=""):
    return reverse("desk:step", args=[dossier.code, slug]) if slug else reverse("desk:dossier", args=[dossier.code])


@pytest.mark.parametrize(
    "where",
    ["/can-bo/", "/can-bo/viec/", "/can-bo/hang-doi/cua-don-vi/?q=hoa", "/can-bo/tim/?q=khongcoai", "dossier", "form"],
)
def test_pages_keep_every_rule_of_axe(page, axe, fits, desk, sign_in, where):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Tôi xin hỏi thêm")
    sign_in(page, desk.leader)
    page.goto({"dossier": address(dossier), "form": address(dossier, "yeu-cau-bo-sung")}.get(where, where))
    expect(page.locator(".mc-queues__count").first).to_be_visible()
    axe(page)
    fits(page)


def test_a_dossier_with_a_very_long_name_fits_320_pixels(narrow, fits, desk, sign_in):
    dossier = desk.dossier(Status.SUBMITTED)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name="Công ty Trách nhiệm hữu hạn một thành viên " * 5)
    sign_in(narrow, desk.receiver)
    for where in (address(dossier), "/can-bo/hang-doi/cho-tiep-nhan/", address(dossier, "tu-choi")):
        narrow.goto(where)
        fits(narrow)


def test_a_phone_shows_the_time_left_and_the_queue_one_is_in(narrow, desk, sign_in):
    desk.dossier(Status.IN_PROCESS)
    sign_in(narrow, desk.leader)
    narrow.goto("/can-bo/hang-doi/cho-nop-tien/")
    expect(narrow.locator(".mc-queues__count").first).to_be_visible()
    expect(narrow.locator(".mc-queues [aria-current=page]")).to_be_in_viewport(ratio=1)
    narrow.goto("/can-bo/hang-doi/cua-don-vi/")
    expect(narrow.locator("[data-row] .mc-due")).to_be_in_viewport(ratio=1)


def test_the_desk_is_worked_by_keyboard(desktop, desk, sign_in):
    dossiers = [desk.dossier(Status.SUBMITTED) for _number in range(3)]
    sign_in(desktop, desk.receiver)
    desktop.goto("/can-bo/")
    desktop.keyboard.press("g")
    desktop.keyboard.press("q")
    expect(desktop).to_have_url(desktop.url.split("/can-bo/")[0] + "/can-bo/hang-doi/cho-tiep-nhan/")
    expect(desktop.locator(".mc-queues__count").first).to_be_visible()  # the scripts are there
    for key in ("j", "j", "k", "j", "Enter"):
        desktop.keyboard.press(key)
    expect(desktop.locator("h1")).to_contain_text(dossiers[1].code)
    expect(desktop.locator(".mc-queues__count").first).to_be_visible()
    desktop.keyboard.press("/")
    expect(desktop.locator("[data-search]")).to_be_focused()
    desktop.keyboard.type("nguyen thi hoa")
    desktop.keyboard.press("Enter")
    expect(desktop.locator("[data-row]")).to_have_count(3)


def test_marked_dossiers_are_received_together(desktop, desk, sign_in):
    dossiers = [desk.dossier(Status.SUBMITTED) for _number in range(2)]
    sign_in(desktop, desk.receiver)
    desktop.goto("/can-bo/hang-doi/cho-tiep-nhan/")
    desktop.locator("[data-mark-all]").check()
    desktop.get_by_role("button", name="Tiếp nhận").click()
    expect(desktop.locator("h1")).to_have_text("Đã xong 2 trên 2 hồ sơ")
    assert {status(dossier) for dossier in dossiers} == {Status.RECEIVED}


def test_marked_dossiers_are_handed_out_together(desktop, axe, desk, sign_in):
    dossiers = [desk.dossier(Status.RECEIVED) for _number in range(2)]
    sign_in(desktop, desk.receiver)
    desktop.goto("/can-bo/hang-doi/cua-don-vi/")
    desktop.locator("[data-mark-all]").check()
    desktop.get_by_role("button", name="Chuyển xử lý và phân công").click()
    desktop.get_by_label("Cán bộ").select_option(label="Phạm Văn Lý")
    axe(desktop)
    desktop.get_by_role("button", name="Chuyển xử lý và phân công").click()
    expect(desktop.locator("h1")).to_have_text("Đã xong 2 trên 2 hồ sơ")
    assert {Dossier.objects.get(pk=dossier.pk).assignee for dossier in dossiers} == {desk.processor}


def test_a_supplement_is_asked_for_in_one_pass(page, desk, sign_in):
    dossier = desk.dossier(Status.IN_PROCESS)
    sign_in(page, desk.processor)
    page.goto(address(dossier))
    page.get_by_role("link", name="Yêu cầu bổ sung").click()
    page.get_by_role("button", name="Yêu cầu bổ sung").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    place = page.locator(".mc-place", has_text="Giấy chứng sinh")
    expect(place.get_by_label("Lý do")).to_be_hidden()
    place.get_by_role("checkbox").check()
    place.get_by_label("Lý do").select_option("unreadable")
    page.get_by_role("button", name="Yêu cầu bổ sung").click()
    expect(page.locator(".mc-status").first).to_contain_text("bổ sung")
    assert status(dossier) == Status.SUPPLEMENT


def test_another_unit_brings_its_officers(desktop, desk, sign_in):
    other = factories.agency("H19.10", "Sở Tư pháp", level="department")
    specialist = factories.officer(factories.Role.PROCESS, at=other, name="Bùi Văn Chuyên")
    dossier = desk.dossier(Status.RECEIVED)
    sign_in(desktop, desk.receiver)
    desktop.goto(address(dossier, "chuyen-xu-ly"))
    desktop.get_by_label("Đơn vị").select_option(label="Sở Tư pháp")
    desktop.get_by_label("Cán bộ", exact=False).first.select_option(label="Bùi Văn Chuyên")
    desktop.get_by_role("button", name="Chuyển xử lý").click()
    expect(desktop.locator(".mc-status").first).to_contain_text("Đang xử lý")
    assert Dossier.objects.get(pk=dossier.pk).assignee == specialist


def test_of_two_officers_the_slower_is_told_who_was_faster(new_page, desk, sign_in):
    second = factories.officer(factories.Role.RECEIVE, at=desk.agency, name="Nguyễn Văn Chậm")
    dossier = desk.dossier(Status.SUBMITTED)
    fast, slow = new_page("desktop"), new_page("desktop")
    sign_in(fast, desk.receiver)
    sign_in(slow, second)
    slow.goto(address(dossier, "tu-choi"))
    slow.get_by_label("Lý do").fill("Thiếu giấy chứng sinh")
    fast.goto(address(dossier, "tiep-nhan"))
    fast.get_by_role("button", name="Tiếp nhận").click()
    expect(fast.locator(".mc-status").first).to_contain_text("tiếp nhận")
    slow.get_by_role("button", name="Từ chối tiếp nhận").click()
    expect(slow.locator("h1")).to_have_text("Đã có người thao tác trước")
    expect(slow.locator("#step")).to_contain_text("Lê Thị Tiếp")
    expect(slow.locator("#step")).to_contain_text("Thiếu giấy chứng sinh")
    assert status(dossier) == Status.RECEIVED


def test_the_whole_way_works_without_a_script(new_page, desk, sign_in):
    page = new_page("phone", java_script_enabled=False)
    dossier = desk.dossier(Status.SUBMITTED)
    sign_in(page, desk.receiver)
    page.goto("/can-bo/hang-doi/cho-tiep-nhan/")
    page.get_by_role("link", name=dossier.code).click()
    page.get_by_role("link", name="Tiếp nhận", exact=True).click()
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.locator("h1")).to_contain_text(dossier.code)
    assert status(dossier) == Status.RECEIVED

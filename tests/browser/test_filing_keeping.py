"""Nothing typed is lost: over a line that breaks, after a session that ended, on two devices, on a shared one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

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


def test_what_was_typed_without_a_line_comes_back_when_the_page_is_opened_again(phone, citizen, sign_in):
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "child"))
    phone.route("**/luu/", lambda route: route.abort("connectionreset"))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("mất kết nối")
    assert phone.evaluate(KEPT) == 1
    phone.unroute_all()
    phone.reload()
    expect(phone.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh An")
    expect(phone.get_by_text("Đã lấy lại nội dung")).to_be_visible()
    expect(births.status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"
    assert phone.evaluate(KEPT) == 0


def test_answer_lost_on_the_line_is_no_conflict(phone, citizen, sign_in):
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "child"))
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort("connectionreset")

    phone.route("**/luu/", lose_the_first_answer)
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh")
    expect(births.status(phone)).to_contain_text("mất kết nối")
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"


def test_ended_session_keeps_the_words_and_goes_on_after_signing_in(phone, citizen, sign_in, axe):
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "child"))
    phone.context.clear_cookies(name="sessionid")
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("Phiên đã hết")
    expect(phone.get_by_role("link", name="Đăng nhập (mở trong thẻ mới)")).to_be_visible()
    axe(phone)
    births.go_on(phone)
    births.heading(phone, "Người được khai sinh")
    phone.get_by_role("button", name="Thử lại").click()
    expect(births.status(phone)).to_contain_text("Phiên đã hết")
    sign_in(phone, citizen)
    phone.get_by_role("button", name="Thử lại").click()
    expect(births.status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"


@pytest.mark.parametrize(
    ("choice", "name"), [("Giữ nội dung trên trang này", "Ở đây"), ("Lấy nội dung đã lưu trên thiết bị kia", "Ở kia")]
)
def test_two_devices_are_told_of_each_other_and_the_person_decides(new_page, citizen, sign_in, axe, choice, name):
    draft = births.begun(citizen)
    here, there = new_page("phone"), new_page("desktop")
    for device in (here, there):
        sign_in(device, citizen)
        device.goto(births.group_url(draft, "child"))
    there.get_by_label("Họ, chữ đệm, tên").fill("Ở kia")
    expect(births.status(there)).to_contain_text("Đã lưu lúc")
    here.get_by_label("Họ, chữ đệm, tên").fill("Ở đây")
    expect(births.status(here)).to_contain_text("vừa được sửa trên thiết bị khác")
    axe(here)
    here.get_by_role("button", name=choice).click()
    expect(here.get_by_label("Họ, chữ đệm, tên")).to_have_value(name)
    if name == "Ở đây":
        expect(births.status(here)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == name


def test_words_of_one_person_are_not_there_for_the_next_on_the_same_device(phone, citizen, sign_in):
    draft, other = births.begun(citizen), factories.citizen()
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "child"))
    phone.route("**/luu/", lambda route: route.abort("connectionreset"))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("mất kết nối")
    sign_in(phone, other)
    phone.goto(births.group_url(births.begun(other), "child"))
    assert phone.evaluate(KEPT) == 0


def test_signing_out_leaves_nothing_typed_on_the_device(phone, citizen, sign_in):
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    phone.goto(births.group_url(draft, "child"))
    phone.route("**/luu/", lambda route: route.abort("connectionreset"))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("mất kết nối")
    phone.goto(reverse("accounts:home"))
    phone.get_by_role("button", name="Đăng xuất").click()
    expect(phone.get_by_text("Ông/Bà đã đăng xuất")).to_be_visible()
    assert phone.evaluate(KEPT) == 0


def test_saves_never_overtake_one_another(desktop, citizen, sign_in):
    draft = births.begun(citizen)
    sign_in(desktop, citizen)
    desktop.goto(births.group_url(draft, "child"))
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
    expect(births.status(desktop)).to_contain_text("Đã lưu lúc")
    assert max(most) == 1
    assert Dossier.objects.get().data["child"]["gender"] == "male"
    assert Dossier.objects.get().draft_revision == len(most)


def test_draft_is_resumed_on_another_device(new_page, citizen, sign_in):
    draft = births.begun(citizen)
    first, second = new_page("phone"), new_page("desktop")
    for device in (first, second):
        sign_in(device, citizen)
    first.goto(births.group_url(draft, "requester"))
    births.requester(first)
    births.go_on(first)
    births.heading(first, "Người được khai sinh")
    second.goto(reverse("filing:start", args=[births.CODE]))
    second.get_by_role("link", name="Làm tiếp bản nháp này").click()
    births.heading(second, "Người được khai sinh")

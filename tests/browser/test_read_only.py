"""While nothing may change, what was typed stays with the person who typed it."""

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from dossiers.enums import Status
from dossiers.models import Dossier
from tests import factories
from tests.browser import births
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk():
    with time_machine.travel(MONDAY, tick=True):
        yield Desk()


def test_autosave_says_not_saved_keeps_the_words_and_saves_them_later(phone, sign_in, settings, tmp_path, axe, fits):
    births.load_catalogue(tmp_path)
    citizen = factories.citizen()
    draft = births.begun(citizen)
    sign_in(phone, citizen)
    settings.READ_ONLY = True
    phone.goto(births.group_url(draft, "child"))
    phone.get_by_label("Họ, chữ đệm, tên").fill("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("Chưa lưu")
    axe(phone)
    fits(phone)
    with phone.expect_response(lambda answer: answer.status == 503):
        births.go_on(phone)
    births.heading(phone, "Người được khai sinh")
    settings.READ_ONLY = False
    phone.reload()
    expect(phone.get_by_label("Họ, chữ đệm, tên")).to_have_value("Nguyễn Minh An")
    expect(births.status(phone)).to_contain_text("Đã lưu lúc")
    assert Dossier.objects.get().data["child"]["full_name"] == "Nguyễn Minh An"


def test_a_form_of_the_desk_keeps_its_words_under_the_notice(desktop, desk, sign_in, settings, axe):
    dossier = desk.dossier(Status.SUBMITTED)
    sign_in(desktop, desk.receiver)
    desktop.goto(reverse("desk:step", args=[dossier.code, "tu-choi"]))
    desktop.get_by_label("Lý do").fill("Thiếu giấy chứng sinh")
    settings.READ_ONLY = True
    desktop.get_by_role("button", name="Từ chối tiếp nhận").click()
    expect(desktop.get_by_role("alert")).to_contain_text("đang được bảo trì")
    expect(desktop.get_by_label("Lý do")).to_have_value("Thiếu giấy chứng sinh")
    axe(desktop)
    settings.READ_ONLY = False
    # Not by the button: a second click within a second counts as the first one.
    desktop.locator("#step form").evaluate("form => form.requestSubmit()")
    expect(desktop.locator("h1")).to_contain_text(dossier.code)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.REFUSED


def test_without_scripts_the_page_loaded_again_sends_what_was_typed(new_page, sign_in, settings, fits):
    page = new_page("narrow", java_script_enabled=False)
    citizen = factories.citizen()
    sign_in(page, citizen)
    page.goto(reverse("accounts:profile"))
    page.get_by_label("Họ và tên").fill("Lê Thị Mới")
    settings.READ_ONLY = True
    page.get_by_role("button", name="Lưu hồ sơ cá nhân").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang đang được bảo trì")
    settings.READ_ONLY = False
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ cá nhân")
    assert User.objects.get(pk=citizen.pk).full_name == "Lê Thị Mới"

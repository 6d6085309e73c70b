"""The account on real screens: another mobile number, from the profile and back to it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from tests import factories, people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent():
    with people.codes_sent() as codes:
        yield codes


@pytest.mark.parametrize("size", ["narrow", "desktop"])
def test_a_new_number_is_proved_and_taken(new_page, sign_in, axe, fits, sent, size):
    page, citizen = new_page(size), factories.citizen(phone=people.NUMBER)
    sign_in(page, citizen)
    page.goto(reverse("accounts:profile"))
    fits(page)
    page.get_by_role("link", name="Thay đổi Số điện thoại di động").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đổi số điện thoại di động")
    page.get_by_label("Số điện thoại di động mới").fill("0281 234 567")
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_label("Số điện thoại di động mới").fill("0987 654 321")
    axe(page)
    fits(page)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhập mã")
    axe(page)
    fits(page)
    page.get_by_label("Mã 6 chữ số").fill(sent[0]["code"])
    page.get_by_role("button", name="Dùng số mới").click()
    expect(page.get_by_text("0987 654 321")).to_be_visible()
    assert User.objects.get(pk=citizen.pk).phone == "84987654321"

"""The catalogue on real screens: reachable by keyboard, clean for screen readers, never wider than the phone."""

import pytest
from playwright.sync_api import expect

from tests import factories

LONG_NAME = (
    "Đăng ký đất đai, tài sản gắn liền với đất, cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền "
    "với đất lần đầu đối với tổ chức đang sử dụng đất"
)
ADDRESSES = ["/", "/thu-tuc/", "/thu-tuc/?q=khong-co-gi", "/thu-tuc/1.001193/", "/thu-tuc/1.012753/", "/khong-co/"]


@pytest.fixture(autouse=True)
def _catalogue(transactional_db) -> None:
    factories.procedure()
    factories.procedure("1.003583", "Thủ tục đăng ký khai sinh lưu động")
    factories.procedure("1.012753", LONG_NAME, days=None)


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_keeps_every_rule_of_axe(page, axe, fits, address):
    page.goto(address)
    axe(page)
    fits(page)


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_never_wider_than_320_pixels_and_made_for_thumbs(narrow, fits, thumbs, address):
    narrow.goto(address)
    fits(narrow)
    thumbs(narrow)


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_holds_text_of_double_size(new_page, fits, address):
    page = new_page("desktop")
    page.goto(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)


def test_first_tab_offers_to_skip_to_the_content(page):
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".govuk-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.split("#")[0] + "#main")


def test_search_finds_without_diacritics_by_keyboard_alone(page):
    page.goto("/")
    page.locator("#q").focus()
    page.keyboard.type("dang ky khai sinh")
    page.keyboard.press("Enter")
    expect(page.locator("#results li a").first).to_have_attribute("href", "/thu-tuc/1.001193/")


def test_results_follow_the_typing(page):
    page.goto("/thu-tuc/")
    expect(page.locator("#results li")).to_have_count(3)
    page.locator("#q").press_sequentially("luu dong", delay=20)
    expect(page.locator("#results li")).to_have_count(1)
    assert "q=luu" in page.url


def test_search_works_without_scripts(new_page):
    page = new_page("phone", java_script_enabled=False)
    page.goto("/thu-tuc/")
    page.locator("#q").fill("lưu động")
    page.locator(".mc-search button").click()
    expect(page.locator("#results li")).to_have_count(1)


def test_filters_are_open_on_a_desktop_and_folded_on_a_phone(phone, desktop):
    phone.goto("/thu-tuc/")
    desktop.goto("/thu-tuc/")
    expect(phone.locator("#sector")).to_be_hidden()
    expect(desktop.locator("#sector")).to_be_visible()


def test_every_control_is_large_enough_for_a_finger(phone):
    phone.goto("/")
    small = phone.evaluate(
        "[...document.querySelectorAll('header a, header button, nav a, main a, main button, main input, footer li a')]"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []


def test_language_switches_and_stays(page):
    page.goto("/thu-tuc/")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.locator(".mc-header button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")

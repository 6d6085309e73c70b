"""Papers on real screens: with progress, over a line that breaks, after a session that ended, and without a script."""

import re

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from dossiers import papers
from dossiers.models import Upload
from tests import factories, files, hostile_files

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "giay-chung-sinh"
LONG_NAME = "giấy chứng sinh của cháu bé " * 6 + ".pdf"


@pytest.fixture
def desk():
    return factories.Desk()


@pytest.fixture
def draft(desk):
    return desk.draft()


@pytest.fixture
def address(draft):
    return reverse("papers:component", kwargs={"public_id": draft.public_id, "key": KEY})


@pytest.fixture
def opened(page, desk, sign_in, address):
    sign_in(page, desk.citizen)
    page.goto(address)
    return page


def choose(page, name="giay.pdf", content=None):
    data = files.pdf() if content is None else content
    page.get_by_label("Chọn tệp").set_input_files({"name": name, "mimeType": "", "buffer": data})


def big_photo() -> bytes:
    """A few megabytes, so that the file goes in several blocks."""
    return files.saved(Image.effect_noise((2600, 2000), 90), quality=95)


def listed(page):
    return page.locator("[data-papers-list] .mc-file__name")


def test_chosen_file_is_sent_checked_and_listed_at_once(opened, draft, axe, fits):
    expect(opened.get_by_role("button", name="Đính kèm")).to_be_hidden()
    choose(opened, LONG_NAME)
    expect(listed(opened)).to_contain_text("giấy chứng sinh của cháu bé")
    expect(opened.locator("[data-upload-list] li")).to_have_count(0)
    assert papers.of(draft).count() == 1
    axe(opened)
    fits(opened)


def test_refused_file_says_why_in_its_place(opened, axe, fits):
    choose(opened, "a.pdf", hostile_files.pdf_open_script())
    expect(opened.locator("[data-upload-list] .govuk-error-message")).to_contain_text("in tệp ra PDF")
    axe(opened)
    fits(opened)
    opened.get_by_role("button", name="Đóng").click()
    expect(opened.locator("[data-upload-list] li")).to_have_count(0)


def test_several_files_go_one_after_the_other(opened, draft):
    chosen = [{"name": f"{number}.pdf", "mimeType": "", "buffer": files.pdf(text=str(number))} for number in range(3)]
    opened.get_by_label("Chọn tệp").set_input_files(chosen)
    expect(listed(opened)).to_have_count(3)
    assert [line.name for line in papers.listing(draft)] == ["0.pdf", "1.pdf", "2.pdf"]


def test_removed_paper_leaves_the_list(opened, draft):
    choose(opened)
    expect(listed(opened)).to_have_count(1)
    opened.get_by_role("button", name="Gỡ bỏ").click()
    expect(opened.get_by_text("Chưa có tệp nào.")).to_be_visible()
    assert not papers.of(draft).exists()


def test_upload_goes_on_by_itself_after_the_line_broke(phone, desk, sign_in, address, draft):
    sign_in(phone, desk.citizen)
    phone.goto(address)
    sent = []

    def break_twice(route):
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if len(sent) in (2, 3):
                route.abort("connectionreset")
                return
        route.continue_()

    phone.route(re.compile("/tai-len/.+"), break_twice)
    content = big_photo()
    choose(phone, "anh.jpg", content)
    expect(listed(phone)).to_contain_text("anh.jpg")
    assert sent[:4] == ["0", "1048576", "1048576", "1048576"]
    assert papers.of(draft).get().name == "anh.jpg"


def test_upload_goes_on_in_a_new_page_when_the_same_file_is_chosen_again(
    phone, desk, sign_in, address, draft, tmp_path
):
    photo = tmp_path / "anh.jpg"
    photo.write_bytes(big_photo())
    sign_in(phone, desk.citizen)
    phone.goto(address)
    phone.route(
        re.compile("/tai-len/.+"),
        lambda route: (
            route.abort("connectionreset")
            if route.request.headers.get("upload-offset") == "1048576"
            else route.continue_()
        ),
    )
    with phone.expect_event("requestfailed"):
        phone.get_by_label("Chọn tệp").set_input_files(photo)
    phone.unroute_all()
    begun = Upload.objects.get()
    assert begun.offset == 1024 * 1024
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.goto(address)
    phone.get_by_label("Chọn tệp").set_input_files(photo)
    expect(listed(phone)).to_contain_text("anh.jpg")
    assert Upload.objects.get().paper == papers.of(draft).get()


def test_ended_session_loses_nothing(desktop, desk, sign_in, address, draft):
    sign_in(desktop, desk.citizen)
    desktop.goto(address)
    blocks = []

    def sign_out_after_the_first(route):
        if route.request.method == "PATCH":
            blocks.append(route.request.headers["upload-offset"])
            if len(blocks) == 2:
                desktop.context.clear_cookies(name="sessionid")
                headers = {**route.request.headers}
                headers["cookie"] = "; ".join(f"{c['name']}={c['value']}" for c in desktop.context.cookies())
                route.continue_(headers=headers)
                return
        route.continue_()

    desktop.route(re.compile("/tai-len/.+"), sign_out_after_the_first)
    choose(desktop, "anh.jpg", big_photo())
    expect(desktop.locator("[data-upload-list]")).to_contain_text("Phiên đăng nhập đã hết")
    desktop.get_by_role("button", name="Tiếp tục").click()
    expect(desktop.locator("[data-upload-list]")).to_contain_text("Phiên đăng nhập đã hết")
    sign_in(desktop, desk.citizen)
    desktop.get_by_role("button", name="Tiếp tục").click()
    expect(listed(desktop)).to_contain_text("anh.jpg")
    assert blocks[:3] == ["0", "1048576", "1048576"]
    assert papers.of(draft).count() == 1


def test_without_a_script_the_form_sends_the_file(new_page, desk, sign_in, address, draft):
    page = new_page("phone", java_script_enabled=False)
    sign_in(page, desk.citizen)
    page.goto(address)
    choose(page)
    page.get_by_role("button", name="Đính kèm").click()
    expect(listed(page)).to_have_text("giay.pdf (mở trong thẻ mới)")
    assert papers.of(draft).count() == 1


def test_file_can_be_chosen_by_keyboard_alone(desktop, desk, sign_in, address):
    sign_in(desktop, desk.citizen)
    desktop.goto(address)
    # Listening begins before the way to the field: the browser is told without an answer.
    with desktop.expect_file_chooser() as chooser:
        for _press in range(30):
            desktop.keyboard.press("Tab")
            if desktop.evaluate("document.activeElement.type") == "file":
                break
        expect(desktop.get_by_label("Chọn tệp")).to_be_focused()
        desktop.keyboard.press("Space")
    chooser.value.set_files({"name": "giay.pdf", "mimeType": "", "buffer": files.pdf()})
    expect(listed(desktop)).to_have_count(1)

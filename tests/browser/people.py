"""What people do in the browser, in the words of the pages, for tests that walk through the whole site."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from portal.demo.accounts import PASSWORD

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# A message is claimed within seconds of its commit; the sweeper guarantees it within a minute.
ARRIVES_WITHIN = 60_000


class Person:
    """Somebody at their own device."""

    def __init__(self, browser: Browser, address: str, *, size: dict[str, int]) -> None:
        self.context = browser.new_context(base_url=address, viewport=size, locale="vi-VN")
        self.page: Page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.troubles.append(message.text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def press_and_go(self, name: str) -> None:
        with self.page.expect_navigation():
            self.press(name)


class Citizen(Person):
    """A citizen with a phone-width screen."""

    def __init__(self, browser: Browser, address: str) -> None:
        super().__init__(browser, address, size=PHONE)

    def sign_in_by_code(self, number: str, handset: "Handset") -> None:
        self.page.goto("/tai-khoan/dang-nhap/")
        self.page.locator("input[type=tel]").fill(number)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        handset.open(number)
        code = handset.code()
        self.page.locator("input[autocomplete=one-time-code]").fill(code)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def file(self, procedure: str, *, commune: str, scan: Path) -> str:
        """File a procedure from its page to the receipt, and return the dossier's code."""
        self.page.goto(f"/thu-tuc/{procedure}/")
        self.page.get_by_role("link", name="Nộp hồ sơ trực tuyến").first.click()
        self.choose_agency(commune)
        for _screen in range(20):
            if "/to-khai/" in self.page.url:
                fill_in(self.page.locator("main form"))
                self.press_and_go("Lưu và tiếp tục")
            elif "/giay-to/" in self.page.url:
                self.attach_what_is_required(scan)
                self.press_and_go("Lưu và tiếp tục")
            elif "/nhan-ket-qua/" in self.page.url:
                fill_in(self.page.locator("main form"))
                self.press_and_go("Lưu và tiếp tục")
            else:
                break
        assert "/xem-lai/" in self.page.url, self.page.url
        self.page.get_by_role("checkbox").check()
        self.press_and_go("Nộp hồ sơ")
        found = re.search(r"/ho-so/([^/]+)/", self.page.url)
        assert found is not None, self.page.url
        return found.group(1)

    def choose_agency(self, commune: str) -> None:
        place = self.page.locator("input[name=place]")
        if place.count():
            place.fill(commune)
            self.press_and_go("Tìm")
        radio = self.page.get_by_role("radio", name=re.compile(commune))
        if radio.count():
            radio.first.check()
        elif self.page.locator("select[name=agency]").count():
            self.page.locator("select[name=agency]").select_option(
                label=next(
                    text
                    for text in self.page.locator("select[name=agency] option").all_inner_texts()
                    if commune in text
                )
            )
        self.press_and_go("Bắt đầu")

    def attach_what_is_required(self, scan: Path) -> None:
        """Attach the scan to every paper that is not marked as optional."""
        panels = self.page.locator("[data-papers]").filter(has_not_text="(không bắt buộc)")
        for number in range(panels.count()):
            panels.nth(number).locator("input[type=file]").set_input_files(scan)
            expect(panels.nth(number).locator(".mc-file")).to_have_count(1, timeout=ARRIVES_WITHIN)

    def supply(self, code: str, answer: str) -> None:
        """Answer the one question that was asked again, and send it."""
        self.page.goto(f"/ho-so/{code}/bo-sung/")
        self.page.locator("#supply input[type=text], #supply textarea").first.fill(answer)
        self.press_and_go("Gửi bổ sung")


class Officer(Person):
    """An officer at a desk."""

    def __init__(self, browser: Browser, address: str, name: str) -> None:
        super().__init__(browser, address, size=DESKTOP)
        self.page.goto("/tai-khoan/dang-nhap/can-bo/")
        self.page.locator("input[type=text]").fill(name)
        self.page.locator("input[type=password]").fill(PASSWORD)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def take(self, code: str, slug: str, **values: str) -> None:
        """Open a step of a dossier, fill in what it asks for, and take it."""
        self.page.goto(f"/can-bo/ho-so/{code}/{slug}/")
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").fill(value)
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").last.click()
        expect(self.page).to_have_url(re.compile(f"/can-bo/ho-so/{re.escape(code)}/$"))

    def ask_for_field(self, code: str, label: str, *, comment: str) -> None:
        """Ask the citizen once more for one answer."""
        self.page.goto(f"/can-bo/ho-so/{code}/yeu-cau-bo-sung/")
        place = self.page.locator(".mc-place", has_text=label).first
        place.get_by_role("checkbox").check()
        place.locator("select").select_option("wrong")
        place.locator("textarea, input[type=text]").fill(comment)
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").last.click()

    def a_late_dossier(self) -> tuple[str, str]:
        """Wait until the worker has found a late dossier; return its code and its citizen's number."""
        self.page.goto("/can-bo/")
        self.page.get_by_role("link", name=re.compile("^Quá hạn")).first.click()
        link = self.page.locator("main table a[href*='/can-bo/ho-so/']").first
        link.click()
        self.page.wait_for_url("**/can-bo/ho-so/**")
        code = self.page.url.rstrip("/").rsplit("/", 1)[-1]
        number = self.page.locator("a[href^='tel:']").first.get_attribute("href")
        assert number is not None
        return code, number.removeprefix("tel:")


class Handset(Person):
    """The demo's phone."""

    def __init__(self, browser: Browser, address: str) -> None:
        super().__init__(browser, address, size=DESKTOP)

    def open(self, number: str) -> None:
        self.page.goto(f"/dien-thoai/?so={number}")

    def code(self) -> str:
        """Return the newest one-time code on the screen."""
        bubble = self.page.locator(".mc-bubble__text", has_text="Ma xac thuc").last
        expect(bubble).to_be_visible(timeout=ARRIVES_WITHIN)
        return re.findall(r"\d{6}", bubble.inner_text())[0]

    def shows(self, *words: str) -> None:
        """Wait until a message with all these words has arrived, without reloading."""
        bubble = self.page.locator(".mc-bubble__text")
        for word in words:
            bubble = bubble.filter(has_text=word)
        expect(bubble.last).to_be_attached(timeout=ARRIVES_WITHIN)


def fill_in(form: Locator) -> None:
    """Answer every question that shows and has no answer yet, as a person would."""
    for radio in form.locator("fieldset:has(input[type=radio])").all():
        if radio.locator("input[type=radio]:checked").count() == 0:
            radio.locator("input[type=radio]").first.check()
    for box in form.locator("input[type=checkbox]:visible").all():
        if not box.locator("xpath=ancestor::fieldset[1]").filter(has_text="không bắt buộc").count():
            box.check()
    for select in form.locator("select:visible").all():
        if not select.input_value():
            select.select_option(index=1)
    for control in form.locator("input[type=text]:visible, input[type=tel]:visible, textarea:visible").all():
        if not control.input_value():
            control.fill(_words_for(form, control))


def _words_for(form: Locator, control: Locator) -> str:
    label = form.locator(f"label[for='{control.get_attribute('id')}']").inner_text().lower()
    for word, answer in (
        ("định danh", "075190001234"),
        ("điện thoại", "0901234567"),
        ("bằng chữ", "ngày năm tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("ngày", "05/11/2026"),
        ("năm sinh", "1992"),
        ("số bản sao", "1"),
        ("diện tích", "120"),
        ("tên", "Nguyễn Minh An"),
    ):
        if word in label:
            return answer
    return "Phường Trấn Biên, tỉnh Đồng Nai"

"""The whole story as `make run` shows it: real web, worker, beat and broker, and every message seen."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from core.clock import WorkingTime
from scripts import demo_portal
from tests.browser.people import Citizen, Handset, Officer

pytestmark = pytest.mark.slow

HOA, NAM = "0901234567", "0907654321"
# Made by the demo with its clock in the past, so that the worker finds some dossiers late by itself.
DOSSIERS = 60


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="portal-story-") as folder,
        demo_portal.running(Path(folder), dossiers=DOSSIERS) as running_at,
    ):
        yield running_at


@pytest.fixture
def handset(browser: Browser, address: str) -> Handset:
    return Handset(browser, address)


@pytest.fixture(scope="module")
def scan(tmp_path_factory) -> Path:
    """A page with lines on it: a blank one would be doubted."""
    page = Image.new("RGB", (800, 1100), "white")
    pen = ImageDraw.Draw(page)
    for row in range(45):
        pen.line((60, 60 + row * 22, 740 - (row * 37) % 300, 60 + row * 22), fill=(30, 30, 30), width=3)
    path = tmp_path_factory.mktemp("scan") / "giay-to.jpg"
    page.save(path)
    return path


def next_week() -> str:
    """Return a working day ahead as officers type it."""
    working = WorkingTime.parse([0, 1, 2, 3, 4], [["07:00", "11:30"], ["13:30", "17:00"]])
    day = working.add_working_days(working.next_moment(datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))), 5)
    return f"{day.astimezone(ZoneInfo('Asia/Ho_Chi_Minh')):%d/%m/%Y}"


def test_a_birth_is_registered_with_a_supplement_and_every_change_is_heard(browser, address, handset, scan):
    citizen = Citizen(browser, address)
    citizen.sign_in_by_code(HOA, handset)
    code = citizen.file("1.001193", commune="Trấn Biên", scan=scan)
    handset.shows(code, "đã gửi thành công")

    Officer(browser, address, "tiepnhan.tranbien").take(code, "tiep-nhan")
    handset.shows(code, "đã được tiếp nhận", "Hẹn trả kết quả")
    Officer(browser, address, "tiepnhan.tranbien").take(code, "chuyen-xu-ly")
    handset.shows("đang giải quyết", code)

    specialist = Officer(browser, address, "chuyenvien.tranbien")
    specialist.ask_for_field(code, "Họ, chữ đệm, tên", comment="Ghi đúng như trên Giấy chứng sinh.")
    handset.shows(code, "cần bổ sung 1 mục")
    citizen.supply(code, "Nguyễn Minh Anh")
    handset.shows(code, "đã nhận")

    specialist.take(code, "trinh-ket-qua", result="Giấy khai sinh số 15/2026")
    Officer(browser, address, "lanhdao.tranbien").take(code, "duyet-ket-qua")
    handset.shows(code, "đã có kết quả")
    Officer(browser, address, "traketqua.tranbien").take(code, "tra-ket-qua")
    handset.shows("Đã trả kết quả", code)

    citizen.page.goto(f"/ho-so/{code}/")
    expect(citizen.page.locator("main")).to_contain_text("Đã trả kết quả")
    assert citizen.troubles + handset.troubles + specialist.troubles == []


def test_land_is_registered_anew_with_a_financial_obligation(browser, address, handset, scan):
    citizen = Citizen(browser, address)
    citizen.sign_in_by_code(NAM, handset)
    code = citizen.file("1.012783", commune="Văn phòng Đăng ký đất đai", scan=scan)
    handset.shows(code, "đã gửi thành công")
    counter = Officer(browser, address, "tiepnhan.vpdkdd")
    counter.take(code, "tiep-nhan")
    counter.take(code, "chuyen-xu-ly")
    specialist = Officer(browser, address, "chuyenvien.vpdkdd")
    specialist.take(code, "yeu-cau-nop-tien", what="Lệ phí cấp đổi giấy chứng nhận", amount_vnd="1.250.000")
    handset.shows(code, "1.250.000 đ")
    citizen.page.goto(f"/ho-so/{code}/")
    expect(citizen.page.locator("main")).to_contain_text("1.250.000")
    counter.take(code, "ghi-nhan-nop-tien", amount_vnd="1.250.000", receipt_number="BL-00015")
    handset.shows(code, "đã ghi nhận")
    specialist.take(code, "trinh-ket-qua", result="Giấy chứng nhận số CH 01234")
    Officer(browser, address, "lanhdao.vpdkdd").take(code, "duyet-ket-qua")
    handset.shows(code, "đã có kết quả")
    Officer(browser, address, "traketqua.vpdkdd").take(code, "tra-ket-qua")
    handset.shows("Đã trả kết quả", code)
    assert citizen.troubles + handset.troubles == []


def test_a_late_dossier_is_apologised_for_by_itself_and_a_new_date_follows(browser, address, handset):
    leader = Officer(browser, address, "lanhdao.tranbien")
    code, phone = leader.a_late_dossier()
    handset.open(phone)
    handset.shows("xin lỗi Ông/Bà", code, "quá hẹn")
    specialist = Officer(browser, address, "chuyenvien.tranbien")
    specialist.take(code, "hen-lai", new_due_at=next_week(), reason="Phải xác minh thêm tại cơ quan y tế")
    handset.shows("xin lỗi Ông/Bà", code, "Hẹn trả mới", next_week())
    assert leader.troubles + handset.troubles == []

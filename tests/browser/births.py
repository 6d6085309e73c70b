"""Filing real procedures screen by screen, in the words of the pages: a birth, and a land certificate."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier
from procedures import forms
from procedures.models import Offering, Procedure
from tests import factories, files

CODE = "1.001193"
LAND = "1.012783"


def load_catalogue(folder: Path) -> None:
    """Import the two real procedures, offered by one agency."""
    forms.forget()
    factories.commune()
    whole = json.loads((Path(settings.BASE_DIR) / "procedures" / "data" / "procedures.json").read_text())
    whole["procedures"] = [item for item in whole["procedures"] if item["code"] in (CODE, LAND)]
    path = folder / "procedures.json"
    path.write_text(json.dumps(whole))
    call_command("load_procedures", path, verbosity=0)
    for procedure in Procedure.objects.all():
        Offering.objects.create(procedure=procedure, agency=factories.agency())


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
    return page.locator("[data-autosave-text]")


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

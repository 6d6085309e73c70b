"""One dossier on one screen of the desk: what stands there, for whom, and what it costs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.folding import fold
from dossiers import services
from dossiers.enums import PaperState, Status
from dossiers.models import Dossier, Paper
from tests.factories import MONDAY, Desk, local, officer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def page(dossier):
    return reverse("desk:dossier", args=[dossier.code])


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_one_dossier_stands_on_one_screen(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Tôi xin hỏi thêm")
    services.add_note(dossier=dossier, actor=desk.leader, at=MONDAY, text="Ưu tiên hồ sơ này")
    client.force_login(desk.processor)
    shown = client.get(page(dossier)).content.decode()
    for text in (
        dossier.code,
        "Nguyễn Minh An",  # an answer
        "Giấy chứng sinh",  # a paper asked for
        "Tôi xin hỏi thêm",
        "Ưu tiên hồ sơ này",
        "Lê Thị Tiếp",  # who received it
        reverse("notifications:dossier_messages", args=[dossier.code]),
    ):
        assert text in shown


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
@pytest.mark.parametrize("who", ["receiver", "processor", "leader", "returner"])
def test_another_units_officer_finds_no_dossier(client, desk, other_desk, status, who):
    dossier = desk.dossier(status)
    client.force_login(getattr(other_desk, who))
    assert client.get(page(dossier)).status_code == 404


def test_nobody_works_on_their_own_request(client, desk):
    desk.citizen = desk.receiver
    type(desk.receiver).objects.filter(pk=desk.receiver.pk).update(phone="84901999888")
    desk.receiver.refresh_from_db()
    draft = desk.draft()
    services.submit(dossier_id=draft.pk, actor=desk.receiver, at=MONDAY)
    client.force_login(desk.receiver)
    assert client.get(page(Dossier.objects.get(pk=draft.pk))).status_code == 404


BARS = {
    ("receiver", Status.SUBMITTED): ["tiep-nhan", "yeu-cau-bo-sung", "tu-choi"],
    ("receiver", Status.RECEIVED): ["chuyen-xu-ly"],
    ("processor", Status.SUBMITTED): [],
    ("processor", Status.IN_PROCESS): ["trinh-ket-qua", "yeu-cau-bo-sung", "yeu-cau-nop-tien"],
    ("processor", Status.OBLIGATION): ["ghi-nhan-nop-tien"],
    ("leader", Status.IN_PROCESS): ["yeu-cau-bo-sung", "dung"],
    ("leader", Status.STOPPED): ["tiep-tuc", "dong"],
    ("returner", Status.FINISHED): ["tra-ket-qua", "yeu-cau-nop-tien"],
    ("returner", Status.RETURNED): [],
}


@pytest.mark.parametrize(("who", "status"), BARS)
def test_the_bar_holds_the_steps_of_the_law_and_only_those(client, desk, who, status):
    dossier = desk.dossier(status)
    client.force_login(getattr(desk, who))
    bar = client.get(page(dossier)).context["bar"]
    assert [action.slug for action in bar.steps] == BARS[who, status]


def test_steps_about_lateness_stand_there_only_when_there_is_something_late(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.leader)
    slugs = {action.slug for action in client.get(page(dossier)).context["bar"].aside}
    assert "xin-gia-han" in slugs
    assert slugs.isdisjoint({"hen-lai", "xin-loi", "duyet-gia-han", "tu-choi-gia-han"})
    services.mark_overdue(dossier_id=dossier.pk, at=MONDAY + timedelta(days=3))
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        client.force_login(desk.leader)
        slugs = {action.slug for action in client.get(page(dossier)).context["bar"].aside}
    assert "hen-lai" in slugs
    assert "xin-gia-han" not in slugs


def test_a_leader_is_not_offered_to_decide_their_own_wish_for_an_extension(client):
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    services.request_extension(
        dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, reason="Xác minh", new_due_at=local("2026-12-04 16:30")
    )
    client.force_login(desk.leader)
    slugs = {action.slug for action in client.get(page(dossier)).context["bar"].aside}
    assert slugs.isdisjoint({"duyet-gia-han", "tu-choi-gia-han", "xin-gia-han"})
    other = officer(Role.APPROVE, at=desk.agency)
    client.force_login(other)
    slugs = {action.slug for action in client.get(page(dossier)).context["bar"].aside}
    assert slugs >= {"duyet-gia-han", "tu-choi-gia-han"}


def test_an_extension_is_not_offered_within_its_lead_time(client):
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    with time_machine.travel(dossier.due_at - timedelta(hours=1), tick=False):
        client.force_login(desk.processor)
        slugs = {action.slug for action in client.get(page(dossier)).context["bar"].aside}
    assert "xin-gia-han" not in slugs


def test_a_warning_that_has_run_out_says_so(client):
    desk = Desk(days=5)
    dossier = desk.dossier(Status.IN_PROCESS)
    Dossier.objects.filter(pk=dossier.pk).update(step_due_at=local("2026-11-24 10:00"), warn_at=MONDAY)
    services.warn(dossier_id=dossier.pk, at=MONDAY)
    client.force_login(desk.processor)
    assert "Sắp đến hạn</strong> – trước" in client.get(page(dossier)).content.decode()
    with time_machine.travel(local("2026-11-24 10:01"), tick=False):
        client.force_login(desk.processor)
        assert "Bước này đã hết thời hạn</strong> – đã quá hạn" in client.get(page(dossier)).content.decode()
        assert "Bước này đã hết thời hạn" in client.get("/can-bo/").content.decode()


def test_ones_own_last_step_is_offered_back_for_some_minutes(client, desk):
    dossier = desk.dossier(Status.RECEIVED)
    client.force_login(desk.receiver)
    assert client.get(page(dossier)).context["bar"].undo.last.kind == "receive"
    with time_machine.travel(MONDAY + timedelta(minutes=11), tick=False):
        client.force_login(desk.receiver)
        assert client.get(page(dossier)).context["bar"].undo is None
    client.force_login(desk.leader)
    assert client.get(page(dossier)).context["bar"].undo is None


def test_why_this_date_is_answered(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.processor)
    kinds = [line.kind for line in client.get(page(dossier)).context["why"]]
    assert kinds[0] == "received"
    assert kinds[-1] == "due"


def test_a_dossier_costs_as_many_queries_with_three_events_more(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Một")
    client.force_login(desk.leader)
    before = cost(client, page(dossier))
    for text in ("Hai", "Ba", "Bốn"):
        services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text=text)
    assert cost(client, page(dossier)) == before


# Papers beside data


def paper(dossier, name="giay-chung-sinh.pdf", **columns):
    return Paper.objects.create(
        **{
            "dossier": dossier,
            "component": "giay-chung-sinh",
            "name": name,
            "content_type": "application/pdf",
            "size": 1000,
            "pages": 2,
            "sha256": fold(name).encode().hex()[:64].ljust(64, "0"),
            "state": PaperState.SAFE,
            "uploaded_by": dossier.filed_by,
            "uploaded_at": MONDAY,
        }
        | columns
    )


def test_the_first_paper_that_can_be_shown_is_shown_and_a_link_shows_another(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    paper(dossier, "to-khai.docx", content_type="application/msword")
    pdf = paper(dossier)
    image = paper(dossier, "anh.jpg", content_type="image/jpeg")
    client.force_login(desk.processor)
    address = {one: reverse("papers:file", args=[one.public_id]) for one in (pdf, image)}
    first = client.get(page(dossier)).content.decode()
    assert f'<iframe class="mc-viewer__frame" src="{address[pdf]}"' in first
    other = client.get(page(dossier) + f"?giay-to={image.public_id}").content.decode()
    assert f'<img class="mc-viewer__image" src="{address[image]}"' in other


def test_htmx_gets_the_papers_alone(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    pdf = paper(dossier)
    client.force_login(desk.processor)
    answer = client.get(
        page(dossier) + f"?giay-to={pdf.public_id}", headers={"HX-Request": "true", "HX-Target": "papers"}
    )
    assert answer.content.decode().lstrip().startswith("<section")
    assert str(pdf.public_id) in answer.content.decode()


@pytest.mark.parametrize("state", [PaperState.PENDING, PaperState.REJECTED])
def test_a_paper_that_is_not_safe_is_named_but_not_shown(client, desk, state):
    dossier = desk.dossier(Status.IN_PROCESS)
    unsafe = paper(dossier, state=state)
    client.force_login(desk.processor)
    shown = client.get(page(dossier) + f"?giay-to={unsafe.public_id}").content.decode()
    assert unsafe.name in shown
    assert reverse("papers:file", args=[unsafe.public_id]) not in shown


def test_a_removed_paper_and_one_of_another_dossier_are_not_shown(client, desk):
    dossier, other = desk.dossier(Status.IN_PROCESS), desk.dossier(Status.IN_PROCESS)
    removed, foreign = paper(dossier, removed_at=MONDAY), paper(other)
    client.force_login(desk.processor)
    for one in (removed, foreign):
        shown = client.get(page(dossier) + f"?giay-to={one.public_id}").content.decode()
        assert reverse("papers:file", args=[one.public_id]) not in shown

"""The pages of the desk: who comes in, what stands there, and what it costs."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.folding import fold
from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier, SavedFilter
from tests import factories
from tests.factories import MONDAY, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

PAGES = ["/can-bo/", "/can-bo/so-dem/", "/can-bo/viec/", "/can-bo/tim/", "/can-bo/hang-doi/cua-don-vi/"]


def page(dossier):
    return reverse("desk:dossier", args=[dossier.code])


def text_of(response):
    """Return the folded text, so that a test does not hang on diacritics."""
    return fold(response.content.decode())


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# Who comes in


@pytest.mark.parametrize("address", [*PAGES, "/can-bo/ho-so/H19.26-261123-0001/"])
def test_whoever_has_not_signed_in_is_led_to_the_door_for_staff(client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:staff_sign_in"))


@pytest.mark.parametrize("address", PAGES)
def test_the_desk_does_not_exist_for_citizens_and_operators(client, desk, address):
    operator = factories.officer(Role.HOTLINE, at=desk.agency)
    for user in (desk.citizen, operator):
        client.force_login(user)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_read_and_never_kept_by_the_browser(client, desk, address):
    client.force_login(desk.leader)
    response = client.get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/can-bo/hang-loat/", "/can-bo/bo-loc/", "/can-bo/bo-loc/1/xoa/"])
def test_changes_are_posted(client, desk, address):
    client.force_login(desk.leader)
    assert client.get(address).status_code == 405


# Home


def test_the_first_page_counts_the_queues(client, desk):
    desk.dossier(Status.SUBMITTED)
    desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.receiver)
    counted = {item.slug: item.count for item in client.get("/can-bo/").context["nav"]}
    assert counted["cho-tiep-nhan"] == 1
    assert counted["cua-don-vi"] == 1
    assert counted["qua-han"] == 0


def test_other_pages_ask_for_the_counts_afterwards(client, desk):
    client.force_login(desk.leader)
    response = client.get("/can-bo/hang-doi/cua-don-vi/")
    assert {item.count for item in response.context["nav"]} == {None}
    assert f'hx-get="{reverse("desk:counts")}?current=cua-don-vi"' in response.content.decode()


def test_a_leader_sees_three_figures_and_who_holds_what(client, desk):
    # Due on Wednesday 10:00 (Tuesday is a holiday), so seen from Wednesday 11:00 one is late.
    desk.dossier(Status.IN_PROCESS)
    desk.dossier(Status.SUPPLEMENT)
    desk.dossier(Status.OBLIGATION)
    with time_machine.travel(local("2026-11-25 11:00"), tick=False):
        today = desk.dossier(Status.RECEIVED, at=local("2026-11-25 10:30"))
        client.force_login(desk.leader)
        context = client.get("/can-bo/").context
    figures = context["figures"]
    assert (figures.late, figures.late_by_tomorrow, figures.waiting_for_citizen) == (1, 1, 2)
    assert (figures.waiting_for_papers, figures.waiting_for_money) == (1, 1)
    assert today.assignee is None
    assert [(holder.officer, holder.held, holder.late) for holder in context["holders"]] == [
        (desk.processor, 1, 1),
        (None, 1, 0),
    ]


def test_each_figure_leads_to_the_dossiers_that_it_counts(client, desk):
    late, papers, money = (desk.dossier(at) for at in (Status.IN_PROCESS, Status.SUPPLEMENT, Status.OBLIGATION))
    with time_machine.travel(local("2026-11-25 11:00"), tick=False):
        soon = desk.dossier(Status.RECEIVED, at=local("2026-11-25 10:30"))
        client.force_login(desk.leader)
        home = client.get("/can-bo/").content.decode()
        figures = home[home.index("mc-figure-row") : home.index('id="owed"')]
        links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', figures)]
        led_to = [[row["code"] for row in client.get(link).context["rows"]] for link in links]
    assert led_to == [[late.code], [soon.code], [papers.code], [money.code]]


def test_what_became_late_this_evening_says_that_it_is_late(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    Dossier.objects.filter(pk=dossier.pk).update(due_at=local("2026-11-23 17:00"))
    with time_machine.travel(local("2026-11-23 20:00"), tick=False):
        client.force_login(desk.processor)
        [row] = client.get("/can-bo/hang-doi/qua-han/").context["rows"]
    assert (row["tones"], row["due"]) == ("mc-due--late mc-tone-red", "quá hạn chưa đến 1 giờ")


def test_who_leads_no_unit_sees_no_figures(client, desk):
    client.force_login(desk.processor)
    assert client.get("/can-bo/").context["figures"] is None


def test_tasks_of_the_unit_lead_to_their_dossier(client, desk, other_desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.mark_overdue(dossier_id=dossier.pk, at=MONDAY + timedelta(days=3))
    client.force_login(desk.processor)
    assert page(dossier) in client.get("/can-bo/").content.decode()
    assert page(dossier) in client.get("/can-bo/viec/").content.decode()
    client.force_login(other_desk.processor)
    assert page(dossier) not in client.get("/can-bo/viec/").content.decode()


def test_the_unit_that_takes_a_dossier_over_takes_its_tasks_over(client, desk, other_desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.mark_overdue(dossier_id=dossier.pk, at=MONDAY + timedelta(days=3))
    services.forward(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, unit=other_desk.agency)
    client.force_login(other_desk.processor)
    assert page(dossier) in client.get("/can-bo/viec/").content.decode()
    client.force_login(desk.processor)
    assert page(dossier) not in client.get("/can-bo/viec/").content.decode()


def test_a_warning_is_settled_with_its_step(desk):
    dossier = desk.dossier(Status.RECEIVED)
    services.warn(dossier_id=dossier.pk, at=dossier.warn_at)
    assert dossier.tasks.filter(done_at__isnull=True).count() == 1
    services.start(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, assignee=desk.processor)
    assert dossier.tasks.filter(done_at__isnull=True).count() == 0


def test_the_counter_lists_what_it_receives(client, desk, other_desk):
    client.force_login(desk.receiver)
    response = client.get("/can-bo/lap-ho-so/?q=khai+sinh")
    assert desk.procedure.name in response.content.decode()
    client.force_login(other_desk.receiver)
    assert desk.procedure.name not in client.get("/can-bo/lap-ho-so/").content.decode()
    client.force_login(desk.processor)
    assert client.get("/can-bo/lap-ho-so/").status_code == 404


# Queues and search


def test_a_queue_shows_its_dossiers_with_the_time_left(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.processor)
    response = client.get("/can-bo/hang-doi/cua-toi/")
    assert page(dossier) in response.content.decode()
    assert "con 1 ngay lam viec" in text_of(response)
    assert "mc-due--red" in response.content.decode()
    assert 'title="thứ Tư 25/11/2026, 10:00"' in response.content.decode()


@pytest.mark.parametrize(("moment", "level"), [("08:00", "ok"), ("14:00", "amber"), ("16:30", "red")])
def test_the_counter_sees_how_long_it_still_has_for_its_answer(client, desk, moment, level):
    dossier = desk.dossier(Status.SUBMITTED, at=local("2026-11-23 07:00"))
    assert dossier.reply_due_at == local("2026-11-23 17:00")
    with time_machine.travel(local(f"2026-11-23 {moment}"), tick=False):
        client.force_login(desk.receiver)
        response = client.get("/can-bo/hang-doi/cho-tiep-nhan/")
    assert f"mc-due--{level}" in response.content.decode()


def test_a_queue_of_another_role_does_not_exist(client, desk):
    client.force_login(desk.processor)
    assert client.get("/can-bo/hang-doi/cho-tiep-nhan/").status_code == 404
    assert client.get("/can-bo/hang-doi/khong-co/").status_code == 404


def test_filters_that_make_no_sense_are_told_beside_their_field(client, desk):
    desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.leader)
    response = client.get("/can-bo/hang-doi/cua-don-vi/?since=27/11/2026&until=20/11/2026")
    assert reverse("desk:save_filter") not in response.content.decode()
    assert response.status_code == 422
    assert response.context["rows"] == []
    assert "until" in response.context["form"].errors


def test_pages_follow_one_another_with_the_filters(client, desk):
    made = [desk.dossier(Status.RECEIVED).code for _number in range(3)]
    client.force_login(desk.leader)
    first = client.get("/can-bo/hang-doi/cua-don-vi/?q=hoa&page_size=2")
    second = client.get("/can-bo/hang-doi/cua-don-vi/" + first.context["next"])
    shown = [row["code"] for response in (first, second) for row in response.context["rows"]]
    assert shown == made
    assert second.context["next"] == ""
    assert second.context["form"].data["q"] == "hoa"


def test_markup_in_a_name_is_shown_as_text(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_name='<b>Hoa</b> & "em"')
    client.force_login(desk.processor)
    page = client.get("/can-bo/hang-doi/cua-toi/").content.decode()
    assert "&lt;b&gt;Hoa&lt;/b&gt; &amp; &quot;em&quot;" in page
    assert "<b>Hoa</b>" not in page


def test_a_mark_speaks_the_language_of_the_page(client, desk):
    desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.processor)
    for language, word in (("vi", "Đang xử lý"), ("en", "In process"), ("vi", "Đang xử lý")):
        client.post(reverse("set_language"), {"language": language})
        assert word in client.get("/can-bo/hang-doi/cua-toi/").content.decode()


def test_a_queue_reads_agencies_once_and_calendars_once(client, desk, other_desk):
    desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.leader)
    with CaptureQueriesContext(connection) as queries:
        client.get("/can-bo/hang-doi/cua-don-vi/")
    for table in ("accounts_agency", "core_workcalendar", "procedures_procedure"):
        assert sum(f'FROM "{table}"' in query["sql"] for query in queries) == 1


@pytest.mark.parametrize("address", ["/can-bo/hang-doi/cua-don-vi/", "/can-bo/tim/?q=hoa", "/can-bo/viec/", "/can-bo/"])
def test_a_list_costs_as_many_queries_for_three_rows_as_for_one(client, desk, address):
    def one():
        dossier = desk.dossier(Status.IN_PROCESS)
        services.mark_overdue(dossier_id=dossier.pk, at=MONDAY + timedelta(days=3))

    client.force_login(desk.leader)
    client.get(address)  # the catalogue's choices are kept for a minute
    one()
    before = cost(client, address)
    one()
    one()
    assert cost(client, address) == before


def test_a_whole_code_opens_the_dossier_at_once(client, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.leader)
    assert client.get("/can-bo/tim/", {"q": dossier.code.lower()})["Location"] == page(dossier)


def test_search_shows_what_was_found_and_says_when_nothing_was(client, desk):
    dossier = desk.dossier(Status.RETURNED)
    client.force_login(desk.leader)
    assert page(dossier) in client.get("/can-bo/tim/?q=nguyen+thi+hoa").content.decode()
    assert "khong co ho so nao phu hop" in text_of(client.get("/can-bo/tim/?q=tran+van+khong"))


def test_filters_are_kept_under_a_name_and_forgotten(client, desk, other_desk):
    client.force_login(desk.leader)
    answer = client.post(
        "/can-bo/bo-loc/", {"name": "Sắp trễ", "queue": "cua-don-vi", "query": "due=red&q=hoa&unknown=1"}
    )
    assert answer["Location"] == "/can-bo/hang-doi/cua-don-vi/?q=hoa&due=red"
    assert answer["Location"].replace("&", "&amp;") in client.get("/can-bo/").content.decode()
    saved = SavedFilter.objects.get()
    client.force_login(other_desk.leader)
    assert client.post(f"/can-bo/bo-loc/{saved.pk}/xoa/").status_code == 404
    client.force_login(desk.leader)
    assert client.post(f"/can-bo/bo-loc/{saved.pk}/xoa/").status_code == 302
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("sent", [{"name": ""}, {"name": "x" * 61}, {"queue": "khong-co"}, {"query": "q=" + "x" * 500}])
def test_a_filter_needs_a_name_and_a_queue(client, desk, sent):
    client.force_login(desk.leader)
    given = {"name": "Của tôi", "queue": "cua-toi", "query": ""} | sent
    assert client.post("/can-bo/bo-loc/", given).status_code == 422
    assert not SavedFilter.objects.exists()

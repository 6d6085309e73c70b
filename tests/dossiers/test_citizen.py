"""My dossiers: whose they are, in which group, how many rows a page has, and what it costs."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Enterprise, EnterpriseMember, Mandate
from dossiers import mine, services
from dossiers.enums import ReturnMethod, Status
from dossiers.models import Dossier
from tests import factories
from tests.factories import MONDAY, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

LIST = "/ho-so/"


def groups(client, address=LIST):
    """Return the codes that the page shows, by group; a draft has none."""
    sections = client.get(address).context["sections"]
    return {section.slug: [row.dossier.code for row in section.rows] for section in sections}


def text_of(response):
    return html.unescape(response.content.decode())


# Who comes in


def test_whoever_has_not_signed_in_is_led_to_the_door(client):
    response = client.get(LIST)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('accounts:sign_in')}?next={LIST}"


def test_the_list_is_read_and_never_kept_by_the_browser(client, desk):
    client.force_login(desk.citizen)
    response = client.get(LIST)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert client.post(LIST).status_code == 405


def test_somebody_without_dossiers_is_told_where_to_begin(client, desk):
    desk.dossier()
    client.force_login(factories.citizen("Lý Văn Mới"))
    response = client.get(LIST)
    assert response.context["sections"] == []
    assert "Ông/Bà chưa có hồ sơ nào" in text_of(response)
    assert reverse("procedures:catalogue") in text_of(response)


# What stands in which group


@pytest.mark.parametrize(
    ("status", "group"),
    [
        (Status.DRAFT, "ban-nhap"),
        (Status.SUBMITTED, "dang-giai-quyet"),
        (Status.RECEIVED, "dang-giai-quyet"),
        (Status.REFUSED, "da-xong"),
        (Status.IN_PROCESS, "dang-giai-quyet"),
        (Status.SUPPLEMENT, "can-lam"),
        (Status.OBLIGATION, "can-lam"),
        (Status.WITHDRAWN, "da-xong"),
        (Status.STOPPED, "dang-giai-quyet"),
        (Status.FINISHED, "can-lam"),
        (Status.RETURNED, "da-xong"),
    ],
)
def test_every_status_has_its_group(client, desk, status, group):
    dossier = desk.dossier(status)
    client.force_login(desk.citizen)
    assert groups(client) == {group: [dossier.code]}


def test_a_stopped_dossier_that_was_closed_is_over(client, desk):
    dossier = desk.dossier(Status.STOPPED)
    services.close(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, reason="Không còn đối tượng")
    client.force_login(desk.citizen)
    assert groups(client) == {"da-xong": [dossier.code]}


def test_a_result_that_the_post_brings_waits_for_nobody(client, desk):
    dossier = desk.draft()
    services.update_draft(
        public_id=dossier.public_id,
        actor=desk.citizen,
        at=MONDAY,
        return_method=ReturnMethod.POST,
        return_address="12 đường Hoa Sen",
    )
    for step in ("submit", "receive", "start", "finish"):
        getattr(desk, step)(dossier, MONDAY)
    client.force_login(desk.citizen)
    assert list(groups(client)) == ["dang-giai-quyet"]


def test_drafts_stand_first_then_what_waits_then_what_runs_then_what_is_over(client, desk):
    for status in (Status.RETURNED, Status.IN_PROCESS, Status.OBLIGATION, Status.DRAFT):
        desk.dossier(status)
    client.force_login(desk.citizen)
    assert list(groups(client)) == ["ban-nhap", "can-lam", "dang-giai-quyet", "da-xong"]


def test_a_draft_says_that_it_is_not_submitted_and_leads_back_into_filing(client, desk):
    draft = desk.draft()
    client.force_login(desk.citizen)
    page = text_of(client.get(LIST))
    assert "Bản nháp – chưa nộp" in page
    assert reverse("filing:resume", kwargs={"public_id": draft.public_id}) in page


def test_a_row_says_what_to_do_and_by_when(client, desk):
    desk.dossier(Status.SUPPLEMENT)
    desk.dossier(Status.OBLIGATION)
    client.force_login(desk.citizen)
    page = text_of(client.get(LIST))
    assert "Bổ sung 1 mục trước" in page
    assert "Nộp 1.250.000\u00a0đ trước" in page


# For whom


def test_what_is_filed_for_my_enterprise_and_under_a_mandate_is_named(client, desk):
    helper = factories.citizen("Ngô Văn Giúp")
    Mandate.objects.create(
        grantor=desk.citizen, representative=helper, valid_until=local("2027-01-01 00:00"), created_at=MONDAY
    )
    enterprise = Enterprise.objects.create(tax_code="3600123456", name="Công ty TNHH Hoa Sen")
    EnterpriseMember.objects.create(enterprise=enterprise, user=helper)
    under_mandate = desk.dossier()
    of_enterprise = desk.dossier()
    Dossier.objects.filter(pk=of_enterprise.pk).update(enterprise=enterprise)
    client.force_login(helper)
    response = client.get(LIST)
    [section] = response.context["sections"]
    assert {row.dossier.code: row.for_whom for row in section.rows} == {
        under_mandate.code: "Nộp cho Nguyễn Thị Hoa",
        of_enterprise.code: "Nộp cho Công ty TNHH Hoa Sen",
    }


# Pages


def test_a_group_has_pages_of_its_own(client, desk, monkeypatch):
    monkeypatch.setattr(mine, "PAGE_SIZE", 2)
    codes = [desk.dossier(Status.WITHDRAWN).code for _number in range(5)]
    client.force_login(desk.citizen)
    address, seen = "?nhom=da-xong", []
    while address:
        section = client.get(LIST + address).context["section"]
        seen += [row.dossier.code for row in section.rows]
        address = section.next
    assert seen == codes[::-1]


def test_the_first_page_shows_the_newest_and_leads_to_the_others(client, desk):
    codes = [desk.dossier(Status.WITHDRAWN).code for _number in range(6)]
    client.force_login(desk.citizen)
    response = client.get(LIST)
    assert groups(client) == {"da-xong": codes[:0:-1]}
    assert "?nhom=da-xong" in text_of(response)


@pytest.mark.parametrize("query", ["nhom=khac", "nhom=", "nhom=da-xong&cursor=abc", "nhom[]=da-xong&nhom=x"])
def test_an_address_that_we_gave_to_nobody_is_a_bad_request(client, desk, query):
    client.force_login(desk.citizen)
    assert client.get(f"{LIST}?{query}").status_code == 400


def test_the_cursor_of_one_group_opens_no_other(client, desk, monkeypatch):
    monkeypatch.setattr(mine, "PAGE_SIZE", 1)
    for _number in range(2):
        desk.dossier(Status.WITHDRAWN)
    client.force_login(desk.citizen)
    onward = client.get(f"{LIST}?nhom=da-xong").context["section"].next
    assert client.get(LIST + onward.replace("da-xong", "can-lam")).status_code == 400


def test_three_dossiers_in_each_group_cost_what_one_costs(client, desk):
    client.force_login(desk.citizen)
    one_of_each = (Status.DRAFT, Status.SUPPLEMENT, Status.OBLIGATION, Status.IN_PROCESS, Status.RETURNED)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    for status in one_of_each:
        desk.dossier(status)
    one = cost()
    for status in one_of_each:
        desk.dossier(status)
    desk.dossier(Status.IN_PROCESS)
    assert cost() == one

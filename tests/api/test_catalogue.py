"""The catalogue for programs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures.models import Offering, Procedure
from tests import factories

pytestmark = pytest.mark.usefixtures("desk")


def codes(client, **query):
    return [row["code"] for row in client.get("/api/v1/procedures/", query).json()["results"]]


@pytest.fixture
def marriage(desk):
    made = factories.procedure("1.000894", "Thủ tục đăng ký kết hôn")
    Procedure.objects.filter(pk=made.pk).update(life_events=["marriage"], levels=["province"])
    return made


def test_search_finds_without_diacritics(anonymous, marriage):
    assert codes(anonymous, q="dang ky khai sinh") == ["1.001193"]
    assert codes(anonymous, q="khong co gi") == []


def test_the_catalogue_is_narrowed(anonymous, marriage):
    assert codes(anonymous) == ["1.000894", "1.001193"]
    assert codes(anonymous, life_event="marriage") == ["1.000894"]
    assert codes(anonymous, level="commune") == ["1.001193"]
    assert codes(anonymous, sector="ho-tich") == ["1.000894", "1.001193"]
    assert codes(anonymous, sector="dat-dai") == []


def test_what_is_not_offered_now_is_not_there(anonymous):
    Procedure.objects.update(is_active=False)
    assert codes(anonymous) == []
    assert anonymous.get("/api/v1/procedures/1.001193/").status_code == 404


def test_pages_follow_each_other(anonymous, marriage):
    first = anonymous.get("/api/v1/procedures/", {"page_size": 1}).json()
    second = anonymous.get("/api/v1/procedures/", {"page_size": 1, "cursor": first["next"]}).json()
    assert [row["code"] for row in first["results"] + second["results"]] == ["1.000894", "1.001193"]
    assert second["next"] == ""


def test_a_cursor_of_another_list_is_refused(anonymous, marriage):
    cursor = anonymous.get("/api/v1/procedures/", {"page_size": 1}).json()["next"]
    refused = anonymous.get("/api/v1/procedures/1.001193/agencies/", {"cursor": cursor})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_cursor")


def test_one_procedure_tells_form_papers_fees_and_limits(anonymous):
    shown = anonymous.get("/api/v1/procedures/1.001193/").json()
    (group,) = shown["groups"]
    assert [(field["key"], field["kind"], field["is_required"]) for field in group["fields"]] == [
        ("name", "text", True),
        ("born", "date", False),
    ]
    assert [paper["key"] for paper in shown["papers"]] == ["giay-chung-sinh"]
    assert {limit["channel"]: (limit["value"], limit["unit"]) for limit in shown["time_limits"]} == dict.fromkeys(
        ("online", "counter", "post"), (1, "working_day")
    )
    assert [fee["amount_vnd"] for fee in shown["fees"]] == [0, 0, 0]
    assert shown["sector"] == {"slug": "ho-tich", "name": "Hộ tịch"}


@pytest.mark.parametrize("code", ["9.999999", "x", "%00", "1.001193.H19"])
def test_a_code_that_is_none_is_not_found(anonymous, code):
    assert anonymous.get(f"/api/v1/procedures/{code}/").status_code == 404


def test_agencies_are_found_by_place(anonymous):
    other = factories.agency("H19.30", "UBND xã Long Thành")
    other.commune = factories.commune("26368", "Xã Long Thành")
    other.save()
    Offering.objects.create(procedure=Procedure.objects.get(), agency=other)
    address = "/api/v1/procedures/1.001193/agencies/"
    assert [row["code"] for row in anonymous.get(address).json()["results"]] == ["H19.26", "H19.30"]
    assert [row["code"] for row in anonymous.get(address, {"place": "long thanh"}).json()["results"]] == ["H19.30"]


def test_the_catalogue_asks_as_often_for_one_as_for_three(anonymous):
    asked = []
    for count in (1, 3):
        for number in range(Procedure.objects.count(), count):
            factories.procedure(f"2.00000{number}", f"Thủ tục {number}")
        with CaptureQueriesContext(connection) as queries:
            assert len(codes(anonymous)) == count
        asked.append(len(queries))
    assert asked[0] == asked[1]

"""The catalogue's pages."""

import pytest
from django.urls import reverse

from procedures import services
from procedures.enums import Channel
from procedures.models import Fee, Offering, Procedure, RequiredPaper, TimeLimit
from tests import factories

pytestmark = pytest.mark.django_db
CATALOGUE = reverse("procedures:catalogue")


@pytest.fixture
def birth() -> Procedure:
    return factories.procedure()


def address(procedure: Procedure) -> str:
    return reverse("procedures:procedure", args=[procedure.code])


def publish_with_fee(procedure: Procedure, amount_vnd: int | None) -> None:
    draft = services.draft_from(procedure=procedure)
    RequiredPaper.objects.filter(version=draft).update(key="birth_paper")
    Fee.objects.filter(version=draft).update(amount_vnd=amount_vnd)
    services.publish(version=draft, actor=None, at=factories.MONDAY)


def fill(count: int) -> None:
    for number in range(count):
        factories.procedure(f"2.{number:06d}", f"Thủ tục thử số {number}")


def test_catalogue_lists_what_is_on_offer(client, birth):
    answer = client.get(CATALOGUE)
    assert answer.status_code == 200
    assert address(birth) in answer.text
    assert "<html" in answer.text


def test_live_search_gets_the_list_alone(client, birth):
    answer = client.get(CATALOGUE, {"q": "khai sinh"}, headers={"HX-Request": "true"})
    assert address(birth) in answer.text
    assert "<html" not in answer.text
    assert "HX-Request" in answer["Vary"]


def test_going_back_in_the_browser_gets_the_whole_page(client, birth):
    answer = client.get(CATALOGUE, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in answer.text


def test_search_that_finds_nothing_says_what_to_try(client, birth):
    answer = client.get(CATALOGUE, {"q": "<script>khong-co</script>"})
    assert answer.status_code == 200
    assert "mc-empty" in answer.text
    assert "<script>khong-co" not in answer.text


@pytest.mark.parametrize(
    "query",
    [{"page": "-1"}, {"page": "x"}, {"level": "district"}, {"life_event": "\x00"}, {"sector": "\x00"}, {"q": "\x00%_"}],
)
def test_nonsense_in_the_address_never_fails(client, birth, query):
    assert client.get(CATALOGUE, query).status_code == 200


def test_twenty_stand_on_a_page_and_the_links_keep_the_search(client):
    fill(21)
    first = client.get(CATALOGUE, {"q": "thử số"})
    assert first.text.count("<li>\n        <h2>") == 20
    assert "page=2" in first.text
    assert "q=th%E1%BB%AD" in first.text
    assert client.get(CATALOGUE, {"q": "thử số", "page": 2}).text.count("<li>\n        <h2>") == 1


@pytest.mark.parametrize("name", ["catalogue", "procedure"])
def test_pages_only_read(client, birth, name):
    args = [birth.code] if name == "procedure" else []
    assert client.post(reverse(f"procedures:{name}", args=args)).status_code == 405


def test_list_takes_as_many_queries_for_twenty_as_for_one(client, django_assert_num_queries, birth):
    with django_assert_num_queries(3):
        client.get(CATALOGUE)
    fill(19)
    with django_assert_num_queries(3):
        client.get(CATALOGUE)


def test_page_of_a_procedure_takes_as_many_queries_with_more_rows(client, django_assert_num_queries, birth):
    with django_assert_num_queries(6):
        client.get(address(birth))
    Offering.objects.create(procedure=birth, agency=factories.agency("H19.27", "UBND phường Long Bình"))
    with django_assert_num_queries(6):
        client.get(address(birth))


def test_page_of_a_procedure_tells_its_terms(client, birth):
    text = client.get(address(birth)).text
    assert "Giấy chứng sinh" in text
    assert "UBND phường Trấn Biên" in text
    assert birth.published.name in text


@pytest.mark.parametrize(
    ("condition", "words"),
    [(None, "Bắt buộc"), ({"==": [{"var": "child.name"}, "An"]}, "Tùy theo nội dung khai")],
)
def test_paper_that_an_answer_decides_about_is_not_called_always_needed(client, birth, condition, words):
    draft = services.draft_from(procedure=birth)
    papers = RequiredPaper.objects.filter(version=draft)
    papers.update(key="birth_paper", is_required=True, condition=condition)
    services.publish(version=draft, actor=None, at=factories.MONDAY)
    text = client.get(address(birth)).text
    assert words in text
    assert ("Bắt buộc" in text) is (condition is None)


def test_fee_without_a_figure_names_the_hotline_and_never_zero(client, birth):
    publish_with_fee(birth, None)
    table = client.get(address(birth)).text.partition("<tbody")[2].partition("</tbody>")[0]
    assert table.count("1022") == 3
    assert "\u00a0đ" not in table


def test_remark_says_what_it_is_about_and_by_which_way_of_filing(client, birth):
    draft = services.draft_from(procedure=birth)
    RequiredPaper.objects.filter(version=draft).update(key="birth_paper")
    TimeLimit.objects.filter(version=draft).update(note="Cần xác minh thì lâu hơn.")
    TimeLimit.objects.filter(version=draft, channel=Channel.ONLINE).update(note="Nhanh hơn khi nộp trực tuyến.")
    services.publish(version=draft, actor=None, at=factories.MONDAY)
    text = client.get(address(birth)).text
    assert "Thời hạn (trực tuyến): Nhanh hơn khi nộp trực tuyến." in text
    assert "Thời hạn (tại quầy, qua bưu điện): Cần xác minh thì lâu hơn." in text


def test_fee_is_written_the_vietnamese_way(client, birth):
    publish_with_fee(birth, 1_250_000)
    assert "1.250.000\u00a0đ" in client.get(address(birth)).text


def test_draft_version_stays_hidden_until_it_is_published(client, birth):
    draft = services.draft_from(procedure=birth)
    draft.name = "Tên chưa công bố"
    draft.save()
    assert "Tên chưa công bố" not in client.get(address(birth)).text


@pytest.mark.parametrize("code", ["9.999999", "1.001193x", "1001193"])
def test_unknown_code_is_not_found(client, birth, code):
    assert client.get(f"/thu-tuc/{code}/").status_code == 404


def test_withdrawn_procedure_is_not_found(client, birth):
    Procedure.objects.update(is_active=False)
    assert client.get(address(birth)).status_code == 404


def test_many_agencies_are_found_by_commune_instead_of_listed(client, birth):
    for number in range(9):
        agency = factories.agency(f"H19.{30 + number}", f"UBND xã Thử {number}")
        Offering.objects.create(procedure=birth, agency=agency)
    assert "UBND xã Thử 1" not in client.get(address(birth)).text
    fragment = client.get(address(birth), {"noi": "không đâu"}, headers={"HX-Request": "true"})
    assert "không đâu" in fragment.text
    assert "<html" not in fragment.text

"""The citizen's profile: kept once, checked kindly, shared with nobody."""

import pytest
from django.urls import reverse

from accounts.models import Commune, Province
from tests import factories, people

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan/ho-so-ca-nhan/"


def answers(**other):
    return {
        "full_name": "Nguyễn  Thị Hoa",
        "identity_number": "075 190 000 001",
        "birth_on": "5/9/1990",
        "gender": "female",
        "province": "75",
        "commune": "26041",
        "street": "12 đường Hoa Sen",
        "email": "hoa@example.vn",
        "language": "vi",
        **other,
    }


@pytest.fixture
def hoa(client):
    user = factories.citizen(phone=people.NUMBER)
    client.force_login(user)
    return user


def test_what_is_written_is_kept_and_shown_again(client, hoa):
    assert client.post(PAGE, answers()).status_code == 302
    hoa.refresh_from_db()
    profile = hoa.profile
    assert (hoa.full_name, hoa.email) == ("Nguyễn Thị Hoa", "hoa@example.vn")
    assert (profile.identity_number, profile.birth_on.isoformat()) == ("075190000001", "1990-09-05")
    assert (profile.commune_id, profile.province_id, profile.street) == ("26041", "75", "12 đường Hoa Sen")
    page = client.get(PAGE).content.decode()
    for text in ("075190000001", "05/09/1990", "12 đường Hoa Sen", "Phường Trấn Biên"):
        assert text in page


def test_only_the_name_is_needed(client, hoa):
    blank = dict.fromkeys(answers(), "") | {"full_name": "Hoa", "language": "en"}
    assert client.post(PAGE, blank).status_code == 302
    hoa.refresh_from_db()
    assert (hoa.language, hoa.profile.identity_number, hoa.profile.commune) == ("en", None, None)


@pytest.mark.parametrize(
    "other",
    [
        {"full_name": ""},
        {"full_name": "\u200b \u200b"},
        {"full_name": "x" * 151},
        {"identity_number": "07519000001"},
        {"identity_number": "0751900000AB"},
        {"birth_on": "31/02/1990"},
        {"birth_on": "29/02/2023"},
        {"birth_on": "01/01/2999"},
        {"birth_on": "01/01/1850"},
        {"birth_on": "01/01/0001"},
        {"gender": "x"},
        {"province": "99"},
        {"commune": ""},
        {"commune": "00001"},
        {"email": "hoa@"},
        {"language": "fr"},
        {"street": "x" * 201},
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_place_and_nothing_is_kept(client, hoa, other):
    before = hoa.profile.identity_number
    answer = client.post(PAGE, answers(**other))
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    hoa.refresh_from_db()
    hoa.profile.refresh_from_db()
    assert (hoa.full_name, hoa.profile.identity_number) == ("Nguyễn Thị Hoa", before)


def test_the_number_of_somebody_else_is_refused_without_saying_whose(client, hoa):
    factories.citizen("Lê Văn Tám", phone="84907654321", identity="075190000001")
    answer = client.post(PAGE, answers())
    assert answer.status_code == 422
    assert "Tám" not in answer.content.decode()
    assert "84907654321" not in answer.content.decode()


def test_trying_numbers_out_is_limited(client, hoa):
    statuses = [client.post(PAGE, answers(identity_number=f"07519000000{n}")).status_code for n in range(7)]
    assert statuses == [302] * 5 + [429] * 2


def test_doubts_about_the_number_are_told_and_do_not_hold_up(client, hoa):
    page = client.post(PAGE, answers(gender="male", birth_on="05/09/1991"), follow=True).content.decode()
    assert page.count("mc-banner--warning") == 2
    hoa.profile.refresh_from_db()
    assert hoa.profile.identity_number == "075190000001"


def test_without_scripts_a_button_fetches_the_communes_of_another_province(client, hoa):
    other = Province.objects.create(code="15", name="Tỉnh Lào Cai", kind="tỉnh")
    Commune.objects.create(code="02647", province=other, name="Phường Sa Pa", search_text="phuong sa pa")
    answer = client.post(PAGE, answers(province="15", choose_province="1", full_name="Đang gõ dở"))
    assert answer.status_code == 200
    assert "Phường Sa Pa" in answer.content.decode()
    assert "Đang gõ dở" in answer.content.decode()
    hoa.refresh_from_db()
    assert hoa.full_name != "Đang gõ dở"


def test_of_a_province_whose_communes_are_not_loaded_the_street_says_it(client, hoa):
    Province.objects.create(code="01", name="Thành phố Hà Nội", kind="thành phố")
    answer = client.post(PAGE, answers(province="01", commune="", street="5 Hàng Bài, phường Cửa Nam"))
    assert answer.status_code == 302
    hoa.profile.refresh_from_db()
    assert (hoa.profile.province_id, hoa.profile.commune) == ("01", None)


def test_markup_is_shown_as_text(client, hoa):
    client.post(PAGE, answers(full_name="<script>alert(1)</script>"))
    page = client.get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_profile_is_one_s_own(client, hoa):
    other = factories.citizen("Lê Văn Tám")
    client.post(PAGE, answers(user=other.pk, id=other.pk, is_staff="1", phone="84907654321"))
    other.refresh_from_db()
    hoa.refresh_from_db()
    assert (other.full_name, hoa.is_staff, hoa.phone) == ("Lê Văn Tám", False, people.NUMBER)


@pytest.mark.parametrize("name", ["home", "profile", "mandates", "enterprises", "second_factor", "password"])
def test_every_page_of_the_account_opens(client, hoa, name):
    people.type_password(client, hoa.username)
    assert client.get(reverse(f"accounts:{name}")).status_code == 200

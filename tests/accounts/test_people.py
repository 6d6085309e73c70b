"""Those who act for others: mandates between two people, members of enterprises. Ended at once, seen by both."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts import selectors, services
from accounts.enums import MemberRole
from accounts.models import Enterprise, EnterpriseMember, Mandate, User
from core.limits import Limited
from tests import factories
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

MANDATES = "/tai-khoan/nguoi-than/"
ENTERPRISES = "/tai-khoan/doanh-nghiep/"


@pytest.fixture
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def mother():
    return factories.citizen("Nguyễn Thị Hoa", phone="84901111111")


@pytest.fixture
def son():
    return factories.citizen("Lê Văn Tám", phone="84902222222")


def give(grantor, phone="84902222222", until=date(2026, 12, 31), at=MONDAY):
    return services.give_mandate(grantor=grantor, phone=phone, until=until, at=at)


@pytest.mark.usefixtures("_monday")
class TestMandates:
    def test_both_see_it_and_the_grantor_learns_no_name(self, client, mother, son):
        client.force_login(mother)
        assert client.post(MANDATES, {"phone": "0902 222 222", "until": "31/12/2026"}).status_code == 302
        hers = client.get(MANDATES).content.decode()
        assert "0902 222 222" in hers
        assert "31/12/2026" in hers
        assert "Tám" not in hers
        client.force_login(son)
        assert "Nguyễn Thị Hoa" in client.get(MANDATES).content.decode()

    @pytest.mark.parametrize("who", ["mother", "son"])
    def test_either_ends_it(self, client, mother, son, who):
        mandate = give(mother)
        client.force_login({"mother": mother, "son": son}[who])
        page = reverse("accounts:revoke_mandate", args=[mandate.pk])
        assert client.get(page).status_code == 405
        assert client.post(page).status_code == 302
        assert selectors.may_act_for(son, at=MONDAY) == set()
        assert client.post(page).status_code == 404

    def test_a_stranger_does_not_end_it(self, client, mother, son):
        mandate = give(mother)
        client.force_login(factories.citizen())
        assert client.post(reverse("accounts:revoke_mandate", args=[mandate.pk])).status_code == 404
        assert selectors.may_act_for(son, at=MONDAY) == {mother.pk}

    @pytest.mark.parametrize(
        ("phone", "until"),
        [
            ("0901 111 111", "31/12/2026"),
            ("0902 222 222", "22/11/2026"),
            ("0902 222 222", "31/12/2030"),
            ("0902 222 222", "31/02/2027"),
            ("0902 222 222", ""),
            ("113", "31/12/2026"),
            ("", "31/12/2026"),
        ],
    )
    def test_what_is_wrong_is_said_in_place(self, client, mother, phone, until):
        client.force_login(mother)
        assert client.post(MANDATES, {"phone": phone, "until": until}).status_code == 422
        assert not Mandate.objects.exists()


def test_giving_again_moves_the_day(mother, son):
    give(mother, until=date(2026, 12, 1))
    give(mother, until=date(2027, 1, 31))
    assert Mandate.objects.get().last_day == date(2027, 1, 31)


def test_giving_again_after_the_day_is_a_new_mandate(mother, son):
    give(mother, until=MONDAY.date())
    give(mother, until=date(2027, 1, 31), at=MONDAY + timedelta(days=3))
    assert Mandate.objects.count() == 2
    assert selectors.may_act_for(son, at=MONDAY + timedelta(days=3)) == {mother.pk}


def test_a_number_never_seen_gets_an_account_that_its_holder_opens_by_a_code(mother):
    mandate = give(mother, phone="0903 333 333")
    assert mandate.representative.phone == "84903333333"
    assert not mandate.representative.has_usable_password()


def test_naming_numbers_is_limited(mother):
    for number in range(20):
        give(mother, phone=f"09030000{number:02d}")
    with pytest.raises(Limited):
        give(mother, phone="0903000099")
    assert not User.objects.filter(phone="84903000099").exists()


@pytest.fixture
def shop(mother):
    enterprise = Enterprise.objects.create(tax_code="3600000001", name="Công ty Hoa Sen")
    EnterpriseMember.objects.create(enterprise=enterprise, user=mother, role=MemberRole.OWNER)
    return enterprise


def add_page(shop):
    return reverse("accounts:add_member", args=[shop.pk])


def remove_page(shop, member):
    return reverse("accounts:remove_member", args=[shop.pk, member.pk])


class TestEnterprise:
    def test_the_owner_adds_and_takes_out(self, client, shop, mother, son):
        client.force_login(mother)
        assert client.post(add_page(shop), {f"e{shop.pk}-phone": "0902222222"}).status_code == 302
        assert "0902 222 222" in client.get(ENTERPRISES).content.decode()
        assert selectors.enterprises_of(son) == {shop.pk}
        member = shop.members.get(user=son)
        assert client.post(remove_page(shop, member)).status_code == 302
        assert selectors.enterprises_of(son) == set()

    def test_adding_twice_is_once(self, shop, mother, son):
        for _ in range(2):
            services.add_member(enterprise_id=shop.pk, owner=mother, phone=son.phone, at=MONDAY)
        assert shop.members.count() == 2

    def test_a_bad_number_is_said_in_place(self, client, shop, mother):
        client.force_login(mother)
        assert client.post(add_page(shop), {f"e{shop.pk}-phone": "113"}).status_code == 422

    def test_a_member_files_and_manages_nobody(self, client, shop, mother, son):
        services.add_member(enterprise_id=shop.pk, owner=mother, phone=son.phone, at=MONDAY)
        client.force_login(son)
        page = client.get(ENTERPRISES).content.decode()
        assert "Công ty Hoa Sen" in page
        assert "0901 111 111" not in page
        assert client.post(add_page(shop), {f"e{shop.pk}-phone": "0903333333"}).status_code == 404
        assert client.post(remove_page(shop, shop.members.get(user=mother))).status_code == 404
        assert shop.members.count() == 2

    def test_a_stranger_is_told_of_no_enterprise(self, client, shop, mother):
        client.force_login(factories.citizen())
        assert client.post(add_page(shop), {f"e{shop.pk}-phone": "0903333333"}).status_code == 404
        assert client.post(remove_page(shop, shop.members.get())).status_code == 404
        assert "Hoa Sen" not in client.get(ENTERPRISES).content.decode()

    def test_a_member_of_another_enterprise_is_not_taken_out_through_mine(self, client, shop, mother, son):
        other = Enterprise.objects.create(tax_code="3600000002", name="Công ty Khác")
        theirs = EnterpriseMember.objects.create(enterprise=other, user=son, role=MemberRole.OWNER)
        client.force_login(mother)
        assert client.post(remove_page(shop, theirs)).status_code == 404
        assert other.members.exists()

    def test_the_last_owner_stays(self, client, shop, mother):
        client.force_login(mother)
        assert client.post(remove_page(shop, shop.members.get())).status_code == 302
        assert shop.members.exists()

    def test_the_page_asks_the_same_number_of_questions_for_one_and_for_three(
        self, client, shop, mother, django_assert_max_num_queries
    ):
        client.force_login(mother)
        client.get(ENTERPRISES)
        with django_assert_max_num_queries(30) as one:
            client.get(ENTERPRISES)
        for number in range(2):
            more = Enterprise.objects.create(tax_code=f"36000001{number}", name=f"Công ty {number}")
            EnterpriseMember.objects.create(enterprise=more, user=mother, role=MemberRole.OWNER)
            services.add_member(enterprise_id=more.pk, owner=mother, phone=f"090333333{number}", at=MONDAY)
        with django_assert_max_num_queries(30) as three:
            client.get(ENTERPRISES)
        assert len(one) == len(three)

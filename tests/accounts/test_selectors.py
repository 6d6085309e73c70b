"""What a person may do is asked of the database anew with each request, and kept back until staff prove twice."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import selectors, services
from accounts.enums import Role
from accounts.models import CitizenProfile, Enterprise, EnterpriseMember, RoleAssignment, User
from tests import factories
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db


def again(user):
    """Return the person as the next request sees them."""
    return User.objects.get(pk=user.pk)


def test_roles_are_told_by_agency():
    here, there = factories.agency(), factories.agency("H19.27", "UBND phường Tam Hiệp")
    officer = factories.officer(Role.RECEIVE, Role.RETURN, at=here)
    RoleAssignment.objects.create(user=officer, agency=there, role=Role.PROCESS)
    assert selectors.roles_of(officer) == {here.pk: {Role.RECEIVE, Role.RETURN}, there.pk: {Role.PROCESS}}
    assert selectors.has_role(officer, Role.PROCESS, there.pk)
    assert not selectors.has_role(officer, Role.PROCESS, here.pk)
    assert selectors.agencies_of(officer, Role.RECEIVE) == {here.pk}
    assert selectors.desk_agencies_of(officer) == {here.pk, there.pk}


def test_roles_are_read_once_per_request(django_assert_num_queries):
    officer = factories.officer(Role.RECEIVE)
    with django_assert_num_queries(1):
        assert selectors.is_officer(officer)
        assert selectors.roles_of(officer)


def test_a_role_taken_away_is_gone_at_the_next_request():
    officer = factories.officer(Role.RECEIVE)
    assert selectors.is_officer(officer)
    officer.assignments.all().delete()
    assert not selectors.is_officer(again(officer))


def test_a_closed_account_has_no_roles():
    officer = factories.officer(Role.RECEIVE)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert selectors.roles_of(again(officer)) == {}


def test_roles_wait_until_the_second_factor_is_shown():
    officer = factories.officer(Role.RECEIVE)
    officer.is_kept_from_desk = True
    assert selectors.roles_of(officer) == {}
    assert selectors.must_prove_twice(officer)


def test_a_hotline_operator_does_not_work_on_dossiers():
    assert selectors.desk_agencies_of(factories.officer(Role.HOTLINE)) == set()


@pytest.mark.parametrize("nobody", [AnonymousUser()])
def test_a_visitor_may_nothing(nobody):
    assert selectors.roles_of(nobody) == {}
    assert selectors.may_act_for(nobody) == set()
    assert selectors.enterprises_of(nobody) == set()


def test_a_mandate_holds_until_its_day_and_until_it_is_revoked():
    mother, son = factories.citizen(phone="84901111111"), factories.citizen(phone="84902222222")
    mandate = services.give_mandate(grantor=mother, phone=son.phone, until=MONDAY.date(), at=MONDAY)
    assert selectors.may_act_for(son, at=MONDAY) == {mother.pk}
    assert selectors.may_act_for(son, at=MONDAY + timedelta(hours=13, minutes=59)) == {mother.pk}
    assert selectors.may_act_for(son, at=MONDAY + timedelta(hours=14)) == set()
    assert selectors.may_act_for(mother, at=MONDAY) == set()
    services.revoke_mandate(mandate_id=mandate.pk, user=mother, at=MONDAY)
    assert selectors.may_act_for(son, at=MONDAY) == set()


def test_members_of_an_enterprise_may_file_for_it():
    user = factories.citizen()
    enterprise = Enterprise.objects.create(tax_code="3600000001", name="Công ty Hoa Sen")
    EnterpriseMember.objects.create(enterprise=enterprise, user=user)
    assert selectors.enterprises_of(user) == {enterprise.pk}
    assert [row.enterprise for row in selectors.memberships_of(user)] == [enterprise]


def test_the_profile_fills_forms():
    user = factories.citizen("Nguyễn Thị Hoa", phone="84901234567", identity="075190000001")
    values = selectors.profile_values(user)
    assert values["full_name"] == "Nguyễn Thị Hoa"
    assert values["phone"] == "84901234567"
    assert values["identity_number"] == "075190000001"
    assert values["address"] == {"province": "75", "commune": "26041", "street": "12 đường Hoa Sen"}
    assert values["address_text"] == "12 đường Hoa Sen, Phường Trấn Biên, Tỉnh Đồng Nai"


def test_a_profile_without_answers_fills_forms_with_nothing():
    user = User.objects.create_user("moi", None)
    values = selectors.profile_values(user)
    assert values["address"] == {"province": "", "commune": "", "street": ""}
    assert not CitizenProfile.objects.exists()

"""Who enters the administration, and what each role sees there."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from tests import factories
from tests.procedures.admin.conftest import admin_of


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


PROVINCE_PAGES = [
    "procedures_procedure",
    "procedures_procedureversion",
    "procedures_sector",
    "accounts_agency",
    "accounts_province",
    "accounts_commune",
    "accounts_user",
    "accounts_roleassignment",
    "accounts_enterprise",
    "accounts_mandate",
    "core_workcalendar",
    "core_dayoverride",
    "dossiers_dossier",
    "notifications_template",
    "notifications_noticerule",
    "notifications_message",
]
SYSTEM_PAGES = ["accounts_user", "accounts_roleassignment", "accounts_agency", "core_workcalendar"]


@pytest.mark.parametrize("name", PROVINCE_PAGES)
def test_the_provinces_administrator_opens_every_list_of_theirs(enter, province_admin, name):
    assert enter(province_admin).get(page(f"{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", PROVINCE_PAGES)
def test_the_systems_administrator_opens_accounts_and_plumbing_only(enter, system_admin, name):
    expected = 200 if name in SYSTEM_PAGES else 403
    assert enter(system_admin).get(page(f"{name}_changelist")).status_code == expected


@pytest.mark.parametrize("role", [Role.RECEIVE, Role.APPROVE, Role.HOTLINE])
def test_staff_without_an_administrators_role_stay_outside(enter, db, role):
    answer = enter(admin_of(role)).get(page("index"), follow=True)
    assert "/tai-khoan/dang-nhap/can-bo/" in answer.redirect_chain[-1][0]


def test_a_role_without_the_staff_mark_and_a_citizen_stay_outside(enter, db):
    assert enter(factories.officer(Role.PROVINCE_ADMIN)).get(page("index")).status_code == 302
    assert enter(factories.citizen()).get(page("index")).status_code == 302


def test_a_stranger_is_sent_to_the_sites_own_sign_in(client, db):
    answer = client.get(page("procedures_procedure_changelist"), follow=True)
    assert "/tai-khoan/dang-nhap/can-bo/" in answer.redirect_chain[-1][0]
    assert client.post(page("login"), {"username": "x", "password": "y"}).status_code == 302


def test_somebody_who_has_not_shown_the_second_factor_may_nothing(province_admin):
    assert province_admin.has_perm("procedures.change_procedure")
    kept = User.objects.get(pk=province_admin.pk)
    kept.is_kept_from_desk = True
    assert not kept.has_perm("procedures.change_procedure")


def test_a_role_taken_away_counts_at_the_next_request(enter, province_admin):
    client = enter(province_admin)
    assert client.get(page("index")).status_code == 200
    RoleAssignment.objects.filter(user=province_admin).delete()
    assert client.get(page("index")).status_code == 302

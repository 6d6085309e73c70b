"""Agencies, officers, roles, working time and dossiers in the administration."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Agency, RoleAssignment, User
from core.models import DayOverride, WorkCalendar
from dossiers.enums import Status
from tests import factories


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


def test_nobody_gives_a_role_to_themselves(enter, province_admin):
    client = enter(province_admin)
    data = {"user": province_admin.pk, "agency": factories.agency().pk, "role": Role.APPROVE}
    answer = client.post(page("accounts_roleassignment_add"), data)
    assert answer.status_code == 200
    assert not RoleAssignment.objects.filter(user=province_admin, role=Role.APPROVE).exists()
    own = RoleAssignment.objects.get(user=province_admin)
    assert client.post(page("accounts_roleassignment_change", own.pk), data).status_code == 403


def test_nobody_gives_a_role_to_themselves_on_their_own_page_either(enter, system_admin):
    client = enter(system_admin)
    address = page("accounts_user_change", system_admin.pk)
    html = client.get(address).content.decode()
    assert 'name="assignments-0-role"' not in html
    data = {
        "username": system_admin.username,
        "full_name": "Q",
        "language": "vi",
        "assignments-TOTAL_FORMS": 1,
        "assignments-INITIAL_FORMS": 0,
        "assignments-0-user": system_admin.pk,
        "assignments-0-agency": factories.agency().pk,
        "assignments-0-role": Role.PROVINCE_ADMIN,
    }
    client.post(address, data)
    assert not RoleAssignment.objects.filter(user=system_admin, role=Role.PROVINCE_ADMIN).exists()


def test_an_administrator_gives_a_role_to_another(enter, province_admin):
    officer = factories.officer()
    User.objects.filter(pk=officer.pk).update(is_staff=True)
    data = {"user": officer.pk, "agency": factories.agency().pk, "role": Role.APPROVE}
    assert enter(province_admin).post(page("accounts_roleassignment_add"), data).status_code == 302
    assert RoleAssignment.objects.filter(user=officer, role=Role.APPROVE).exists()


def test_citizens_and_superusers_are_not_among_the_officers(enter, system_admin):
    citizen, chief = factories.citizen(), User.objects.create_superuser("goc", "mat-khau-dai-12")
    client = enter(system_admin)
    html = client.get(page("accounts_user_changelist")).content.decode()
    assert citizen.full_name not in html
    assert "goc" not in html
    for user in (citizen, chief):
        assert client.get(page("accounts_user_change", user.pk)).status_code == 302
        data = {"password1": "mat-khau-moi-99", "password2": "mat-khau-moi-99", "usable_password": "true"}
        assert client.post(page("auth_user_password_change", user.pk), data).status_code == 404
        assert User.objects.get(pk=user.pk).check_password("mat-khau-dai-12")


def test_an_officers_password_can_be_set_and_its_hash_is_nowhere(enter, system_admin):
    officer = factories.officer(Role.RECEIVE)
    client = enter(system_admin)
    html = client.get(page("accounts_user_change", officer.pk)).content.decode()
    assert officer.password not in html
    assert "md5" not in html.lower()
    address = page("auth_user_password_change", officer.pk)
    assert client.get(address).status_code == 200
    data = {"password1": "mat-khau-moi-99", "password2": "mat-khau-moi-99", "usable_password": "true"}
    assert client.post(address, data).status_code == 302
    assert User.objects.get(pk=officer.pk).check_password("mat-khau-moi-99")


def test_ones_own_password_is_not_set_here(enter, system_admin):
    assert enter(system_admin).get(page("auth_user_password_change", system_admin.pk)).status_code == 403


def test_the_provinces_administrator_sets_no_passwords(enter, province_admin):
    officer = factories.officer(Role.RECEIVE)
    client = enter(province_admin)
    assert client.get(page("auth_user_password_change", officer.pk)).status_code == 403
    assert client.post(page("accounts_user_change", officer.pk), {"username": "x"}).status_code == 403


def test_a_new_officer_is_added_with_a_password(enter, system_admin):
    data = {
        "username": "canbo.moi",
        "full_name": "Cán bộ Mới",
        "password1": "mat-khau-moi-99",
        "password2": "mat-khau-moi-99",
        "usable_password": "true",
        "assignments-TOTAL_FORMS": 0,
        "assignments-INITIAL_FORMS": 0,
    }
    answer = enter(system_admin).post(page("accounts_user_add"), data)
    assert answer.status_code == 302
    made = User.objects.get(username="canbo.moi")
    assert (made.is_staff, made.is_superuser) == (False, False)
    assert enter(system_admin).get(page("accounts_user_change", made.pk)).status_code == 200


@pytest.mark.parametrize(("language", "status"), [("en", 302), ("xx", 200)])
def test_an_officers_language_is_one_of_the_sites(enter, system_admin, language, status):
    other = factories.officer(Role.PROCESS)
    data = {
        "username": other.username,
        "full_name": "Phạm Văn Lý",
        "language": language,
        "is_active": "on",
        "assignments-TOTAL_FORMS": 0,
        "assignments-INITIAL_FORMS": 0,
    }
    assert enter(system_admin).post(page("accounts_user_change", other.pk), data).status_code == status


def test_an_agency_can_t_stand_above_itself(enter, province_admin):
    top = factories.agency("H19", "UBND tỉnh", "province")
    below = factories.agency("H19.2", "Sở Tư pháp", "department")
    Agency.objects.filter(pk=below.pk).update(parent=top)
    data = {
        "code": "H19",
        "name": "UBND tỉnh",
        "short_name": "UBND",
        "level": "province",
        "parent": below.pk,
        "province": "75",
    }
    answer = enter(province_admin).post(page("accounts_agency_change", top.pk), data)
    assert answer.status_code == 200
    assert Agency.objects.get(pk=top.pk).parent is None


# Working time


def calendar_data(**values):
    return {
        "name": "Công an",
        "weekdays": ["0", "1", "2", "3", "4"],
        "hours": "07:00-11:30\n13:30-17:00",
        "saturday": "",
        "sunday": "",
        "overrides-TOTAL_FORMS": 0,
        "overrides-INITIAL_FORMS": 0,
        **values,
    }


def test_a_calendar_is_written_in_plain_words(enter, province_admin):
    client = enter(province_admin)
    data = calendar_data(saturday="7:30-11:30")
    assert client.post(page("core_workcalendar_add"), data).status_code == 302
    calendar = WorkCalendar.objects.get(name="Công an")
    assert calendar.weekdays == [0, 1, 2, 3, 4]
    assert calendar.hours == [["07:00", "11:30"], ["13:30", "17:00"]]
    assert calendar.extra_opening == {"5": [["07:30", "11:30"]]}
    html = client.get(page("core_workcalendar_change", calendar.pk)).content.decode()
    assert "07:30-11:30" in html


@pytest.mark.parametrize(
    "values",
    [
        {"hours": ""},
        {"hours": "all day"},
        {"hours": "11:30-07:00"},
        {"hours": "07:00-12:00\n11:00-17:00"},
        {"hours": "25:00-26:00"},
        {"weekdays": ["7"]},
        {"weekdays": []},
    ],
)
def test_hours_that_make_no_sense_are_refused(enter, province_admin, values):
    assert enter(province_admin).post(page("core_workcalendar_add"), calendar_data(**values)).status_code == 200
    assert not WorkCalendar.objects.filter(name="Công an").exists()


def test_an_exception_of_the_calendar_is_added(enter, province_admin):
    data = {"on": "2027-02-13", "is_working": "on", "reason": "Làm bù, QĐ 123"}
    assert enter(province_admin).post(page("core_dayoverride_add"), data).status_code == 302
    assert DayOverride.objects.get().is_working


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_day_is_typed_and_shown_day_first(enter, province_admin, settings, language):
    settings.LANGUAGE_CODE = language
    client = enter(province_admin)
    assert client.post(page("core_dayoverride_add"), {"on": "02/09/2027", "reason": "Quốc khánh"}).status_code == 302
    assert DayOverride.objects.get().on == date(2027, 9, 2)
    assert "02/09/2027" in client.get(page("core_dayoverride_changelist")).content.decode()


# Dossiers


def test_the_list_of_dossiers_shows_nobody(enter, province_admin):
    desk = factories.Desk()
    dossier = desk.dossier(Status.SUBMITTED)
    client = enter(province_admin)
    for answer in (
        client.get(page("dossiers_dossier_changelist")),
        client.get(page("dossiers_dossier_change", dossier.pk)),
    ):
        html = answer.content.decode()
        assert dossier.code in html
        for secret in (desk.citizen.full_name, desk.citizen.phone, "Nguyễn Minh An"):
            assert secret not in html
    assert client.post(page("dossiers_dossier_change", dossier.pk), {"code": "X"}).status_code == 403
    assert client.post(page("dossiers_dossier_delete", dossier.pk), {"post": "yes"}).status_code == 403

"""The administration: who enters, what each role sees, and a procedure's way from draft to published."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Agency, RoleAssignment, User
from core.models import DayOverride, WorkCalendar
from dossiers.enums import Status
from procedures import forms, services
from procedures.enums import VersionState
from procedures.models import FormField, Procedure, ProcedureVersion
from tests import factories
from tests.procedures.conftest import TODAY

MONDAY = factories.MONDAY


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def admin_of(*roles, name="Quản trị"):
    user = factories.officer(*roles, name=name)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def province_admin(db):
    return admin_of(Role.PROVINCE_ADMIN)


@pytest.fixture
def system_admin(db):
    return admin_of(Role.SYSTEM_ADMIN)


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def draft(shipped):
    return services.draft_from(procedure=shipped("1.001193").procedure)


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
DEEP = '{"!": ' * 13 + '{"==": [1, 1]}' + "}" * 13
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


# Procedures


@pytest.mark.parametrize("typed", ["dang ky khai sinh", "Đăng ký KHAI SINH", "1.001193", "giay khai"])
def test_procedures_are_found_without_diacritics(enter, province_admin, shipped, typed):
    shipped("1.001193")
    shipped("2.000815")
    html = enter(province_admin).get(page("procedures_procedure_changelist"), {"q": typed}).content.decode()
    assert "1.001193" in html
    assert "2.000815" not in html


def test_the_list_costs_the_same_with_one_procedure_and_with_three(
    enter, province_admin, shipped, django_assert_max_num_queries
):
    client = enter(province_admin)
    for code in ("1.001193", "2.000815", "1.012783"):
        shipped(code)
        with django_assert_max_num_queries(14):
            client.get(page("procedures_procedure_changelist"))


def test_a_new_draft_is_asked_for_first_and_made_by_post(enter, province_admin, shipped):
    client, procedure = enter(province_admin), shipped("1.001193").procedure
    address = page("procedures_procedure_new_draft", procedure.pk)
    assert client.get(address).status_code == 200
    assert procedure.versions.count() == 1
    answer = client.post(address)
    draft = procedure.versions.get(state=VersionState.DRAFT)
    assert answer.url == page("procedures_procedureversion_change", draft.pk)
    assert client.post(address).url == answer.url
    assert procedure.versions.count() == 2


def test_a_draft_can_be_edited_and_a_published_version_only_looked_at(enter, province_admin, draft):
    client = enter(province_admin)
    published = draft.procedure.published
    assert 'name="_save"' in client.get(page("procedures_procedureversion_change", draft.pk)).content.decode()
    for group in published.groups.all()[:1]:
        html = client.get(page("procedures_formgroup_change", group.pk)).content.decode()
        assert 'name="_save"' not in html
    answer = client.get(page("procedures_procedureversion_change", published.pk))
    assert answer.status_code == 200
    assert 'name="_save"' not in answer.content.decode()
    assert client.post(page("procedures_procedureversion_change", published.pk), {"name": "X"}).status_code == 403
    assert client.post(page("procedures_procedureversion_delete", published.pk), {"post": "yes"}).status_code == 403


def form_data(answer):
    """Return what a browser would post from the admin page as it stands."""
    data = {}
    context = answer.context
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    everything = [context["adminform"].form]
    for formset in formsets:
        everything += [formset.management_form, *formset.forms]
    for form in everything:
        for bound in form:
            value = bound.value()
            if bound.field.__class__.__name__ == "BooleanField" and not value:
                continue
            data[bound.html_name] = "" if value is None else value
    return data


def test_a_question_is_changed_on_its_groups_page(enter, province_admin, draft):
    client, group = enter(province_admin), draft.groups.get(key="requester")
    address = page("procedures_formgroup_change", group.pk)
    data = form_data(client.get(address))
    place = next(name for name, value in data.items() if value == "relation" and name.endswith("-key"))
    data[place.replace("-key", "-label")] = "Quan hệ với trẻ"
    data[place.replace("-key", "-choices")] = "father | Cha\nmother | Mẹ"
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    field = group.fields.get(key="relation")
    assert (field.label, field.choices) == ("Quan hệ với trẻ", [["father", "Cha"], ["mother", "Mẹ"]])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("key", "__class__"),
        ("key", "Two-Words"),
        ("limits", '{"pattern": "(a+)+$"}'),
        ("limits", "not json"),
        ("condition", '{"matches": [1, 2]}'),
        ("condition", DEEP),
        ("choices", "only a value"),
    ],
)
def test_what_publishing_would_refuse_is_refused_on_save(enter, province_admin, draft, column, value):
    client, group = enter(province_admin), draft.groups.get(key="requester")
    address = page("procedures_formgroup_change", group.pk)
    data = form_data(client.get(address))
    place = next(name for name, given in data.items() if given == "full_name" and name.endswith("-key"))
    data[place.replace("-key", f"-{column}")] = value
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_fees_papers_and_time_limits_are_changed_on_the_version(enter, province_admin, draft):
    client = enter(province_admin)
    address = page("procedures_procedureversion_change", draft.pk)
    data = form_data(client.get(address))
    fee = next(name for name in data if name.startswith("fees-") and name.endswith("-amount_vnd"))
    data[fee] = "9000"
    data["name"] = "Đăng ký khai sinh"
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    assert draft.fees.filter(amount_vnd=9000).exists()


def test_publishing_shows_what_changes_and_then_makes_it_final(enter, province_admin, draft):
    draft.fees.update(amount_vnd=5000)
    client = enter(province_admin)
    address = page("procedures_procedureversion_publish", draft.pk)
    html = client.get(address).content.decode()
    assert "amount_vnd" in html
    assert "5000" in html
    assert ProcedureVersion.objects.get(pk=draft.pk).state == VersionState.DRAFT
    assert client.post(address).status_code == 302
    published = ProcedureVersion.objects.get(pk=draft.pk)
    assert (published.state, published.published_by) == (VersionState.PUBLISHED, province_admin)
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403


def test_an_unsound_draft_says_what_is_wrong_and_is_not_published(enter, province_admin, draft):
    FormField.objects.filter(group__version=draft, key="circumstances").delete()
    client = enter(province_admin)
    address = page("procedures_procedureversion_publish", draft.pk)
    assert "child.circumstances" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert ProcedureVersion.objects.get(pk=draft.pk).state == VersionState.DRAFT


def test_a_draft_is_previewed_as_citizen_and_nothing_is_kept(enter, province_admin, draft):
    client = enter(province_admin)
    address = page("procedures_procedureversion_preview_citizen", draft.pk)
    assert client.get(address).status_code == 200
    answer = client.post(address, {"requester-full_name": "Trần Thị Hoa"})
    assert answer.status_code == 422
    assert "Trần Thị Hoa" in answer.content.decode()


def test_a_draft_is_previewed_as_officer(enter, province_admin, draft):
    html = enter(province_admin).get(page("procedures_procedureversion_preview_officer", draft.pk)).content.decode()
    assert "Người được khai sinh" in html


@pytest.mark.parametrize("name", ["new_draft", "agencies"])
def test_another_role_can_t_reach_a_procedures_actions(enter, system_admin, shipped, name):
    procedure = shipped("1.001193").procedure
    assert enter(system_admin).get(page(f"procedures_procedure_{name}", procedure.pk)).status_code == 403


@pytest.mark.parametrize("name", ["publish", "preview_citizen", "preview_officer", "change"])
def test_another_role_can_t_reach_a_versions_actions(enter, system_admin, draft, name):
    client = enter(system_admin)
    assert client.get(page(f"procedures_procedureversion_{name}", draft.pk)).status_code == 403
    assert client.post(page(f"procedures_procedureversion_{name}", draft.pk)).status_code == 403
    assert ProcedureVersion.objects.get(pk=draft.pk).state == VersionState.DRAFT


def test_agencies_offer_a_procedure_one_by_one_or_a_whole_level(enter, province_admin, shipped):
    procedure = shipped("1.001193").procedure
    wards = [factories.agency(f"H19.{number}", f"UBND xã {number}") for number in range(40, 43)]
    department = factories.agency("H19.2", "Sở Tư pháp", "department")
    client, address = enter(province_admin), page("procedures_procedure_agencies", procedure.pk)
    assert client.get(address).status_code == 200
    client.post(address, {"level": "commune", "which": "all"})
    offering = Agency.objects.filter(offerings__procedure=procedure)
    assert set(offering.all()) == {*wards, *Agency.objects.filter(level="commune")}
    client.post(address, {"level": "commune", "which": "chosen", "agency": [wards[0].pk, department.pk]})
    assert list(offering.all()) == [wards[0]]
    client.post(address, {"level": "commune", "which": "none"})
    assert not offering.all().exists()


def test_everyday_words_reach_the_search(enter, province_admin, shipped):
    procedure = shipped("1.001193").procedure
    client = enter(province_admin)
    address = page("procedures_procedure_change", procedure.pk)
    form = client.get(address).context["adminform"].form
    data = {"sector": procedure.sector_id, "levels": ["commune"], "life_events": ["birth"], "is_active": "on"}
    assert set(data) <= set(form.fields)
    assert client.post(address, {**data, "keywords": "Giấy khai sinh\nSinh em bé"}).status_code == 302
    assert "sinh em be" in Procedure.objects.get(pk=procedure.pk).search_text


@pytest.mark.parametrize(
    "code",
    [
        "1.001193",
        "1.000894",
        "1.000656",
        "1.004873",
        "2.000815",
        "1.001612",
        "1.013225",
        "1.004194",
        "3.000333",
        "1.012783",
        "1.003460",
    ],
)
def test_invented_answers_are_accepted_whole(shipped, code):
    from procedures.forms.sample import sample_answers

    version = shipped(code)
    for number in range(3):
        answers = sample_answers(version, on=TODAY, number=number)
        assert forms.validate(version, answers, on=TODAY).errors == {}


# People


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

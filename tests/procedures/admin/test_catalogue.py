"""A procedure's way from draft to published."""

import pytest
from django.urls import reverse

from accounts.models import Agency
from procedures.enums import VersionState
from procedures.models import FormField, Procedure, ProcedureVersion
from tests import factories

DEEP = '{"!": ' * 13 + '{"==": [1, 1]}' + "}" * 13


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


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


def test_a_published_version_is_read_as_a_draft_is_typed(enter, province_admin, draft):
    client = enter(province_admin)
    published = draft.procedure.published
    assert published.results[0]["name"] == "Giấy khai sinh"
    html = client.get(page("procedures_procedureversion_change", published.pk)).content.decode()
    assert f"Giấy khai sinh | {published.results[0]['code']}" in html
    choice = FormField.objects.filter(group__version=published).exclude(choices=[]).first()
    html = client.get(page("procedures_formgroup_change", choice.group_id)).content.decode()
    assert " | ".join(choice.choices[0]) in html
    assert "\\u" not in html


def test_a_draft_leads_to_the_questions_of_each_group(enter, province_admin, draft):
    group = draft.groups.first()
    html = enter(province_admin).get(page("procedures_procedureversion_change", draft.pk)).content.decode()
    address = page("procedures_formgroup_change", group.pk)
    assert f'<a href="{address}" class="underline">{group.fields.count()} questions</a>' in html


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

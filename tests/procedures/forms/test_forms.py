"""The e-form as a whole: one definition renders, validates, hides, shows and fills in."""

import copy

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures import forms, services
from tests.procedures.conftest import TODAY

IS_OTHER = {"==": [{"var": "request.whom"}, "other"]}
GROUPS = [
    {
        "key": "request",
        "title": "Yêu cầu",
        "fields": [
            {
                "key": "whom",
                "label": "Xin cấp cho",
                "kind": "choice",
                "is_required": True,
                "choices": [["self", "Chính tôi"], ["other", "Người khác"]],
            },
            {"key": "relation", "label": "Quan hệ", "kind": "text", "is_required": True, "condition": IS_OTHER},
            {"key": "has_proof", "label": "Có giấy tờ?", "kind": "yes_no", "condition": IS_OTHER},
        ],
    },
    {
        "key": "person",
        "title": "Người được cấp",
        "condition": IS_OTHER,
        "fields": [
            {"key": "full_name", "label": "Họ tên", "kind": "text", "is_required": True, "profile_key": "full_name"},
            {"key": "letter", "label": "Văn bản ủy quyền", "kind": "file", "is_required": True},
        ],
    },
    {
        "key": "members",
        "title": "Thành viên",
        "is_repeating": True,
        "max_rows": 3,
        "fields": [
            {"key": "name", "label": "Họ tên", "kind": "text", "is_required": True},
            {"key": "is_child", "label": "Dưới 14 tuổi", "kind": "yes_no", "is_required": True},
            {
                "key": "identity",
                "label": "Số định danh",
                "kind": "identity",
                "is_required": True,
                "condition": {"==": [{"var": "members.is_child"}, False]},
            },
        ],
    },
    {
        "key": "me",
        "title": "Tôi",
        "fields": [
            {"key": "name", "label": "Họ tên", "kind": "text", "profile_key": "full_name"},
            {"key": "born", "label": "Ngày sinh", "kind": "date", "profile_key": "birth_on"},
            {"key": "home", "label": "Nơi ở", "kind": "address", "profile_key": "address"},
        ],
    },
]
PAPERS = [
    {"key": "proof", "name": "Giấy chứng minh", "condition": {"==": [{"var": "request.has_proof"}, True]}},
    {"key": "photo", "name": "Ảnh", "is_required": True},
]
OTHER = {"request": {"whom": "other", "relation": "Con"}, "person": {"full_name": "Trần Thị Hoa"}}


@pytest.fixture
def version(make_version):
    return make_version(groups=GROUPS, papers=PAPERS)


def checked(version, answers):
    return forms.validate(version, answers, on=TODAY)


def test_a_hidden_question_is_neither_required_nor_kept(version):
    answers = {"request": {"whom": "self", "relation": "Con", "has_proof": True}, "person": {"full_name": "X"}}
    result = checked(version, answers)
    assert result.is_valid
    assert result.answers == {"request": {"whom": "self"}}


def test_a_shown_question_is_required(version):
    result = checked(version, {"request": {"whom": "other"}})
    assert set(result.errors) == {"request.relation", "person.full_name"}


def test_a_value_hidden_further_up_has_no_say_further_down(version):
    hidden = {"request": {"whom": "self", "has_proof": True}}
    assert [paper.key for paper in forms.papers_asked(version, hidden, on=TODAY)] == ["photo"]


def test_papers_follow_the_answers_and_files_are_papers(version):
    answers = copy.deepcopy(OTHER)
    answers["request"]["has_proof"] = True
    asked = forms.papers_asked(version, answers, on=TODAY)
    assert [(paper.key, paper.is_required) for paper in asked] == [
        ("proof", False),
        ("photo", True),
        ("person.letter", True),
    ]


def test_unknown_names_are_dropped_and_told_to_an_api(version):
    answers = {
        "request": {"whom": "self", "status": "approved"},
        "__class__": {"x": 1},
        "members": [{"name": "A", "x": 1}],
    }
    assert forms.unknown_names(version, answers) == ["request.status", "__class__", "members.x"]
    assert checked(version, answers).answers["request"] == {"whom": "self"}


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        (None, ""),
        ([], ""),
        ("x", ""),
        ({"request": []}, "request"),
        ({"request": "x"}, "request"),
        ({"members": {}}, "members"),
        ({"members": [{"name": "A", "is_child": True}] * 4}, "members"),
    ],
)
def test_answers_of_another_shape_are_an_error_with_a_place(version, answers, place):
    assert place in checked(version, answers).errors


def test_errors_in_rows_carry_the_row(version):
    members = [{"name": "An", "is_child": True}, {"name": "Bình", "is_child": False, "identity": "123"}]
    result = checked(version, {"request": {"whom": "self"}, "members": members})
    assert set(result.errors) == {"members.1.identity"}


def test_a_condition_in_a_row_reads_its_own_row(version):
    members = [{"name": "An", "is_child": True, "identity": "x"}, {"name": "Bình", "is_child": False}]
    names = forms.visible_fields(version, {"request": {"whom": "self"}, "members": members}, on=TODAY)
    assert "members.1.identity" in names
    assert "members.0.identity" not in names


def test_empty_rows_are_left_out(version):
    members = [{"name": " "}, {"name": "An", "is_child": True}, {}]
    result = checked(version, {"request": {"whom": "self"}, "members": members})
    assert result.answers["members"] == [{"name": "An", "is_child": True}]


def test_a_group_that_needs_rows_says_so(make_version):
    group = {**GROUPS[2], "min_rows": 1}
    version = make_version(groups=[group])
    assert set(checked(version, {}).errors) == {"members"}


def test_the_group_form_shows_what_the_posted_answers_ask_for(version):
    group = forms.definition_of(version).group("request")
    unbound = forms.form_for(group, on=TODAY)
    assert list(unbound.fields) == ["whom"]
    posted = forms.form_for(group, on=TODAY, data=QueryDict("request-whom=other"))
    assert list(posted.fields) == ["whom", "relation", "has_proof"]
    assert not posted.is_valid()
    assert list(posted.errors) == ["relation"]
    whole = forms.form_for(group, on=TODAY, data=QueryDict("request-whom=other&request-relation=Con"))
    assert whole.is_valid()
    assert whole.answers == {"whom": "other", "relation": "Con"}


def test_a_draft_loses_nothing_that_was_typed(version):
    group = forms.definition_of(version).group("me")
    data = QueryDict("me-name=Hoa&me-born=31/02/2026&me-home_province=75&me-home_commune=&me-home_street=12 Hoa Sen")
    form = forms.form_for(group, on=TODAY, data=data)
    assert not form.is_valid()
    assert form.draft["born"] == "31/02/2026"
    assert form.draft["home"]["street"] == "12 Hoa Sen"
    again = forms.form_for(group, on=TODAY, answers={"me": form.draft})
    assert 'value="31/02/2026"' in str(again["born"])
    assert 'value="12 Hoa Sen"' in str(again["home"])
    assert forms.clean_answers(version, {"me": form.draft}, on=TODAY)["me"] == form.draft


def test_another_groups_answer_decides_what_a_group_shows(version):
    shown = [group.key for group in forms.visible_groups(version, OTHER, on=TODAY)]
    assert shown == ["request", "person", "members", "me"]
    assert "person" not in [
        group.key for group in forms.visible_groups(version, {"request": {"whom": "self"}}, on=TODAY)
    ]


def rows_data(*rows, **extra):
    data = QueryDict(mutable=True)
    data.update({"members-TOTAL_FORMS": len(rows), "members-INITIAL_FORMS": 0, **extra})
    for index, row in enumerate(rows):
        data.update({f"members-{index}-{key}": value for key, value in row.items()})
    return data


def test_rows_are_read_removed_and_left_out(version):
    group = forms.definition_of(version).group("members")
    data = rows_data(
        {"name": "An", "is_child": "yes"}, {"name": ""}, {"name": "Bình", "is_child": "yes", "DELETE": "on"}
    )
    form = forms.form_for(group, on=TODAY, data=data)
    assert form.is_valid(), form.errors
    assert form.answers == [{"name": "An", "is_child": True}]
    assert form.draft == [{"name": "An", "is_child": True}]


@pytest.mark.parametrize("total", ["4", "1000000", "-1", "x", ""])
def test_no_more_rows_are_read_than_the_group_allows(version, total):
    group = forms.definition_of(version).group("members")
    rows = [{"name": f"Người {number}", "is_child": "yes"} for number in range(4)]
    form = forms.form_for(group, on=TODAY, data=rows_data(*rows, **{"members-TOTAL_FORMS": total}))
    assert not form.is_valid() or len(form.answers) <= 3
    assert len(form.forms) <= 3


def test_an_unbound_repeating_group_shows_its_answers_and_as_many_rows_as_asked(version):
    group = forms.definition_of(version).group("members")
    answers = {"members": [{"name": "An", "is_child": False, "identity": "075192000123"}]}
    form = forms.form_for(group, on=TODAY, answers=answers)
    assert len(form.forms) == 1
    assert 'value="075192000123"' in str(form.forms[0]["identity"])
    assert len(forms.form_for(group, on=TODAY, answers=answers, rows=2).forms) == 2
    assert len(forms.form_for(group, on=TODAY, answers=answers, rows=99).forms) == 3


def test_too_few_rows_name_the_group(make_version):
    version = make_version(groups=[{**GROUPS[2], "min_rows": 2, "title": "100% thành viên"}])
    group = forms.definition_of(version).group("members")
    form = forms.form_for(group, on=TODAY, data=rows_data({"name": "An", "is_child": "yes"}))
    assert not form.is_valid()
    assert "100% thành viên" in str(form.non_form_errors())


def test_the_form_and_the_api_agree(version):
    """What the page accepts, the API accepts as the same JSON, and the other way round."""
    group = forms.definition_of(version).group("me")
    form = forms.form_for(group, on=TODAY, data=QueryDict("me-name=Hoa&me-born=5/9/1990"))
    assert form.is_valid()
    assert checked(version, {"request": {"whom": "self"}, "me": form.answers}).answers["me"] == form.answers


def test_the_profile_fills_in_what_is_about_the_citizen(version):
    from datetime import date

    values = {
        "full_name": "Trần Thị Hoa",
        "birth_on": date(1990, 9, 5),
        "address": {"province": "", "commune": "", "street": ""},
        "phone": "",
    }
    # The other person's name stands under a condition, so it is not taken from the citizen's profile.
    assert forms.prefill(version, values) == {"me": {"name": "Trần Thị Hoa", "born": "1990-09-05"}}


def test_display_gives_groups_rows_and_labels(version):
    answers = {**OTHER, "members": [{"name": "An", "is_child": True}, {"name": "Bình", "is_child": False}]}
    sections = forms.display(version, answers)
    assert [section.title for section in sections] == ["Yêu cầu", "Người được cấp", "Thành viên 1", "Thành viên 2"]
    first = sections[0].rows
    assert [(row.name, row.label, row.text) for row in first] == [
        ("request.whom", "Xin cấp cho", "Người khác"),
        ("request.relation", "Quan hệ", "Con"),
    ]
    assert sections[3].rows[0].name == "members.1.name"


def test_display_survives_answers_of_any_shape(version):
    assert forms.display(version, None) == []
    assert forms.display(version, {"request": [], "members": {"x": 1}, "me": {"home": "x", "born": ["x"]}})


def test_a_published_form_is_read_in_three_queries_and_then_never_again(version):
    forms.forget()
    with CaptureQueriesContext(connection) as first:
        forms.definition_of(version)
    with CaptureQueriesContext(connection) as second:
        forms.definition_of(version)
    assert (len(first), len(second)) == (3, 0)


def test_a_drafts_form_is_always_read_anew(version):
    draft = services.draft_from(procedure=version.procedure)
    before = forms.definition_of(draft)
    draft.groups.get(key="me").fields.get(key="name").delete()
    assert len(forms.definition_of(draft).group("me").fields) == len(before.group("me").fields) - 1


def test_an_address_lists_the_communes_of_its_province_and_costs_two_queries(version, places):
    group = forms.definition_of(version).group("me")
    answers = {"me": {"home": {"province": "15", "commune": "", "street": ""}}}
    with CaptureQueriesContext(connection) as queries:
        html = forms.form_for(group, on=TODAY, answers=answers).as_div()
    assert len(queries) == 2
    assert '<option value="15" selected>Tỉnh Lào Cai</option>' in html
    assert html.count("<option") == 35 + 100


def test_communes_of_a_province_are_fetched_as_options(client, places):
    answer = client.get("/dia-chi/xa-phuong/?field=me-home_province&me-home_province=75")
    assert answer.status_code == 200
    assert answer.content.decode().count("<option") == 96
    for query in ("", "?province=99", "?province=%00", "?province=' OR 1", "?field=x&x=٧٥"):
        assert client.get(f"/dia-chi/xa-phuong/{query}").content.decode().count("<option") == 1
    assert client.post("/dia-chi/xa-phuong/").status_code == 405


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=12), st.sampled_from(["other", "self", "yes"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["request", "whom", "members", "name", "is_child", "me", "home", "x"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(answers=_json)
def test_whatever_is_sent_validation_is_calm_and_settles(version, answers):
    first = forms.validate(version, answers, on=TODAY)
    again = forms.validate(version, first.answers, on=TODAY)
    assert again.answers == first.answers
    assert forms.clean_answers(version, forms.clean_answers(version, answers, on=TODAY), on=TODAY) == (
        forms.clean_answers(version, answers, on=TODAY)
    )
    forms.display(version, answers)


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
        "1.000253",
    ],
)
def test_every_group_of_a_shipped_form_renders_and_asks_for_what_is_missing(shipped, code):
    version = shipped(code)
    for form in forms.build_form(version, on=TODAY):
        assert "<" in form.as_div()
    result = forms.validate(version, {}, on=TODAY)
    assert result.errors
    assert all("“" in message for messages in result.errors.values() for message in messages)


def test_a_birth_with_an_abandoned_child_asks_for_no_parents(shipped):
    version = shipped("1.001193")
    answers = {"child": {"circumstances": ["abandoned"]}}
    assert [group.key for group in forms.visible_groups(version, answers, on=TODAY)] == [
        "requester",
        "child",
        "request",
    ]
    keys = [paper.key for paper in forms.papers_asked(version, answers, on=TODAY)]
    assert "abandonment_record" in keys


def test_a_father_is_asked_about_only_when_he_is_declared(shipped):
    version = shipped("1.001193")
    names = forms.visible_fields(version, {"father": {"is_declared": False, "full_name": "X"}}, on=TODAY)
    assert [name for name in names if name.startswith("father.")] == ["father.is_declared"]

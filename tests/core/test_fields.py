"""Every control is tied to its label, hint and error."""

import pytest
from django import forms

from core.templatetags import fields


class Question(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Như trên căn cước")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(label="Nhiều", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(label="Tôi cam đoan")
    born = forms.DateField(label="Ngày sinh", required=False)
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea(attrs={"class": "own", "hx-post": "/x"}))
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Hai câu trả lời mâu thuẫn.")


def render(name: str, **options) -> str:
    return str(fields.field(Question({})[name], **options))


def test_error_and_hint_are_announced_with_the_control():
    html = render("name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="govuk-input govuk-input--error"' in html


def test_label_belongs_to_the_control():
    assert 'for="id_name"' in render("name")


def test_choices_stand_under_one_legend_that_carries_the_error():
    html = render("kind", inline=True)
    assert html.count("<legend") == 1
    assert html.count('class="govuk-radios__input"') == 2
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_kind_error"' in html
    assert "govuk-radios--inline" in html
    assert 'class="govuk-checkboxes__input"' in render("many")


def test_single_checkbox_is_its_own_question():
    html = render("agreed")
    assert 'class="govuk-label govuk-checkboxes__label" for="id_agreed"' in html


def test_own_classes_and_attributes_of_a_widget_survive():
    html = render("note")
    assert 'class="govuk-textarea own govuk-textarea--error"' in html
    assert 'hx-post="/x"' in html


def test_date_opens_the_digits_on_a_phone():
    assert 'inputmode="numeric"' in render("born")


@pytest.mark.parametrize(("name", "is_optional"), [("born", True), ("name", False)])
def test_only_optional_questions_say_so(name, is_optional):
    assert ("mc-optional" in render(name)) is is_optional


def test_label_typed_by_a_stranger_is_escaped():
    class Hostile(forms.Form):
        name = forms.CharField(label="<script>alert(1)</script>", help_text="<b>")

    html = str(fields.field(Hostile()["name"]))
    assert "<script>" not in html
    assert "<b>" not in html


def test_summary_names_each_question_and_leads_to_its_first_control():
    lines = fields.error_summary(Question({}), None)["errors"]
    targets = {line["target"] for line in lines}
    assert {"id_name", "id_kind_0", "id_many_0", "id_agreed"} <= targets
    assert any(line["text"].startswith("Họ và tên: ") for line in lines)
    assert {"target": "", "text": "Hai câu trả lời mâu thuẫn."} in lines


def test_summary_walks_through_formsets():
    rows = forms.formset_factory(Question, extra=0)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-1-note": "có"}
    targets = [line["target"] for line in fields.error_summary(rows(data))["errors"]]
    assert "id_form-1-name" in targets


def test_valid_form_has_no_summary():
    assert fields.error_summary(forms.Form({}))["errors"] == []


def test_summary_names_a_question_once():
    class Twice(forms.Form):
        name = forms.CharField(label="Họ và tên", error_messages={"required": "Ông/Bà chưa nhập “Họ và tên”."})
        agreed = forms.BooleanField(label="Tôi cam đoan là thật.", error_messages={"required": "Xin đánh dấu vào ô."})

    texts = [line["text"] for line in fields.error_summary(Twice({}))["errors"]]
    assert texts == ["Ông/Bà chưa nhập “Họ và tên”.", "Xin đánh dấu vào ô."]


def test_summary_of_an_empty_row_asks_its_questions_and_not_for_a_row_besides():
    class Row(forms.Form):
        name = forms.CharField()

    rows = forms.formset_factory(Row, extra=0, min_num=1, validate_min=True)

    def targets(count):
        data = {"form-TOTAL_FORMS": count, "form-INITIAL_FORMS": "0"}
        return [line["target"] for line in fields.error_summary(rows(data))["errors"]]

    assert targets("1") == ["id_form-0-name"]

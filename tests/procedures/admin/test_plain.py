"""Conditions and limits as lines that an administrator types."""

import pytest
from django.core.exceptions import ValidationError

from procedures.admin import plain
from procedures.admin.editing import ConditionField, FormFieldForm, LimitsField
from procedures.models import FormField, FormGroup, RequiredPaper

SAID = [
    ("request.purpose = marriage", {"==": [{"var": "request.purpose"}, "marriage"]}),
    ("request.purpose != marriage", {"!=": [{"var": "request.purpose"}, "marriage"]}),
    ("party.number > 1", {">": [{"var": "party.number"}, 1]}),
    ("person.is_head = no", {"==": [{"var": "person.is_head"}, False]}),
    ('house.floor = "1"', {"==": [{"var": "house.floor"}, "1"]}),
    ("request.housing = rent, stay", {"in": [{"var": "request.housing"}, ["rent", "stay"]]}),
    ("child.circumstances has surrogacy", {"in": ["surrogacy", {"var": "child.circumstances"}]}),
    ("child.circumstances has not surrogacy", {"!": {"in": ["surrogacy", {"var": "child.circumstances"}]}}),
    ("a.b = x\nc.d < 5", {"and": [{"==": [{"var": "a.b"}, "x"]}, {"<": [{"var": "c.d"}, 5]}]}),
    ("a.b = x\nor c.d < 5", {"or": [{"==": [{"var": "a.b"}, "x"]}, {"<": [{"var": "c.d"}, 5]}]}),
]


@pytest.mark.parametrize(("text", "condition"), SAID)
def test_lines_say_a_condition_and_a_condition_is_told_in_lines(text, condition):
    assert plain.read(text) == condition
    assert plain.told(condition) == text


def test_yes_and_no_are_understood_in_vietnamese():
    assert plain.read("person.is_head = có") == plain.read("person.is_head = yes")


@pytest.mark.parametrize(
    "text", ["purpose = marriage", "request.purpose", "request.purpose ==", "a.b = x\nor c.d = y\ne.f = z"]
)
def test_a_line_that_says_nothing_is_shown_back(text):
    with pytest.raises(plain.Unclear):
        plain.read(text)


def test_what_lines_cant_say_is_json():
    nested = {"and": [{"or": [{"==": [{"var": "a.b"}, 1]}, {"==": [{"var": "a.c"}, 1]}]}, {"==": [{"var": "a.d"}, 1]}]}
    assert plain.told(nested) is None
    field = ConditionField()
    assert field.clean(field.prepare_value(nested)) == nested


def test_the_field_says_which_line_is_not_understood():
    field = ConditionField()
    with pytest.raises(ValidationError, match="purpose is marriage"):
        field.clean("purpose is marriage")
    assert field.clean("") is None


def test_limits_are_typed_as_lines():
    limits = {"min": 0.1, "max": 100, "decimals": 2}
    field = LimitsField()
    assert field.prepare_value(limits) == "min = 0.1\nmax = 100\ndecimals = 2"
    assert field.clean(field.prepare_value(limits)) == limits
    assert field.clean("must_be = yes") == {"must_be": True}
    assert field.clean('{"max": 5}') == {"max": 5}


def test_every_shipped_condition_and_limit_can_be_saved_unchanged(shipped):
    shipped("1.001193")
    fields = FormFieldForm.base_fields
    conditions = [row.condition for model in (FormGroup, FormField, RequiredPaper) for row in model.objects.all()]
    assert any(conditions)
    for condition in filter(None, conditions):
        assert fields["condition"].clean(fields["condition"].prepare_value(condition)) == condition
    for limits in filter(None, FormField.objects.values_list("limits", flat=True)):
        assert fields["limits"].clean(fields["limits"].prepare_value(limits)) == limits

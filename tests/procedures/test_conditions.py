"""Conditions: what they mean, and that nobody can make one that hurts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures import conditions, schema

ANSWERS = {"a.kind": "self", "a.count": 3, "a.area": "12.5", "a.day": "2026-11-23", "a.yes": True, "a.many": ["x", "y"]}


def var(name):
    return {"var": name}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ({"==": [var("a.kind"), "self"]}, True),
        ({"==": [var("a.kind"), "other"]}, False),
        ({"!=": [var("a.kind"), "other"]}, True),
        ({"==": [var("a.missing"), None]}, True),
        ({"==": [var("a.yes"), True]}, True),
        ({"==": [var("a.yes"), 1]}, False),
        ({"==": [var("a.count"), 3.0]}, True),
        ({">": [var("a.count"), 2]}, True),
        ({"<": [var("a.count"), 2]}, False),
        ({">": [var("a.area"), 12]}, True),
        ({">": [var("a.missing"), 0]}, False),
        ({"<": [var("a.missing"), 0]}, False),
        ({">": [var("a.day"), "2026-01-01"]}, True),
        ({"in": [var("a.kind"), ["self", "other"]]}, True),
        ({"in": ["x", var("a.many")]}, True),
        ({"in": ["z", var("a.many")]}, False),
        ({"in": ["x", var("a.kind")]}, False),
        ({"and": [{"==": [var("a.kind"), "self"]}, {"==": [var("a.yes"), True]}]}, True),
        ({"or": [{"==": [var("a.kind"), "other"]}, {"==": [var("a.yes"), False]}]}, False),
        ({"!": {"==": [var("a.kind"), "other"]}}, True),
    ],
)
def test_a_condition_means_what_it_says(condition, expected):
    assert list(schema.condition_problems(condition)) == []
    assert conditions.is_met(condition, ANSWERS.get) is expected


@pytest.mark.parametrize(
    "condition",
    [
        {"==": [{"var": "a.kind"}]},
        {"==": [{"var": "a.__class__"}, 1]},
        {"==": [{"var": "__class__.kind"}, 1]},
        {"==": [{"var": "kind"}, 1]},
        {"==": [{"var": "a.kind\n"}, 1]},
        {"matches": [{"var": "a.kind"}, "(a+)+$"]},
        {"==": [{"var": "a.kind"}, "x"], "!=": [1, 2]},
        {"and": []},
        {"and": "all"},
        {},
        [],
        "true",
        {"==": [{"var": "a.kind"}, {"cat": ["a", "b"]}]},
        {"in": [{"var": "a.kind"}, "self"]},
    ],
)
def test_anything_else_is_refused_on_save(condition):
    assert list(schema.condition_problems(condition))


def test_a_condition_nested_ten_thousand_deep_is_refused_and_costs_nothing():
    condition = {"==": [1, 1]}
    for _ in range(10_000):
        condition = {"!": condition}
    assert list(schema.condition_problems(condition))


_leaf = st.builds(
    lambda operator, name, value: {operator: [{"var": name}, value]},
    st.sampled_from(["==", "!=", ">", "<"]),
    st.sampled_from(["a.kind", "a.count", "a.missing"]),
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5)),
)
_conditions = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.builds(lambda items: {"and": items}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda items: {"or": items}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda item: {"!": item}, inner),
    ),
    max_leaves=6,
)
_values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9), st.lists(st.text(max_size=3)))


@given(condition=_conditions, values=st.dictionaries(st.sampled_from(["a.kind", "a.count"]), _values))
def test_every_accepted_condition_has_an_answer_for_every_value(condition, values):
    if not list(schema.condition_problems(condition)):
        result = conditions.is_met(condition, values.get)
        assert conditions.is_met({"!": condition}, values.get) is not result

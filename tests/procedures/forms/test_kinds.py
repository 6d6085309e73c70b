"""Every kind of field: what it takes, what it keeps, what it says."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from procedures.enums import FieldType
from procedures.forms.definition import FieldDef
from procedures.forms.kinds import KINDS, Context
from procedures.forms.units import Units

TODAY = date(2026, 11, 23)
CHOICES = (("self", "Chính tôi"), ("other", "Người khác"), ("third", "Bên thứ ba"))


class _Places(Units):
    def __init__(self):
        super().__init__()
        self._provinces = {"75": "Tỉnh Đồng Nai", "01": "Thành phố Hà Nội"}
        self._communes = {"75": {"26041": "Phường Trấn Biên"}, "01": {}}


CONTEXT = Context(on=TODAY, units=_Places())


def field(kind, **values):
    return replace(FieldDef(group_key="a", key="b", label="Câu hỏi", kind=FieldType(kind)), **values)


def parse(kind, raw, **limits):
    choices = CHOICES if kind in ("choice", "multi_choice") else ()
    return KINDS[FieldType(kind)].parse(raw, field(kind, limits=limits, choices=choices), CONTEXT)


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  Trần   Thị\u200b Hoa ", "Trần Thị Hoa"),
        ("text", "Tra\u0302\u0300n", "Trần"),
        ("text", "a\u202eb\x00c\ud800d", "abcd"),
        ("text", "<script>", "<script>"),
        ("text", "   ", None),
        ("text", "\u200b\u200d", None),
        ("text", 12, "12"),
        ("long_text", "một\r\nhai\n\n\n\nba  bốn ", "một\nhai\n\nba bốn"),
        ("number", "12", 12),
        ("number", "1.250", 1250),
        ("number", 12, 12),
        ("money", "1.250.000", 1250000),
        ("money", "1250000 đ", 1250000),
        ("money", "1,250,000", 1250000),
        ("money", 1250000, 1250000),
        ("date", "05/09/2026", "2026-09-05"),
        ("date", "5-9-2026", "2026-09-05"),
        ("date", "2026-09-05", "2026-09-05"),
        ("date", "29/02/2024", "2024-02-29"),
        ("choice", "self", "self"),
        ("choice", "", None),
        ("multi_choice", ["other", "self"], ["self", "other"]),
        ("multi_choice", [], None),
        ("yes_no", "yes", True),
        ("yes_no", False, False),
        ("yes_no", "", None),
        ("phone", "0901 234 567", "84901234567"),
        ("phone", "+84901234567", "84901234567"),
        ("email", "hoa@example.vn", "hoa@example.vn"),
        ("identity", "075 192 000 123", "075192000123"),
        (
            "address",
            {"province": "75", "commune": "26041", "street": " 12  Hoa Sen"},
            {"province": "75", "commune": "26041", "street": "12 Hoa Sen"},
        ),
        ("address", {"province": "01", "commune": "", "street": "Ba Đình"}, {"province": "01", "street": "Ba Đình"}),
        ("address", {"province": "75", "commune": "", "street": ""}, None),
    ],
)
def test_a_good_answer_is_kept_in_one_spelling(kind, raw, kept):
    assert parse(kind, raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw", "limits"),
    [
        ("text", "x" * 501, {}),
        ("text", "x" * 5_000, {"max_length": 150}),
        ("text", ["a"], {}),
        ("text", {"a": 1}, {}),
        ("text", True, {}),
        ("text", "ab", {"min_length": 3}),
        ("number", "mười hai", {}),
        ("number", "12,5", {}),
        ("number", "1e9", {}),
        ("number", "NaN", {}),
        ("number", "１２", {}),
        ("number", "0", {"min": 1}),
        ("number", "101", {"max": 100}),
        ("number", "1,234", {"decimals": 2}),
        ("money", "-5", {}),
        ("money", "1.25", {}),
        ("money", "12.34.567", {}),
        ("money", "9" * 14, {}),
        ("date", "31/02/2024", {}),
        ("date", "29/02/2023", {}),
        ("date", "01/01/0001", {}),
        ("date", "01/01/9999", {}),
        ("date", "٠١/٠١/٢٠٢٤", {}),
        ("date", "tomorrow", {}),
        ("date", "24/11/2026", {"when": "past"}),
        ("date", "22/11/2026", {"when": "future"}),
        ("date", "23/12/2026", {"max_days_ahead": 29}),
        ("choice", "fourth", {}),
        ("choice", ["self"], {}),
        ("multi_choice", "self", {}),
        ("multi_choice", ["self", "fourth"], {}),
        ("multi_choice", [["self"]], {}),
        ("multi_choice", ["self", "other"], {"max_items": 1}),
        ("yes_no", "maybe", {}),
        ("yes_no", [], {}),
        ("phone", "02513822222", {}),
        ("phone", "+1 900 123 4567", {}),
        ("email", "hoa@", {}),
        ("email", "a" * 250 + "@example.vn", {}),
        ("identity", "07519200012", {}),
        ("identity", "０７５１９２０００１２３", {}),
        ("address", "12 Hoa Sen", {}),
        ("address", {"province": "99", "commune": "26041", "street": "x"}, {}),
        ("address", {"province": "75", "commune": "99999", "street": "x"}, {}),
        ("address", {"province": "75", "commune": "26041", "street": "x" * 201}, {}),
        ("address", {"province": "75", "commune": ["26041"]}, {}),
        ("address", {"province": "75", "commune": "26041", "__class__": "x"}, {}),
    ],
)
def test_a_bad_answer_is_refused_with_words(kind, raw, limits):
    with pytest.raises(ValidationError) as refused:
        parse(kind, raw, **limits)
    assert all(len(message) > 10 for message in refused.value.messages)


def test_the_last_limits_days_are_still_good():
    assert parse("date", "23/11/2026", when="past") == "2026-11-23"
    assert parse("date", "23/11/2026", when="future") == "2026-11-23"
    assert parse("date", "22/12/2026", max_days_ahead=29) == "2026-12-22"
    assert parse("number", "120,5", decimals=1) == "120.5"
    assert parse("number", "-2,5", decimals=1, min=-3) == "-2.5"


def test_a_wrong_answer_is_explained_in_vietnamese():
    with translation.override("vi"), pytest.raises(ValidationError) as refused:
        parse("identity", "07519200012")
    assert refused.value.messages == ["Số định danh có 12 chữ số; Ông/Bà vừa nhập 11."]
    with translation.override("vi"), pytest.raises(ValidationError) as refused:
        parse("date", "31/02/2024")
    assert refused.value.messages == ["Không có ngày 31/02/2024 trong lịch."]


@pytest.mark.parametrize(
    ("kind", "value", "limits", "shown"),
    [
        ("number", 1985, {}, "1985"),
        ("number", "120.5", {"decimals": 1}, "120,5"),
        ("money", 1250000, {}, "1.250.000 đ"),
        ("date", "2026-09-05", {}, "05/09/2026"),
        ("choice", "self", {}, "Chính tôi"),
        ("multi_choice", ["self", "other"], {}, "Chính tôi, Người khác"),
        ("phone", "84901234567", {}, "0901 234 567"),
        ("address", {"province": "75", "commune": "26041", "street": "12 Hoa Sen"}, {}, None),
    ],
)
def test_an_answer_is_shown_as_people_write_it(kind, value, limits, shown):
    definition = field(kind, limits=limits, choices=CHOICES)
    text = KINDS[FieldType(kind)].show(value, definition, CONTEXT.units)
    assert text == (shown or "12 Hoa Sen, Phường Trấn Biên, Tỉnh Đồng Nai")


_ANSWERS = {
    "text": st.text(max_size=80),
    "long_text": st.text(max_size=200),
    "number": st.integers(0, 10**9),
    "money": st.integers(0, 10**12),
    "date": st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(date.isoformat),
    "choice": st.sampled_from([value for value, _label in CHOICES]),
    "multi_choice": st.lists(st.sampled_from([value for value, _label in CHOICES]), min_size=1),
    "yes_no": st.booleans(),
    "phone": st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
    "identity": st.from_regex(r"[0-9]{12}", fullmatch=True),
}


@pytest.mark.parametrize("kind", sorted(_ANSWERS))
@given(data=st.data())
def test_what_is_kept_survives_the_way_through_its_control(kind, data):
    kept = parse(kind, data.draw(_ANSWERS[kind]))
    again = KINDS[FieldType(kind)].to_input(kept)
    assert parse(kind, again) == kept


@pytest.mark.parametrize("kind", [str(kind) for kind in KINDS])
@given(
    raw=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)),
        max_leaves=5,
    )
)
def test_no_json_value_does_more_than_be_refused(kind, raw):
    try:
        kept = parse(kind, raw)
    except ValidationError:
        return
    assert parse(kind, KINDS[FieldType(kind)].to_input(kept)) == kept

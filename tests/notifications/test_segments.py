import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import segments


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đồng Nai xin lỗi Ông/Bà", "Dong Nai xin loi Ong/Ba"),
        ("ĐƯỢC tiếp nhận, đã xong", "DUOC tiep nhan, da xong"),
        ("1.250.000 đ – “nộp”…", '1.250.000 d - "nop"...'),
        ("Nguye\u0302\u0303n", "Nguyen"),
        ("a\u00a0b `c` ₫", "a b 'c' d"),
        ("漢字 😀", "?? ?"),
        ("è é à", "e e a"),
    ],
)
def test_folding_keeps_case_and_loses_diacritics(text, plain):
    assert segments.to_gsm7(text) == plain


@given(st.text(max_size=200))
def test_folded_text_is_always_gsm7(text):
    assert segments.is_gsm7(segments.to_gsm7(text))


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("[" * 80, "GSM-7", 160, 1),
        ("[" * 80 + "a", "GSM-7", 161, 2),
        ("à" * 160, "GSM-7", 160, 1),
        ("ấ" * 70, "UCS-2", 70, 1),
        ("ấ" * 71, "UCS-2", 71, 2),
        ("ấ" * 134, "UCS-2", 134, 2),
        ("ấ" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
    ],
)
def test_parts_are_counted_as_the_air_counts_them(text, encoding, units, parts):
    assert segments.measure(text) == segments.Size(encoding, units, parts)

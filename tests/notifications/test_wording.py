import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import defaults, segments, wording
from notifications.enums import Kind, Topic
from tests.notifications.conftest import FACTS

LINK = "motcua.dongnai.gov.vn/h/AB12"


def values(kind: Kind = Kind.ZNS, **facts) -> dict[str, str]:
    return wording.values_of(FACTS | facts, kind=kind, link=LINK)


@pytest.mark.parametrize("key", defaults.TEXTS, ids=lambda key: "-".join(key))
def test_every_shipped_text_is_free_of_faults(key):
    assert wording.faults(defaults.TEXTS[key], topic=key[0]) == []


def test_every_topic_has_a_text_on_every_channel_in_both_languages():
    assert set(defaults.TEXTS) == {
        (topic, kind, language) for topic in Topic for kind in Kind for language in ("vi", "en")
    }


@pytest.mark.parametrize("key", [key for key in defaults.TEXTS if key[1] is Kind.SMS], ids=lambda key: "-".join(key))
def test_every_shipped_sms_fits_one_gsm7_part_with_the_longest_real_values(key):
    longest = wording.LONGEST
    assert [len(longest[name]) for name in ("code", "unit", "link", "reason", "words")] == [18, 30, 28, 36, 36]
    text = wording.compose(defaults.TEXTS[key], longest, kind=Kind.SMS)
    assert segments.measure(text).encoding == "GSM-7"
    assert segments.measure(text).parts == 1, len(text)


@pytest.mark.parametrize("key", defaults.TEXTS, ids=lambda key: "-".join(key))
def test_every_shipped_text_can_be_said_with_the_least_that_an_event_knows(key):
    topic, kind, _language = key
    least = {name: FACTS[name] for name in ("code", "unit", *LEAST.get(topic, ()))}
    if topic is Topic.SIGN_IN_CODE:
        least = {"otp": "428913", "until": "2026-11-23T03:05:00+00:00"}
    if topic is Topic.APOLOGY_WORDS:
        least["words"] = "chúng tôi xin lỗi"
    text = wording.compose(defaults.TEXTS[key], wording.values_of(least, kind=kind, link=LINK), kind=kind)
    assert "{" not in text
    assert "[" not in text
    assert "  " not in text


LEAST = {
    Topic.SUPPLEMENT: ("n",),
    Topic.OBLIGATION: ("amount_vnd",),
    Topic.APOLOGY: ("due_old", "due_new"),
    Topic.APOLOGY_NO_DATE: ("due_old",),
    Topic.EXTENDED: ("due_old", "due_new"),
}


def test_facts_become_words():
    assert values() == {
        "code": "H19.26-261123-0001",
        "unit": "UBND phường Trấn Biên",
        "due": "25/11/2026",
        "due_old": "23/11/2026",
        "due_new": "27/11/2026",
        "deadline": "26/11/2026",
        "reason": "thiếu Giấy chứng sinh",
        "n": "2",
        "amount": "1.250.000 đ",
        "link": LINK,
    }


def test_days_are_those_of_viet_nam():
    assert values(due="2026-11-24T18:00:00+00:00")["due"] == "25/11/2026"


def test_a_reason_is_cut_in_an_sms_and_whole_on_zalo():
    reason = "Giấy chứng sinh bản chụp mờ, không đọc được số và dấu của bệnh viện"
    assert values(reason=reason)["reason"] == reason
    cut = values(Kind.SMS, reason=reason)["reason"]
    assert cut == "Giay chung sinh ban chup mo, khong.."
    assert len(cut) == wording.FREE_TEXT_IN_SMS


@given(st.text(max_size=120), st.integers(min_value=4, max_value=60))
def test_a_cut_text_never_exceeds_its_length(text, length):
    assert len(wording.cut(text, length)) <= max(length, 2)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("xem http://evil.example.vn/x nhé", "xem ... nhé"),
        ("vào bit.ly/abc", "vào"),
        ("CCCD 075190001234 sai", "CCCD ... sai"),
        ("gọi 0901 234 567", "gọi"),
        ("thiếu trang 12, mục 3", "thiếu trang 12, mục 3"),
        ("theo mẫu 2026", "theo mẫu 2026"),
    ],
)
def test_a_persons_words_carry_neither_addresses_nor_long_numbers(written, told):
    assert values(reason=written)["reason"].rstrip(" .") == told


def test_an_optional_part_goes_with_its_variable():
    body = "Hồ sơ {code} đã được tiếp nhận.[ Hẹn trả: {due}.] Xem {link}"
    known = {"code": "A", "link": "x/h/1"}
    assert wording.render(body, known) == "Hồ sơ A đã được tiếp nhận. Xem x/h/1"
    assert wording.render(body, known | {"due": "25/11/2026"}) == (
        "Hồ sơ A đã được tiếp nhận. Hẹn trả: 25/11/2026. Xem x/h/1"
    )


def test_a_variable_outside_brackets_must_be_known():
    with pytest.raises(wording.MissingValue, match="due"):
        wording.render("{code} {due}", {"code": "A"})


@pytest.mark.parametrize("hostile", ["{link}", "{0.__class__}", "{{7*7}}", "%(code)s", "[{code}]", "{% debug %}"])
def test_what_is_filled_in_is_never_interpreted(hostile):
    assert wording.render("{code}: {reason}", {"code": "A", "reason": hostile, "link": "L"}) == f"A: {hostile}"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("Hồ sơ {code} đã xong", 0),
        ("Hồ sơ {code} đã xong[, hẹn {due}]", 0),
        ("Hồ sơ của ông", 1),
        ("{code} {applicant_name}", 1),
        ("{code} {identity}", 1),
        ("{code} {amount}", 1),
        ("{code} {", 1),
        ("{code} {0}", 1),
        ("{code} {code.__class__}", 1),
        ("{code} [hẹn", 1),
        ("{code} [hẹn [{due}]]", 1),
        ("{code} [hẹn]", 1),
        ("{code} https://evil.example/x", 1),
        ("{code} bit.ly/abc", 1),
        ("{code} dichvucong-dongnai.com", 1),
        ("{code} xem {link} hoặc 127.0.0.1:8000/h/x", 0),
    ],
)
def test_faulty_texts_are_refused_with_words(body, count):
    assert len(wording.faults(body, topic=Topic.RECEIVED)) == count


def test_our_own_address_may_stand_in_a_text(settings):
    settings.SHORT_LINK_BASE = "motcua.dongnai.gov.vn/h"
    assert wording.faults("{code} tại motcua.dongnai.gov.vn.", topic=Topic.RECEIVED) == []
    assert wording.faults("{code} tại motcua.dongnai.gov.vn.evil.com", topic=Topic.RECEIVED) != []


def test_an_sms_loses_its_diacritics_unless_it_is_to_keep_them():
    body = "Hồ sơ {code}"
    assert wording.compose(body, {"code": "A"}, kind=Kind.SMS) == "Ho so A"
    assert wording.compose(body, {"code": "A"}, kind=Kind.SMS, keeps_accents=True) == "Hồ sơ A"
    assert wording.compose(body, {"code": "A"}, kind=Kind.ZNS) == "Hồ sơ A"

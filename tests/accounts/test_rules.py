"""Identity numbers are checked in their structure and doubted, not refused, in their meaning."""

from datetime import date

import pytest
from django.utils import translation

from accounts import rules
from accounts.enums import Gender


@pytest.mark.parametrize("text", ["075190000001", " 075 190 000 001 ", "075.190.000.001", "075-190-000-001"])
def test_twelve_digits_are_an_identity_number_however_they_are_spaced(text):
    assert rules.validate_identity(text) == "075190000001"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("07519000001", "An identity number has 12 digits; you typed 11."),
        ("0751900000011", "An identity number has 12 digits; you typed 13."),
        ("07519000000A", "An identity number has digits only, 12 of them."),
        ("０７５１９００００００１", "An identity number has digits only, 12 of them."),
        ("", "An identity number has digits only, 12 of them."),
    ],
)
def test_the_message_says_what_is_wrong(text, message):
    with translation.override("en"), pytest.raises(rules.IdentityError, match=message.replace(".", r"\.")):
        rules.validate_identity(text)


@pytest.mark.parametrize(
    ("number", "birth_on", "gender", "doubts"),
    [
        ("075090000001", date(1990, 5, 1), Gender.MALE, 0),
        ("075190000001", date(1990, 5, 1), Gender.FEMALE, 0),
        ("075205000001", date(2005, 5, 1), Gender.MALE, 0),
        ("075305000001", date(2005, 5, 1), Gender.FEMALE, 0),
        ("075305000001", date(1905, 5, 1), Gender.FEMALE, 1),
        ("075305000001", date(2005, 5, 1), Gender.MALE, 1),
        ("999305000001", date(2006, 5, 1), Gender.MALE, 3),
        ("075305000001", None, "", 0),
    ],
)
def test_century_sex_year_and_province_are_compared_with_the_profile(number, birth_on, gender, doubts):
    assert len(rules.identity_doubts(number, birth_on=birth_on, gender=gender)) == doubts


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn   Thị\tHoa\n", "Nguyễn Thị Hoa"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Hoa\u200b\u202e", "Hoa"),
        ("\u200b \u200d", ""),
    ],
)
def test_names_are_kept_in_one_spelling_without_anything_invisible(typed, kept):
    assert rules.clean_line(typed) == kept

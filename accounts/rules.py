"""Rules about people that need no database: identity numbers and passwords."""

import unicodedata
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Gender

IDENTITY_DIGITS = 12
# OWASP ASVS 5.0, 6.2.9: at least 64 characters must be possible; the cap keeps the hasher from being a lever.
MAX_PASSWORD_LENGTH = 128

# Positions 4 to 6 of an identity number tell the century with the sex, then the birth year: 19xx 0 male 1 female,
# 20xx 2 male 3 female, and so on. The text of the rule has not been read, so a mismatch warns and never refuses.
_FIRST_CENTURY = 19


class IdentityError(ValueError):
    """The text is not an identity number; the message says to the citizen what is wrong."""


def validate_identity(text: str) -> str:
    """Return the twelve digits of an identity number, without spaces, dots and hyphens.

    :raises IdentityError: with a message for the person who typed it.
    """
    compact = "".join(char for char in text if char not in " .-\u00a0\t")
    if not (compact.isascii() and compact.isdigit()):
        raise IdentityError(_("An identity number has digits only, 12 of them."))
    if len(compact) != IDENTITY_DIGITS:
        raise IdentityError(
            ngettext(
                "An identity number has 12 digits; you typed %(count)d.",
                "An identity number has 12 digits; you typed %(count)d.",
                len(compact),
            )
            % {"count": len(compact)}
        )
    return compact


def identity_doubts(number: str, *, birth_on: date | None, gender: str) -> list[str]:
    """Return, as requests to look again, what in a well-formed identity number does not fit the rest of the profile."""
    century_and_sex, year = int(number[3]), int(number[4:6])
    doubts = []
    if birth_on is not None and birth_on.year != (_FIRST_CENTURY + century_and_sex // 2) * 100 + year:
        doubts.append(_("The identity number usually holds the year of birth. Please compare the two once more."))
    if gender and gender != (Gender.FEMALE if century_and_sex % 2 else Gender.MALE):
        doubts.append(_("The identity number usually tells the gender. Please compare the two once more."))
    if not _has_known_province(number):
        doubts.append(_("The first three digits are not a province we know. Please compare with your card."))
    return doubts


def _has_known_province(number: str) -> bool:
    """Tell whether the first three digits can be the code of a province of birth registration (001 to 096)."""
    return 1 <= int(number[:3]) <= 96


def clean_line(text: str) -> str:
    """Return one line in NFC, with single spaces and without control, zero-width and direction characters."""
    spaced = " ".join(text.split())
    visible = "".join(char for char in spaced if not unicodedata.category(char).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def normalise_password(raw: str | None) -> str | None:
    """Return one spelling for what two keyboards send differently (NIST SP 800-63B, 3.1.1.2: NFKC)."""
    return None if raw is None else unicodedata.normalize("NFKC", raw)

"""Parts of an SMS, and the folding of Vietnamese into the alphabet that fits most into one (GSM 03.38)."""

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM7 = _BASIC | _EXTENDED
# What typists and word processors put in, and what it means in plain letters.
_PLAIN = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "`": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "·": "-",
        "•": "-",
        "\u00a0": " ",
        "₫": "d",
    }
)


@dataclass(frozen=True)
class Size:
    """How long a text is on the air: ``units`` are septets in GSM-7 and UTF-16 code units in UCS-2."""

    encoding: str
    units: int
    parts: int


def to_gsm7(text: str) -> str:
    """Return the text without diacritics, in characters of one septet each wherever there is one; case is kept."""
    plain = text.translate(_PLAIN)
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain if is_gsm7(plain) else "".join(char if char in _GSM7 else "?" for char in plain)


def is_gsm7(text: str) -> bool:
    return _GSM7.issuperset(text)


def measure(text: str) -> Size:
    """Count the parts of an SMS: 160/153 septets with extension characters as two, or 70/67 UTF-16 units."""
    if is_gsm7(text):
        units = sum(2 if char in _EXTENDED else 1 for char in text)
        return Size("GSM-7", units, _parts(units, single=160, joined=153))
    units = len(text.encode("utf-16-be")) // 2
    return Size("UCS-2", units, _parts(units, single=70, joined=67))


def _parts(units: int, *, single: int, joined: int) -> int:
    return 1 if units <= single else -(-units // joined)

"""Folding of Vietnamese text, so that a search without diacritics gives the same answer on every database."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return the text in lower case, without diacritics, with single spaces.

    NFD does not split the d-stroke, so it is mapped by hand.
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SPACES.sub(" ", plain).strip()

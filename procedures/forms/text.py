"""Cleaning of typed text: one spelling, nothing invisible, nothing longer than a page."""

import re
import unicodedata

LINE_LENGTH = 500
PAGE_LENGTH = 5_000
# What a draft keeps of an answer that can't be read yet.
RAW_LENGTH = 10_000

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """Return one line in NFC without control, zero-width and direction characters, with single spaces."""
    return _SPACES.sub(" ", _visible(text, keep="").replace("\n", " ")).strip()


def clean_page(text: str) -> str:
    """Return text of several lines, cleaned like a line, with at most one blank line in a row."""
    visible = _visible(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n")
    lines = (_SPACES.sub(" ", line).strip() for line in visible.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def clean_raw(value: object) -> object:
    """Return what a draft may keep of an unreadable answer: short clean text, or such texts in a list or object."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int):
        return clean_page(str(value)[:RAW_LENGTH])
    if isinstance(value, list):
        return [clean_line(item[:LINE_LENGTH]) for item in value[:300] if isinstance(item, str)]
    if isinstance(value, dict):
        pairs = list(value.items())[:10]
        return {
            clean_line(str(key)[:60]): clean_line(text[:LINE_LENGTH]) for key, text in pairs if isinstance(text, str)
        }
    return None


def _visible(text: str, keep: str) -> str:
    spaced = text.replace("\t", " ") if keep else text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
    kept = "".join(char for char in spaced if char in keep or unicodedata.category(char) not in _INVISIBLE)
    return unicodedata.normalize("NFC", kept)

"""Texts of messages: which variables they may use, how facts become words, and what may not be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from notifications import segments
from notifications.enums import Kind, Topic

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# House rule of the messages: one SMS part with the longest real values.
FREE_TEXT_IN_SMS = 36
LINK_LENGTH = 28

_EVERYWHERE = frozenset({"code", "unit", "link"})
_OF_TOPIC: Mapping[Topic, frozenset[str]] = {
    Topic.SUBMITTED: frozenset({"deadline"}),
    Topic.RECEIVED: frozenset({"due"}),
    Topic.REFUSED: frozenset({"reason"}),
    Topic.IN_PROCESS: frozenset({"due"}),
    Topic.SUPPLEMENT: frozenset({"n", "deadline", "reason"}),
    Topic.OBLIGATION: frozenset({"amount", "deadline", "reason"}),
    Topic.STOPPED: frozenset({"reason"}),
    Topic.SUPPLIED: frozenset({"due"}),
    Topic.SETTLED: frozenset({"amount", "due"}),
    Topic.RESUMED: frozenset({"due", "reason"}),
    Topic.UNDONE: frozenset({"reason", "due"}),
    Topic.APOLOGY: frozenset({"due_old", "due_new", "reason"}),
    Topic.APOLOGY_NO_DATE: frozenset({"due_old", "deadline"}),
    Topic.APOLOGY_WORDS: frozenset({"words", "due_old", "due_new"}),
    Topic.EXTENDED: frozenset({"due_old", "due_new", "reason"}),
}
# The longest real values: a text that fits these fits all.
LONGEST: Mapping[str, str] = {
    "code": "H19.75-261123-0001",
    "unit": "TTPVHCC phường Trấn Biên, ĐNai",
    "link": "motcua.dongnai.gov.vn/h/AB12",
    "due": "23/11/2026",
    "due_old": "23/11/2026",
    "due_new": "27/11/2026",
    "deadline": "27/11/2026",
    "amount": "500.000.000 đ",
    "n": "99",
    "reason": "thiếu Giấy chứng sinh của bệnh viện.",
    "words": "chúng tôi đã làm mất giấy của Ông/Bà",
    "otp": "123456",
    "until": "16:30",
}

_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+(?:vn|com|net|org|info|me|ly|gl|cc|top|xyz|club|site|online|shop|app|io)\b\S*",
    re.IGNORECASE,
)
# Nine or more digits in a row are a phone or an identity number: nothing for a screen that others read.
_LONG_NUMBER = re.compile(r"\d(?:[ .]?\d){8,}")


class MissingValue(Exception):
    """The text needs a variable that the facts do not hold."""


def variables_of(topic: Topic) -> frozenset[str]:
    """Return the names that a text of this topic may use."""
    if topic is Topic.SIGN_IN_CODE:
        return frozenset({"otp", "until"})
    return _EVERYWHERE | _OF_TOPIC.get(topic, frozenset())


def required_of(topic: Topic) -> str:
    """Return the one variable without which a text of this topic tells nothing."""
    return "otp" if topic is Topic.SIGN_IN_CODE else "code"


def used_in(body: str) -> list[str]:
    """Return the variables of a text in the order of their first use."""
    return list(dict.fromkeys(_VARIABLE.findall(body)))


def faults(body: str, *, topic: Topic) -> list[str]:
    """Return what is wrong with a text, in words for the administrator who wrote it."""
    allowed, used = variables_of(topic), set(used_in(body))
    found = [_("{%s} is no variable of this message.") % name for name in sorted(used - allowed)]
    if required_of(topic) not in used:
        found.append(_("The text needs {%s}.") % required_of(topic))
    rest = _VARIABLE.sub("", body)
    if "{" in rest or "}" in rest:
        found.append(_("A brace stands alone: write variables as {code}."))
    if "[" in _OPTIONAL.sub("", body) or "]" in _OPTIONAL.sub("", body):
        found.append(_("A square bracket stands alone or inside another."))
    if any(not used_in(part) for part in _OPTIONAL.findall(body)):
        found.append(_("A part in square brackets needs a variable that decides whether it is shown."))
    if any(not _is_ours(address) for address in _ADDRESS.findall(rest)):
        found.append(_("A message carries no address but ours: use {link}."))
    return found


def _is_ours(address: str) -> bool:
    host = settings.SHORT_LINK_BASE.partition("/")[0].lower()
    bare = re.sub(r"^https?://", "", address.lower()).rstrip(".,;:!?)")
    return bare == host or bare.startswith(host + "/")


def render(body: str, values: Mapping[str, str]) -> str:
    """Fill in a text; a part in square brackets goes when one of its variables is unknown.

    Nothing but names in braces is interpreted, and what is filled in is not looked at again.

    :raises MissingValue: a variable outside square brackets is unknown.
    """

    def known(part: re.Match[str]) -> str:
        return part[1] if all(name in values for name in used_in(part[1])) else ""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise MissingValue(found[1])
        return values[found[1]]

    text = re.sub(r" {2,}", " ", _OPTIONAL.sub(known, body)).strip()
    return _VARIABLE.sub(value, text)


def values_of(facts: Mapping[str, Any], *, kind: Kind, link: str) -> dict[str, str]:
    """Turn the facts frozen with a message into the words of its text; what is absent stays absent."""
    values = {name: speak(facts[name]) for name, speak in _SPEAK.items() if facts.get(name) not in (None, "")}
    if "amount_vnd" in values:
        values["amount"] = values.pop("amount_vnd")
    if link:
        values["link"] = link
    if kind is Kind.SMS:
        for name in ("reason", "words"):
            if name in values:
                values[name] = cut(segments.to_gsm7(values[name]), FREE_TEXT_IN_SMS)
    return values


def compose(body: str, values: Mapping[str, str], *, kind: Kind, keeps_accents: bool = False) -> str:
    """Return the text that goes on the air.

    :raises MissingValue: as ``render``.
    """
    text = render(body, values)
    return segments.to_gsm7(text) if kind is Kind.SMS and not keeps_accents else text


def cut(text: str, length: int) -> str:
    """Shorten a text to a length, at a word where there is one near the end, with two dots for what is gone."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    kept, space, _rest = head.rpartition(" ")
    return (kept if space and len(kept) >= length // 2 else head[:-1]).rstrip(" ,.;:-") + ".."


def _date(value: object) -> str:
    return datetime.fromisoformat(str(value)).astimezone(ZONE).strftime("%d/%m/%Y")


def _hour(value: object) -> str:
    return datetime.fromisoformat(str(value)).astimezone(ZONE).strftime("%H:%M")


def _dong(value: object) -> str:
    return f"{int(str(value)):,} đ".replace(",", ".")


def _free_text(value: object) -> str:
    """Take out of a person's words what may not stand in a message: addresses of the web and long numbers."""
    text = _LONG_NUMBER.sub("...", _ADDRESS.sub("...", str(value)))
    return " ".join(text.split()).rstrip(" .")


_SPEAK: Mapping[str, Callable[[object], str]] = {
    "code": str,
    "unit": str,
    "otp": str,
    "n": str,
    "due": _date,
    "due_old": _date,
    "due_new": _date,
    "deadline": _date,
    "until": _hour,
    "amount_vnd": _dong,
    "reason": _free_text,
    "words": _free_text,
}

"""Conditions and limits as lines that an administrator can type, instead of the JSON that is kept.

``request.purpose = marriage``; further operators are ``!=``, ``>``, ``<``, ``has`` and ``has not`` for a question with
several choices, and several values after ``=`` mean one of them. Every line must hold; where one is enough, the lines
after the first begin with ``or``. What these lines can't say is shown, and may be typed, as JSON.
"""

from __future__ import annotations

import re
from typing import Any

from procedures.conditions import Condition
from procedures.rules import KEY

_LINE = re.compile(rf"({KEY}\.{KEY})\s*(!=|==?|>|<|\bhas not\b|\bhas\b)\s*([^\s=<>!].*)")
_LIMIT = re.compile(r"([a-z_]+)\s*=\s*(\S.*)")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WORDS: dict[str, Any] = {"yes": True, "no": False, "có": True, "không": False}
_SIGNS = {"==": "=", "!=": "!=", ">": ">", "<": "<"}


class Unclear(ValueError):
    """A line could not be understood; the error's text is the line."""


def told(condition: Condition) -> str | None:
    """Return a condition as lines; None where lines can't say it."""
    ((operator, rules),) = condition.items()
    if operator not in ("and", "or"):
        operator, rules = "and", [condition]
    lines = [_told(rule) for rule in rules]
    text = ("\nor " if operator == "or" else "\n").join(line or "" for line in lines)
    try:
        return text if read(text) == condition else None
    except Unclear:
        return None


def read(text: str) -> Condition:
    """Return the condition that lines tell.

    :raises Unclear: a line is no comparison, or some lines begin with ``or`` and others do not.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Unclear(text)
    others = [line.startswith("or ") for line in lines[1:]]
    if any(others) and not all(others):
        raise Unclear(lines[1 + others.index(False)])
    rules = [_rule(line.removeprefix("or ").strip() if number else line) for number, line in enumerate(lines)]
    return rules[0] if len(rules) == 1 else {"or" if any(others) else "and": rules}


def told_limits(limits: dict[str, Any]) -> str:
    """Return limits as lines ``max_length = 150``."""
    return "\n".join(f"{key} = {_spelt(value)}" for key, value in limits.items())


def read_limits(text: str) -> dict[str, Any]:
    """Return the limits that lines tell.

    :raises Unclear: a line is no ``name = value``.
    """
    limits = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _LIMIT.fullmatch(line)
        if found is None:
            raise Unclear(line)
        limits[found[1]] = _value(found[2])
    return limits


def _rule(line: str) -> Condition:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Unclear(line)
    name, sign, value = {"var": found[1]}, found[2].replace("==", "="), found[3].strip()
    if sign == "has":
        return {"in": [_value(value), name]}
    if sign == "has not":
        return {"!": {"in": [_value(value), name]}}
    if sign == "=" and "," in value and not value.startswith('"'):
        return {"in": [name, [_value(part.strip()) for part in value.split(",")]]}
    return {"==" if sign == "=" else sign: [name, _value(value)]}


def _told(rule: Condition) -> str | None:
    ((operator, sides),) = rule.items()
    if operator == "!" and isinstance(sides, dict) and "in" in sides:
        has = _told(sides)
        return has.replace(" has ", " has not ", 1) if has and " has " in has else None
    if operator not in (*_SIGNS, "in"):
        return None
    left, right = sides
    if operator == "in" and isinstance(right, dict):
        return f"{right['var']} has {_spelt(left)}"
    if not isinstance(left, dict) or isinstance(right, dict):
        return None
    if operator == "in":
        return f"{left['var']} = {', '.join(_spelt(value) for value in right)}"
    return f"{left['var']} {_SIGNS[operator]} {_spelt(right)}"


def _value(text: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def _spelt(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    # What would be read as something else is put in quotation marks.
    return f'"{text}"' if isinstance(value, str) and (_value(text) != text or "," in text) else text

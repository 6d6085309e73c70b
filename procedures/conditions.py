"""Conditions of the e-form: a small part of JSON logic, evaluated on the server only.

``{"==": [{"var": "request.purpose"}, "marriage"]}``, combined by ``and``, ``or`` and ``!``. A variable that was not
answered, or that is hidden itself, has the value null. There are no loops and no regular expressions, and the
depth is capped, so that a condition costs next to nothing whatever an administrator writes.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from procedures.rules import KEY

Condition = dict[str, Any]
Lookup = Callable[[str], object]

# Levels of lists and objects; six rules within one another.
MAX_DEPTH = 12

_PAIR = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"$ref": "#/$defs/operand"}}
_RULES = {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/rule"}}
DEFS: dict[str, Any] = {
    "plain": {"type": ["string", "number", "boolean", "null"], "maxLength": 200},
    "var": {
        "type": "object",
        "properties": {"var": {"type": "string", "maxLength": 121, "pattern": rf"^{KEY}\.{KEY}\Z"}},
        "required": ["var"],
        "additionalProperties": False,
    },
    "operand": {"anyOf": [{"$ref": "#/$defs/var"}, {"$ref": "#/$defs/plain"}]},
    "rule": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            "==": _PAIR,
            "!=": _PAIR,
            ">": _PAIR,
            "<": _PAIR,
            "in": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "prefixItems": [
                    {"$ref": "#/$defs/operand"},
                    {
                        "anyOf": [
                            {"$ref": "#/$defs/var"},
                            {"type": "array", "minItems": 1, "maxItems": 100, "items": {"$ref": "#/$defs/plain"}},
                        ]
                    },
                ],
            },
            "and": _RULES,
            "or": _RULES,
            "!": {"$ref": "#/$defs/rule"},
        },
    },
}


def is_met(condition: Condition | None, lookup: Lookup) -> bool:
    """Tell whether the condition holds; no condition always holds."""
    if not condition:
        return True
    ((operator, operand),) = condition.items()
    if operator == "and":
        return all(is_met(rule, lookup) for rule in operand)
    if operator == "or":
        return any(is_met(rule, lookup) for rule in operand)
    if operator == "!":
        return not is_met(operand, lookup)
    left, right = (_value(side, lookup) for side in operand)
    return _COMPARE[operator](left, right)


def variables(condition: object) -> Iterator[str]:
    """Yield the names ("group.field") that a condition reads."""
    if isinstance(condition, dict):
        for key, value in condition.items():
            if key == "var":
                yield str(value)
            else:
                yield from variables(value)
    elif isinstance(condition, list):
        for item in condition:
            yield from variables(item)


def is_too_deep(value: object, allowed: int = MAX_DEPTH) -> bool:
    """Tell whether lists and objects are nested deeper than any readable condition."""
    level = [value]
    for _depth in range(allowed + 1):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


def _value(operand: object, lookup: Lookup) -> object:
    if isinstance(operand, dict):
        return lookup(operand["var"])
    return operand


def _equal(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) or isinstance(right, int | float):
        numbers = _number(left), _number(right)
        return None not in numbers and numbers[0] == numbers[1]
    return left == right


def _more(left: object, right: object) -> bool:
    numbers = _number(left), _number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] > numbers[1]
    # ISO dates compare as text.
    return isinstance(left, str) and isinstance(right, str) and left > right


def _contains(item: object, values: object) -> bool:
    return isinstance(values, list) and any(_equal(item, value) for value in values)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    ">": _more,
    "<": lambda left, right: _more(right, left),
    "in": _contains,
}

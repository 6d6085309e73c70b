"""The shape of a version's terms as JSON schema: one description for the importer, the admin and publishing.

The same dictionaries pass through :mod:`procedures.snapshot`, so what is checked here is what is written there.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema

from accounts.enums import AgencyLevel
from procedures import conditions
from procedures.enums import Channel, CollectWhen, FeeKind, FieldType, LifeEvent, StepRole, TimeUnit
from procedures.rules import CODE, KEY, KEY_LENGTH, PROFILE_KEYS

MAX_VND = 10**12
MAX_DAYS = 3_660


def text(length: int, *, least: int = 0) -> dict[str, Any]:
    """Describe a text of ``least`` to ``length`` characters."""
    return {"type": "string", "minLength": least, "maxLength": length}


def record(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Describe an object in which an unknown key is a mistake."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def one_of(words: object) -> dict[str, Any]:
    """Describe a word of one of our enumerations."""
    return {"enum": [str(word) for word in words]}  # type: ignore[attr-defined]


def whole(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


CODE_TEXT = {"type": "string", "pattern": rf"^{CODE}\Z"}
KEY_TEXT = {"type": "string", "maxLength": KEY_LENGTH, "pattern": rf"^{KEY}\Z"}
CONDITION = {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/rule"}]}
FLAG = {"type": "boolean"}

# What a field may limit, by kind. There is no pattern: nobody types a regular expression into this site.
_LENGTHS = {"min_length": whole(0, 10_000), "max_length": whole(1, 10_000)}
_AMOUNTS = {"min": {"type": "number"}, "max": {"type": "number"}}
LIMITS: dict[str, dict[str, Any]] = {
    FieldType.TEXT: record(_LENGTHS),
    FieldType.LONG_TEXT: record(_LENGTHS),
    FieldType.NUMBER: record({**_AMOUNTS, "decimals": whole(0, 6)}),
    FieldType.MONEY: record({"min": whole(0, MAX_VND), "max": whole(0, MAX_VND)}),
    FieldType.DATE: record({"when": {"enum": ["past", "future"]}, "max_days_ahead": whole(0, 36_600)}),
    FieldType.MULTI_CHOICE: record({"max_items": whole(1, 200)}),
    FieldType.YES_NO: record({"must_be": {"const": True}}),
}
_NO_LIMITS = record({})

CHOICES = {
    "type": "array",
    "maxItems": 300,
    "items": {
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "prefixItems": [{"type": "string", "minLength": 1, "maxLength": 60}, text(200, least=1)],
    },
}

FIELD = record(
    {
        "key": KEY_TEXT,
        "label": text(300, least=1),
        "help_text": text(2_000),
        "kind": one_of(FieldType),
        "is_required": FLAG,
        "choices": CHOICES,
        "limits": {"type": "object"},
        "condition": CONDITION,
        "profile_key": {"enum": ["", *PROFILE_KEYS]},
    },
    required=("key", "label", "kind"),
)

GROUP = record(
    {
        "key": KEY_TEXT,
        "title": text(200, least=1),
        "help_text": text(2_000),
        "is_repeating": FLAG,
        "min_rows": whole(0, 50),
        "max_rows": whole(1, 50),
        "condition": CONDITION,
        "fields": {"type": "array", "maxItems": 100, "items": FIELD},
    },
    required=("key", "title", "fields"),
)

PAPER = record(
    {
        "key": KEY_TEXT,
        "name": text(2_000, least=1),
        "quantity": text(60),
        "is_required": FLAG,
        "is_looked_up": FLAG,
        "condition": CONDITION,
    },
    required=("key", "name"),
)

FEE = record(
    {
        "kind": one_of(FeeKind),
        "name": text(200, least=1),
        "channel": {"enum": ["", *Channel.values]},
        "amount_vnd": {"anyOf": [{"type": "null"}, whole(0, MAX_VND)]},
        "collect_when": one_of(CollectWhen),
        "note": text(2_000),
    },
    required=("name",),
)

TIME_LIMIT = record(
    {
        "channel": one_of(Channel),
        "value": {"anyOf": [{"type": "null"}, whole(1, MAX_DAYS)]},
        "unit": one_of(TimeUnit),
        "same_day_until": {"anyOf": [{"type": "null"}, {"type": "string", "pattern": r"^[0-2][0-9]:[0-5][0-9]\Z"}]},
        "note": text(2_000),
    },
    required=("channel", "value", "unit"),
)

STEP = record(
    {
        "name": text(200, least=1),
        "role": one_of(StepRole),
        "limit_hours": {"anyOf": [{"type": "null"}, whole(1, 10_000)]},
    },
    required=("name", "role"),
)

RESULT = record({"name": text(500, least=1), "code": text(60)}, required=("name",))

TERMS = record(
    {
        "name": text(500, least=1),
        "subjects": text(500),
        "authority": text(500),
        "how": text(10_000),
        "where": text(10_000),
        "legal_basis": text(10_000),
        "results": {"type": "array", "maxItems": 50, "items": RESULT},
        "needs_approval": FLAG,
        "supplement_days": whole(1, 365),
        "source": text(500),
        "is_verified": FLAG,
        "groups": {"type": "array", "maxItems": 30, "items": GROUP},
        "papers": {"type": "array", "maxItems": 60, "items": PAPER},
        "fees": {"type": "array", "maxItems": 60, "items": FEE},
        "time_limits": {"type": "array", "minItems": 1, "maxItems": 3, "items": TIME_LIMIT},
        "steps": {"type": "array", "maxItems": 30, "items": STEP},
    },
    required=("name", "time_limits"),
)

LEVELS = {"type": "array", "minItems": 1, "uniqueItems": True, "items": one_of(AgencyLevel)}
LIFE_EVENTS = {"type": "array", "uniqueItems": True, "items": one_of(LifeEvent)}
KEYWORDS = {"type": "array", "maxItems": 60, "items": text(100, least=1)}


def problems(value: object, schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key path, what is wrong) for everything that breaks the schema."""
    if conditions.is_too_deep(value, allowed=40):
        yield "", "nested too deeply"
        return
    validator = jsonschema.Draft202012Validator({**schema, "$defs": conditions.DEFS})
    for error in sorted(validator.iter_errors(value), key=lambda found: [str(part) for part in found.absolute_path]):
        yield _path(error), error.message[:300]


def limit_problems(kind: str, limits: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the limits of a field of that kind."""
    yield from problems(limits, LIMITS.get(kind, _NO_LIMITS))


def condition_problems(condition: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the shape of a condition, its depth included."""
    if conditions.is_too_deep(condition):
        yield "", f"nested deeper than {conditions.MAX_DEPTH} levels"
        return
    yield from problems(condition, CONDITION)


def _path(error: jsonschema.ValidationError) -> str:
    parts = [str(part) for part in error.absolute_path]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        parts += missing[:1]
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        parts += [name for name in error.instance if name not in known][:1]
    return ".".join(parts)

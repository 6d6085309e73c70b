"""The shape of one record of the catalogue's file.

A record may hold what was collected from the sources (labels of form fields, fees as printed) and, beside it, what
this project adds: ``form`` with complete field definitions, ``fees``, ``steps``, life events and everyday words.
"""

from typing import Any

from procedures import schema
from procedures.enums import Channel

LEVELS = {"Cấp tỉnh": "province", "Cấp xã": "commune"}
# What the sources print for a time unit. "Ngày" alone is a calendar day; an unprinted unit is taken as working days.
UNITS = ("working_day", "calendar_day", "working_hour", "day_as_printed", "unit_not_printed")

_text = schema.text
_record = schema.record
_amount = schema.whole(0, schema.MAX_VND)


def _or_null(described: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, described]}


TIME = _record(
    {
        "value": _or_null(schema.whole(1, schema.MAX_DAYS)),
        "min": _or_null(schema.whole(1, schema.MAX_DAYS)),
        "unit": {"enum": list(UNITS)},
        "printed": _or_null(_text(1_000)),
        "note": _or_null(_text(1_000)),
        "same_day_until": schema.TIME_LIMIT["properties"]["same_day_until"],
    },
    required=("value", "unit"),
)

FEES = {
    "type": "object",
    "properties": {
        **{channel: {"anyOf": [_amount, {"type": "null"}, _text(200, least=1)]} for channel in Channel.values},
        "printed": _or_null(_text(2_000)),
        "first_amount": _or_null(_amount),
        "note": _or_null(_text(1_000)),
    },
    # Prices per page, copy or case, such as per_page_first_2.
    "patternProperties": {r"^(per|max_per)_[a-z0-9_]{1,40}\Z": _amount},
    "additionalProperties": False,
}

COMPONENT = _record(
    {
        "name": _text(2_000, least=1),
        "quantity": _or_null(_text(60)),
        "key": schema.KEY_TEXT,
        "required": schema.FLAG,
        "looked_up": schema.FLAG,
        "condition": schema.CONDITION,
    },
    required=("name",),
)

LABELLED_GROUP = _record(
    {
        "group": _text(120, least=1),
        "fields": {
            "type": "array",
            "maxItems": 100,
            "items": _record({"label": _text(300, least=1), "required": schema.FLAG}, required=("label",)),
        },
    },
    required=("group", "fields"),
)

_FORM_FIELD = {
    **schema.FIELD,
    "properties": {
        **schema.FIELD["properties"],
        "choices": {"anyOf": [schema.CHOICES, {"type": "string", "maxLength": 60}]},
    },
}
FORM_GROUP = {
    **schema.GROUP,
    "properties": {
        **schema.GROUP["properties"],
        "fields": {"type": "array", "maxItems": 100, "items": _FORM_FIELD},
    },
}

RECORD = _record(
    {
        "code": schema.CODE_TEXT,
        "local_code": _or_null(_text(40)),
        "name": {**_text(500, least=1), "pattern": r"\S"},
        "field": {**_text(150, least=1), "pattern": r"\S"},
        "level": {"enum": [*LEVELS, "Cấp tỉnh, Cấp xã", "Cấp xã, Cấp tỉnh"]},
        "agency": _or_null(_text(500)),
        "decision": _or_null(_text(500)),
        "subjects": _or_null(_text(500)),
        "processing_time": _record(dict.fromkeys(Channel.values, TIME)),
        "fee_vnd": FEES,
        "components": {"type": "array", "maxItems": 60, "items": COMPONENT},
        "results": schema.TERMS["properties"]["results"],
        "form_fields": {"type": "array", "maxItems": 30, "items": LABELLED_GROUP},
        "form_fields_source": _or_null(_text(500)),
        "source": _text(500),
        "verified": schema.FLAG,
        "verified_fields": {"type": "array", "items": _text(200)},
        "default_working_days": _or_null(schema.whole(1, schema.MAX_DAYS)),
        "default_fee_vnd": _or_null(_amount),
        "note": _or_null(_text(2_000)),
        "form": {"type": "array", "maxItems": 30, "items": FORM_GROUP},
        "fees": schema.TERMS["properties"]["fees"],
        "steps": schema.TERMS["properties"]["steps"],
        "life_events": schema.LIFE_EVENTS,
        "keywords": schema.KEYWORDS,
        "how": _text(10_000),
        "where": _text(10_000),
        "legal_basis": _text(10_000),
        "needs_approval": schema.FLAG,
        "supplement_days": schema.whole(1, 365),
    },
    required=("code", "name", "field", "level", "processing_time"),
)

"""Loading provinces and communes from a file of facts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from django.db import transaction

from accounts.models import Commune, Province
from core.folding import fold

SHIPPED = Path(__file__).resolve().parent / "data" / "units.json"

_NAME = {"type": "string", "minLength": 1, "maxLength": 100}
_PROVINCE = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": r"^[0-9]{2}\Z"},
        "name": _NAME,
        "kind": {"type": "string", "maxLength": 40},
        "agency_code": {"type": ["string", "null"]},
    },
    "required": ["code", "name", "kind"],
    "additionalProperties": False,
}
_COMMUNE = {
    "type": "object",
    "properties": {"code": {"type": "string", "pattern": r"^[0-9]{5}\Z"}, "name": _NAME},
    "required": ["code", "name"],
    "additionalProperties": False,
}
_FILE = {
    "type": "object",
    "properties": {
        "_meta": {"type": "object"},
        "provinces": {"type": "array", "minItems": 1, "items": _PROVINCE},
        "communes": {"type": "object", "additionalProperties": {"type": "array", "items": _COMMUNE}},
    },
    "required": ["provinces", "communes"],
    "additionalProperties": False,
}


class BadUnits(Exception):
    """The file of units can't be loaded; the message names the place."""


@dataclass(frozen=True)
class Report:
    """How many rows a load created and changed."""

    created: int
    changed: int


def load(path: Path) -> Report:
    """Bring provinces and communes to the state of the file, all or nothing; rows it does not name stay.

    :raises BadUnits: with what is wrong; nothing has changed.
    """
    content = _read(path)
    provinces = {row["code"]: {"name": row["name"], "kind": row["kind"]} for row in content["provinces"]}
    communes = {
        row["code"]: {"province_id": code, "name": row["name"], "search_text": fold(row["name"])[:100]}
        for code, rows in content["communes"].items()
        for row in rows
    }
    _refuse_doubled(content, provinces, communes)
    with transaction.atomic():
        parts = [_write(Province, provinces), _write(Commune, communes)]
    return Report(created=sum(part.created for part in parts), changed=sum(part.changed for part in parts))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadUnits(f"The file can't be read as JSON: {error}") from None
    broken = next(jsonschema.Draft202012Validator(_FILE).iter_errors(content), None)
    if broken is not None:
        raise BadUnits(f"{'.'.join(str(part) for part in broken.absolute_path)}: {broken.message[:200]}")
    return dict(content)


def _refuse_doubled(content: dict[str, Any], provinces: dict[str, Any], communes: dict[str, Any]) -> None:
    if len(provinces) != len(content["provinces"]):
        raise BadUnits("provinces: a code stands there twice")
    if len(communes) != sum(len(rows) for rows in content["communes"].values()):
        raise BadUnits("communes: a code stands there twice")
    if unknown := set(content["communes"]) - set(provinces):
        raise BadUnits(f"communes.{min(unknown)}: there is no such province in the file")


def _write(model: type[Any], rows: dict[str, dict[str, str]]) -> Report:
    columns = list(next(iter(rows.values()), {}))
    existing = model._default_manager.in_bulk(list(rows))
    new = [model(code=code, **values) for code, values in rows.items() if code not in existing]
    changed = []
    for code, row in existing.items():
        if any(getattr(row, column) != rows[code][column] for column in columns):
            for column in columns:
                setattr(row, column, rows[code][column])
            changed.append(row)
    model._default_manager.bulk_create(new)
    model._default_manager.bulk_update(changed, columns or ["name"])
    return Report(created=len(new), changed=len(changed))

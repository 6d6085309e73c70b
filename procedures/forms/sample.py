"""Invented answers that a version accepts, for previews and for demo dossiers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from procedures.enums import FieldType
from procedures.forms import answers as _answers
from procedures.forms.definition import FieldDef, definition_of
from procedures.forms.units import Units
from procedures.models import ProcedureVersion

_NAMES = ("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Minh An", "Phạm Thị Lan", "Võ Quốc Huy", "Đỗ Thu Hà")


def sample_answers(
    version: ProcedureVersion, *, on: date, units: Units | None = None, number: int = 0
) -> dict[str, Any]:
    """Return answers to every visible question; another ``number`` gives another person."""
    shared = units or Units()
    context = _answers.context_for(on, shared)
    definition = definition_of(version)
    filled: dict[str, Any] = {}
    for index, group in enumerate(definition.groups):
        # Every group is about somebody else.
        row = {field.key: _sample(field, on, shared, number + index) for field in group.asked}
        filled[group.key] = [row] * max(group.min_rows, 1) if group.is_repeating else row
    return _answers.read(definition, filled, context).valid


def _sample(field: FieldDef, on: date, units: Units, number: int) -> object:
    return _SAMPLES[field.kind](field, on, units, number)


def _text(field: FieldDef, _on: date, _units: Units, number: int) -> str:
    is_name = "name" in field.key or field.profile_key == "full_name"
    if field.key.endswith("_words"):
        return "ngày năm tháng chín năm hai nghìn không trăm hai mươi sáu"
    words = _NAMES[number % len(_NAMES)] if is_name else f"{field.label} {number + 1}"
    least, most = int(str(field.limits.get("min_length", 0))), int(str(field.limits.get("max_length", 200)))
    return words.ljust(least, ".")[:most]


def _number(field: FieldDef, _on: date, _units: Units, number: int) -> int:
    least, most = field.limits.get("min", 1), field.limits.get("max", 1_000_000)
    wanted = 1985 + number % 20 if "year" in field.key else 1 + number % 3
    low, high = float(str(least)), float(str(most))
    return int(min(max(wanted, -(-low // 1)), high))


def _money(field: FieldDef, _on: date, _units: Units, number: int) -> int:
    return max(50_000_000 + number * 1_000_000, int(str(field.limits.get("min", 0))))


def _day(field: FieldDef, on: date, _units: Units, number: int) -> str:
    if field.limits.get("when") == "future":
        return (on + timedelta(days=min(7, int(str(field.limits.get("max_days_ahead", 7)))))).isoformat()
    is_birth = "birth" in field.key
    return (on - timedelta(days=12_000 + 97 * number if is_birth else 30 + number % 60)).isoformat()


def _choice(field: FieldDef, _on: date, _units: Units, number: int) -> str:
    return field.choices[number % len(field.choices) if "gender" in field.key else 0][0]


def _multi_choice(field: FieldDef, _on: date, _units: Units, number: int) -> list[str]:
    return []


def _yes_no(field: FieldDef, _on: date, _units: Units, number: int) -> bool:
    return True


def _phone(_field: FieldDef, _on: date, _units: Units, number: int) -> str:
    return f"0901{number % 1_000_000:06d}"


def _email(_field: FieldDef, _on: date, _units: Units, number: int) -> str:
    return f"nguoi.dan.{number + 1}@example.vn"


def _identity(_field: FieldDef, _on: date, _units: Units, number: int) -> str:
    return f"0751900{number % 100_000:05d}"


def _address(_field: FieldDef, _on: date, units: Units, number: int) -> dict[str, str]:
    province = settings.PROVINCE_CODE
    communes = list(units.communes(province))
    commune = communes[number % len(communes)] if communes else ""
    return {"province": province, "commune": commune, "street": f"{12 + number % 80} đường Hoa Sen"}


_SAMPLES: dict[FieldType, Callable[[FieldDef, date, Units, int], object]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _money,
    FieldType.DATE: _day,
    FieldType.CHOICE: _choice,
    FieldType.MULTI_CHOICE: _multi_choice,
    FieldType.YES_NO: _yes_no,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.IDENTITY: _identity,
    FieldType.ADDRESS: _address,
}

"""Plausible answers to any e-form, read off its definition, so that demo dossiers pass the same checks as real ones."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from accounts.models import CitizenProfile, User
from portal.demo.names import person_name
from procedures import forms
from procedures.enums import FieldType
from procedures.models import ProcedureVersion

_ROUNDS = 4


def fill(
    version: ProcedureVersion, prefilled: dict[str, Any], *, person: User, on: date, dice: Random
) -> dict[str, Any]:
    """Return answers in which nothing is missing; answering one question may bring up others, hence the rounds."""
    answers = {key: dict(value) if isinstance(value, dict) else value for key, value in prefilled.items()}
    definition = forms.definition_of(version)
    for _round in range(_ROUNDS):
        errors = forms.validate(version, answers, on=on).errors
        if not errors:
            break
        for place in errors:
            _answer(answers, definition, place, person, on, dice)
    return answers


def _answer(
    answers: dict[str, Any], definition: forms.FormDef, place: str, person: User, on: date, dice: Random
) -> None:
    parts = place.split(".")
    group = definition.group(parts[0])
    if group is None:
        return
    if group.is_repeating:
        rows = answers.setdefault(group.key, [])
        row = int(parts[1]) if len(parts) == 3 else 0
        while len(rows) <= row:
            rows.append({})
        target, wanted = rows[row], parts[2] if len(parts) == 3 else None
    else:
        target, wanted = answers.setdefault(group.key, {}), parts[-1]
    for field in group.asked:
        if field.key == wanted or (wanted is None and field.is_required):
            target[field.key] = _value(field, person, on, dice)


def _value(field: forms.FieldDef, person: User, on: date, dice: Random) -> Any:
    return _MAKERS[field.kind](field, person, on, dice)


def _text(field: forms.FieldDef, person: User, on: date, dice: Random) -> str:
    label = field.label.lower()
    if field.key.endswith("_words"):
        return "Ngày mười lăm tháng mười năm hai nghìn không trăm hai mươi sáu"
    if "tên" in label:
        return person_name(f"{person.username}{field.key}{dice.random()}")
    if "năm sinh" in label:
        return str(dice.randrange(1970, 2003))
    if "dân tộc" in label:
        return "Kinh"
    if "quốc tịch" in label:
        return "Việt Nam"
    if "nơi" in label or "quê" in label or "địa chỉ" in label:
        return "Phường Trấn Biên, tỉnh Đồng Nai"
    return "Theo giấy tờ đính kèm"


def _long_text(field: forms.FieldDef, person: User, on: date, dice: Random) -> str:
    return "Tôi đề nghị cơ quan giải quyết theo quy định. Giấy tờ kèm theo là bản chụp từ bản chính."


def _number(field: forms.FieldDef, person: User, on: date, dice: Random) -> int:
    if "năm sinh" in field.label.lower():
        return dice.randrange(1970, 2003)
    low = field.limits.get("min", 1)
    return max(int(low) if isinstance(low, int | float) else 1, 1)


def _date(field: forms.FieldDef, person: User, on: date, dice: Random) -> str:
    if "sinh" in field.label.lower() and field.group_key != "child":
        days = -dice.randrange(25 * 365, 70 * 365)
    else:
        days = dice.randrange(20, 60) if field.limits.get("when") == "future" else -dice.randrange(3, 28)
    return (on + timedelta(days=days)).isoformat()


def _address(field: forms.FieldDef, person: User, on: date, dice: Random) -> dict[str, str]:
    profile = CitizenProfile.objects.select_related("commune").get(user=person)
    assert profile.commune is not None
    return {"province": profile.commune.province_id, "commune": profile.commune.code, "street": profile.street}


Maker = Callable[[forms.FieldDef, User, date, Random], Any]
_MAKERS: dict[str, Maker] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: lambda field, person, on, dice: 50_000_000,
    FieldType.DATE: _date,
    FieldType.CHOICE: lambda field, person, on, dice: field.choices[0][0],
    FieldType.MULTI_CHOICE: lambda field, person, on, dice: [field.choices[0][0]],
    FieldType.YES_NO: lambda field, person, on, dice: True,
    FieldType.PHONE: lambda field, person, on, dice: person.phone,
    FieldType.EMAIL: lambda field, person, on, dice: "nguoi.nop@example.vn",
    FieldType.IDENTITY: lambda field, person, on, dice: f"0752{dice.randrange(100_000_000):08d}",
    FieldType.ADDRESS: _address,
}

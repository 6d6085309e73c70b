"""Answers as people read them: on the review page, on the officer's screen and in exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from procedures.forms.definition import FieldDef, GroupDef, definition_of
from procedures.forms.kinds import KINDS
from procedures.forms.units import Units
from procedures.models import ProcedureVersion


@dataclass(frozen=True)
class Line:
    """One question with its answer as text; ``name`` is what a supplement request pins."""

    name: str
    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """A group, or one row of a repeating group (``number`` from 1)."""

    key: str
    title: str
    rows: list[Line]
    number: int = 0


def display(version: ProcedureVersion, answers: object, *, units: Units | None = None) -> list[Section]:
    """Return the given answers group by group; questions without an answer are left out."""
    shared = units or Units()
    given = answers if isinstance(answers, dict) else {}
    sections: list[Section] = []
    for group in definition_of(version).groups:
        sections += _sections(group, given.get(group.key), shared)
    return [section for section in sections if section.rows]


def _sections(group: GroupDef, values: Any, units: Units) -> Iterator[Section]:
    if not group.is_repeating:
        row = values if isinstance(values, dict) else {}
        yield Section(group.key, group.title, list(_lines(group, row, group.key, units)))
        return
    rows = values if isinstance(values, list) else []
    for index, row in enumerate(rows[: group.max_rows]):
        lines = list(_lines(group, row if isinstance(row, dict) else {}, f"{group.key}.{index}", units))
        yield Section(group.key, f"{group.title} {index + 1}", lines, number=index + 1)


def _lines(group: GroupDef, row: dict[str, Any], prefix: str, units: Units) -> Iterator[Line]:
    for question in group.asked:
        value = row.get(question.key)
        if value is not None and value != "":
            yield Line(f"{prefix}.{question.key}", question.label, _text(question, value, units))


def _text(question: FieldDef, value: object, units: Units) -> str:
    return KINDS[question.kind].show(value, question, units)

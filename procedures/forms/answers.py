"""Answers as plain JSON: read once from top to bottom, so that a hidden question never has a say.

``{"requester": {"full_name": "Trần Thị Hoa"}, "members": [{"full_name": "…"}, …]}``. A condition reads only
questions that stand before it (publishing sees to that), so one pass decides what is visible.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures import conditions
from procedures.forms import text
from procedures.forms.definition import FieldDef, FormDef, GroupDef, PaperDef
from procedures.forms.kinds import KINDS, Context
from procedures.forms.units import Units

Row = dict[str, Any]
Answers = Mapping[str, Any]
Errors = dict[str, list[str]]


class Known:
    """Values of visible, readable answers by "group.field"; anything else is null to a condition."""

    def __init__(self, answers: Answers | None = None, *, without: str = "") -> None:
        self._values: dict[str, object] = {}
        for group_key, values in (answers or {}).items():
            if group_key != without and isinstance(values, dict):
                self._values |= {f"{group_key}.{key}": value for key, value in values.items()}

    def __call__(self, name: str) -> object:
        return self._values.get(name)

    def learn(self, name: str, value: object) -> None:
        self._values[name] = value

    def copy(self) -> "Known":
        twin = Known()
        twin._values = dict(self._values)
        return twin


@dataclass
class ReadRow:
    """One row read: the valid answers, all answers as far as they go, what is visible, what is wrong."""

    valid: Row = field(default_factory=dict)
    draft: Row = field(default_factory=dict)
    visible: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


@dataclass
class Read:
    """All answers read."""

    valid: dict[str, Any] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    visible: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)
    known: Known = field(default_factory=Known)


def read_row(group: GroupDef, raw: Mapping[str, object], known: Known, context: Context) -> ReadRow:
    """Read the answers of one group or row; ``known`` learns them on the way unless the group repeats."""
    result = ReadRow()
    seen = known.copy() if group.is_repeating else known
    for question in group.asked:
        if not conditions.is_met(question.condition, seen):
            seen.learn(question.name, None)
            continue
        result.visible.append(question.key)
        value, errors = _read_one(question, raw.get(question.key), context)
        seen.learn(question.name, value)
        if errors:
            result.errors[question.key] = errors
        if value is not None:
            result.valid[question.key] = result.draft[question.key] = value
        elif (kept := text.clean_raw(raw.get(question.key))) and not KINDS[question.kind].is_blank(kept):
            result.draft[question.key] = kept
    return result


def read(definition: FormDef, answers: object, context: Context) -> Read:
    """Read all answers of a form from top to bottom."""
    result = Read()
    if not isinstance(answers, dict):
        result.errors[""] = [_("The answers must be an object of groups.")]
        answers = {}
    for group in definition.groups:
        if not conditions.is_met(group.condition, result.known):
            continue
        result.groups.append(group.key)
        raw = answers.get(group.key)
        if group.is_repeating:
            _read_rows(group, raw, result, context)
        else:
            _read_group(group, raw, result, context)
    return result


def unknown_names(definition: FormDef, answers: object) -> list[str]:
    """Return the names in the answers that the form does not have, for an API that refuses them."""
    if not isinstance(answers, dict):
        return []
    names: list[str] = []
    for group_key, values in answers.items():
        group = definition.group(group_key) if isinstance(group_key, str) else None
        if group is None:
            names.append(str(group_key)[:130])
            continue
        keys = {question.key for question in group.asked}
        rows = values if isinstance(values, list) else [values]
        for row in rows[: group.max_rows + 1]:
            if isinstance(row, dict):
                names += [f"{group_key}.{str(key)[:60]}" for key in row if key not in keys]
    return names


def papers_of(definition: FormDef, known: Known, visible_groups: Iterable[str]) -> list[PaperDef]:
    """Return the papers that these answers ask for: required papers first, then visible fields of kind file."""
    asked = [paper for paper in definition.papers if conditions.is_met(paper.condition, known)]
    shown = set(visible_groups)
    asked += [
        _as_paper(question)
        for question in definition.fields()
        if question.is_file and question.group_key in shown and conditions.is_met(question.condition, known)
    ]
    return asked


def context_for(on: date, units: Units | None = None) -> Context:
    return Context(on=on, units=units or Units())


def _read_one(question: FieldDef, raw: object, context: Context) -> tuple[object, list[str]]:
    kind = KINDS[question.kind]
    try:
        value = kind.parse(raw, question, context)
    except ValidationError as error:
        return None, list(error.messages)
    if value is None and question.is_required:
        return None, [kind.missing(question)]
    return value, []


def _read_group(group: GroupDef, raw: object, result: Read, context: Context) -> None:
    if raw is not None and not isinstance(raw, dict):
        result.errors[group.key] = [_("This group must be an object of answers.")]
    row = read_row(group, raw if isinstance(raw, dict) else {}, result.known, context)
    result.visible += [f"{group.key}.{key}" for key in row.visible]
    result.errors |= {f"{group.key}.{key}": errors for key, errors in row.errors.items()}
    if row.valid:
        result.valid[group.key] = row.valid
    if row.draft:
        result.draft[group.key] = row.draft


def _read_rows(group: GroupDef, raw: object, result: Read, context: Context) -> None:
    if raw is not None and not isinstance(raw, list):
        result.errors[group.key] = [_("This group must be a list of rows.")]
    given = raw if isinstance(raw, list) else []
    if len(given) > group.max_rows:
        result.errors[group.key] = [_("At most %(count)s rows, please.") % {"count": group.max_rows}]
    filled = [row for row in given[: group.max_rows] if _is_filled(group, row)]
    rows = [read_row(group, row, result.known, context) for row in filled]
    for index, row in enumerate(rows):
        result.visible += [f"{group.key}.{index}.{key}" for key in row.visible]
        result.errors |= {f"{group.key}.{index}.{key}": errors for key, errors in row.errors.items()}
    if len(rows) < group.min_rows:
        message = _("“%(title)s” needs at least %(count)s.")
        result.errors.setdefault(group.key, [message % {"title": group.title, "count": group.min_rows}])
    if rows:
        result.valid[group.key] = [row.valid for row in rows]
        result.draft[group.key] = [row.draft for row in rows]


def _is_filled(group: GroupDef, row: object) -> bool:
    return isinstance(row, dict) and any(
        not KINDS[question.kind].is_blank(row.get(question.key)) for question in group.asked
    )


def _as_paper(question: FieldDef) -> PaperDef:
    return PaperDef(
        key=question.name,
        name=question.label,
        quantity="",
        is_required=question.is_required,
        is_looked_up=False,
        condition=question.condition,
        help_text=question.help_text,
    )

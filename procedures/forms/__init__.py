"""The e-form engine: one definition renders, validates, shows and exports the answers of a dossier.

Answers are plain JSON: ``{"requester": {"full_name": "…"}, "members": [{"full_name": "…"}]}``. Names in errors,
conditions and supplement pins are "group.field", and "group.0.field" in the rows of a repeating group.

Filing, group by group::

    definition = forms.definition_of(version)  # kept in the process once published
    for group in forms.visible_groups(version, answers, on=today):  # one screen each
        form = forms.form_for(group, on=today, answers=draft.answers, data=request.POST or None)
        form.is_valid()
        form.answers  # valid answers of this group
        form.draft  # autosave: nothing typed is lost
    answers = forms.clean_answers(version, answers, on=today)  # drops hidden and unknown answers
    checked = forms.validate(version, answers, on=today)  # checked.answers, checked.errors
    forms.papers_asked(version, answers, on=today)  # required papers and file fields
    forms.display(version, answers)  # review page, officer, export
    forms.prefill(version, profile_values)  # accounts.selectors.profile_values(user)

A repeating group gives a formset with the same ``answers`` and ``draft``; ``rows=n`` shows n rows. ``on`` is
today's date in the province. ``units`` may be shared between calls, so that provinces are read once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures.forms import answers as _answers
from procedures.forms.answers import Answers, Errors
from procedures.forms.build import AnyForm, GroupForm, RowsForm, form_for
from procedures.forms.definition import FieldDef, FormDef, GroupDef, PaperDef, definition_of, forget
from procedures.forms.display import Line, Section, display
from procedures.forms.kinds import KINDS
from procedures.forms.units import Units
from procedures.models import ProcedureVersion

__all__ = [
    "Answers",
    "AnyForm",
    "Checked",
    "Errors",
    "FieldDef",
    "FormDef",
    "GroupDef",
    "GroupForm",
    "Line",
    "PaperDef",
    "RowsForm",
    "Section",
    "Units",
    "build_form",
    "clean_answers",
    "definition_of",
    "display",
    "forget",
    "form_for",
    "papers_asked",
    "prefill",
    "unknown_names",
    "validate",
    "visible_fields",
    "visible_groups",
]


@dataclass(frozen=True)
class Checked:
    """Answers after validation; ``errors`` by "group.field"."""

    answers: dict[str, Any]
    errors: Errors

    @property
    def is_valid(self) -> bool:
        return not self.errors


def validate(version: ProcedureVersion, answers: object, *, on: date, units: Units | None = None) -> Checked:
    """Read all answers strictly: what is hidden or unknown is dropped, what is missing or wrong is an error."""
    result = _answers.read(definition_of(version), answers, _answers.context_for(on, units))
    return Checked(answers=result.valid, errors=result.errors)


def clean_answers(
    version: ProcedureVersion, answers: object, *, on: date, units: Units | None = None
) -> dict[str, Any]:
    """Return the answers of a draft without hidden and unknown ones; unreadable ones stay as they were typed."""
    return _answers.read(definition_of(version), answers, _answers.context_for(on, units)).draft


def unknown_names(version: ProcedureVersion, answers: object) -> list[str]:
    """Return the names that the form does not have, for an API that refuses them."""
    return _answers.unknown_names(definition_of(version), answers)


def visible_fields(version: ProcedureVersion, answers: object, *, on: date, units: Units | None = None) -> list[str]:
    """Return the names of the questions that these answers show, rows numbered."""
    return _answers.read(definition_of(version), answers, _answers.context_for(on, units)).visible


def visible_groups(
    version: ProcedureVersion, answers: object, *, on: date, units: Units | None = None
) -> list[GroupDef]:
    """Return the groups that these answers show and that ask something besides files."""
    definition = definition_of(version)
    shown = set(_answers.read(definition, answers, _answers.context_for(on, units)).groups)
    return [group for group in definition.groups if group.key in shown and group.asked]


def papers_asked(version: ProcedureVersion, answers: object, *, on: date, units: Units | None = None) -> list[PaperDef]:
    """Return the papers to attach under these answers; the key is what a paper is attached for."""
    definition = definition_of(version)
    result = _answers.read(definition, answers, _answers.context_for(on, units))
    return _answers.papers_of(definition, result.known, result.groups)


def build_form(
    version: ProcedureVersion,
    *,
    on: date,
    answers: Answers | None = None,
    data: Mapping[str, Any] | None = None,
    units: Units | None = None,
) -> list[AnyForm]:
    """Return the forms of all visible groups on one page; what is posted above decides what is visible below."""
    shared, known, made = units or Units(), dict(answers or {}), []
    for group in definition_of(version).groups:
        if not group.asked or group not in visible_groups(version, known, on=on, units=shared):
            continue
        form = form_for(group, on=on, answers=known, data=data, units=shared)
        made.append(form)
        if data is not None:
            known[group.key] = form.draft
    return made


def prefill(version: ProcedureVersion, profile_values: Mapping[str, object]) -> dict[str, Any]:
    """Return the answers that the profile already holds; repeating groups are about other people."""
    filled: dict[str, dict[str, object]] = {}
    for group in definition_of(version).groups:
        for question in () if group.is_repeating or group.condition else group.asked:
            value = _profile_value(profile_values.get(question.profile_key)) if question.profile_key else None
            if not question.condition and not KINDS[question.kind].is_blank(value):
                filled.setdefault(group.key, {})[question.key] = value
    return filled


def _profile_value(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value

"""Answers sent to a draft, held to the procedure's form; a page keeps whatever was typed, a program is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.api import errors
from dossiers.models import Dossier
from procedures import forms


def checked(dossier: Dossier, key: str, answers: Any, *, on: date) -> Any:
    """Return the answers of one group as a draft keeps them; what is missing may follow later.

    :raises errors.ApiError: no such group (404), a name that the form does not have (400), or a value that can't be
        read or is not asked for (422).
    """
    group = forms.definition_of(dossier.terms).group(key)
    if group is None:
        raise errors.ApiError(status=HTTPStatus.NOT_FOUND)
    unknown = forms.unknown_names(dossier.terms, {key: answers})
    if unknown:
        fields = {name: [_("There is no such field.")] for name in unknown}
        raise errors.bad_request(_("The form has no such field."), code=errors.UNKNOWN_FIELD, fields=fields)
    given = _shaped(group, answers)
    merged = {**dossier.data, key: given}
    if group not in forms.visible_groups(dossier.terms, merged, on=on):
        raise _refused({key: [_("These answers do not ask for this group.")]})
    found = forms.validate(dossier.terms, merged, on=on).errors
    faults = {place: texts for place, texts in found.items() if _stands_in(group, given, place)}
    if faults:
        raise _refused(faults)
    return forms.clean_answers(dossier.terms, merged, on=on).get(key, [] if group.is_repeating else {})


def _shaped(group: forms.GroupDef, answers: Any) -> Any:
    """Return the answers without empty rows, so that the numbers in errors count the rows that are kept."""
    if not group.is_repeating:
        if not isinstance(answers, dict):
            raise _refused({group.key: [_("This group must be an object of answers.")]})
        return answers
    if not isinstance(answers, list) or not all(isinstance(row, dict) for row in answers):
        raise _refused({group.key: [_("This group must be a list of rows.")]})
    rows = [row for row in answers if any(_is_given(group, row, question.key) for question in group.asked)]
    if len(rows) > group.max_rows:
        raise _refused({group.key: [_("At most %(count)s rows, please.") % {"count": group.max_rows}]})
    return rows


def _stands_in(group: forms.GroupDef, given: Any, place: str) -> bool:
    """Tell whether an error is about a value that was sent, and not about one that is missing."""
    key, *rest = place.split(".")
    if key != group.key or not rest:
        return False
    if group.is_repeating:
        number, field = int(rest[0]), rest[-1]
        return number < len(given) and _is_given(group, given[number], field)
    return _is_given(group, given, rest[0])


def _is_given(group: forms.GroupDef, row: Mapping[str, Any], field: str) -> bool:
    question = next(question for question in group.asked if question.key == field)
    return not forms.KINDS[question.kind].is_blank(row.get(field))


def _refused(fields: Mapping[str, list[Any]]) -> errors.ApiError:
    return errors.unprocessable(_("An answer can't be accepted."), code="invalid_answers", fields=fields)

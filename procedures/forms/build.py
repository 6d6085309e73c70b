"""Django forms made from the definition of a group."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.forms.answers import Answers, Known, Row, read_row
from procedures.forms.definition import FieldDef, GroupDef
from procedures.forms.kinds import KINDS, Context
from procedures.forms.units import Units


class AnswerField(forms.Field):
    """One question as a Django field; all it knows comes from its definition."""

    def __init__(self, definition: FieldDef, context: Context) -> None:
        self.definition = definition
        self.kind = KINDS[definition.kind]
        self._context = context
        super().__init__(
            label=definition.label,
            help_text=definition.help_text,
            required=definition.is_required,
            widget=self.kind.widget(definition, context.units),
        )
        self.error_messages["required"] = self.kind.missing(definition)
        if definition.is_watched:
            # Other questions depend on this one: the page may ask the server to draw the group again.
            self.widget.attrs["data-watched"] = "true"

    def clean(self, value: object) -> object:
        answer = self.kind.parse(value, self.definition, self._context)
        if answer is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return answer

    def prepare_value(self, value: object) -> object:
        return self.kind.to_input(value)

    def has_changed(self, initial: object, data: object) -> bool:
        return not self.kind.is_blank(data)


class GroupForm(forms.Form):
    """The visible questions of one group, or of one row of a repeating group."""

    def __init__(
        self, *args: Any, group: GroupDef, context: Context, known: Known | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.group = group
        fields = {field.key: AnswerField(field, context) for field in group.asked}
        source = self._typed(fields) if self.is_bound else dict(self.initial)
        self._read = read_row(group, source, known or Known(), context)
        for key, field in fields.items():
            if key in self._read.visible:
                self.fields[key] = field

    @property
    def answers(self) -> Row:
        """The valid answers."""
        return self._read.valid

    @property
    def draft(self) -> Row:
        """Every visible answer, as far as it goes: an unreadable one as it was typed, so that nothing is lost."""
        return self._read.draft

    def _typed(self, fields: dict[str, AnswerField]) -> dict[str, object]:
        return {
            key: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(key))
            for key, field in fields.items()
        }


class RowsForm(forms.BaseFormSet):
    """The rows of a repeating group; empty rows are dropped, and no more are read than the group allows."""

    group: GroupDef

    def initial_form_count(self) -> int:
        # Every row is an extra one, so that an emptied row counts as left out and not as wrong.
        return 0

    @property
    def answers(self) -> list[Row]:
        """The valid answers of the rows that were filled in and not removed."""
        return [form.answers for form in self._kept_forms() if form.answers]

    @property
    def draft(self) -> list[Row]:
        """The rows as far as they go."""
        return [form.draft for form in self._kept_forms() if form.draft]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove this row")

    def _kept_forms(self) -> list[GroupForm]:
        return [form for form in self.forms if not self._should_delete_form(form)]

    def _should_delete_form(self, form: forms.Form) -> bool:
        ticked = form.data.get(form.add_prefix("DELETE")) if form.is_bound else None
        return bool(ticked)


AnyForm = GroupForm | RowsForm


def form_for(
    group: GroupDef,
    *,
    on: date,
    answers: Answers | None = None,
    data: Mapping[str, Any] | None = None,
    rows: int | None = None,
    units: Units | None = None,
) -> AnyForm:
    """Return the form of a group.

    :param on: today, for limits of dates.
    :param answers: what is known so far; the other groups decide what is visible, this group fills in the form.
    :param data: what was posted; names are "group-field", in rows "group-0-field".
    :param rows: how many rows an unbound repeating group shows.
    """
    context = Context(on=on, units=units or Units())
    answers = answers or {}
    known = Known(answers, without=group.key)
    own = answers.get(group.key)
    if not group.is_repeating:
        initial = own if isinstance(own, dict) else {}
        return GroupForm(data, prefix=group.key, initial=initial, group=group, context=context, known=known)
    initial_rows = [row for row in own if isinstance(row, dict)] if isinstance(own, list) else []
    return _rows_form(group, data, initial_rows[: group.max_rows], rows, context, known)


def _rows_form(
    group: GroupDef,
    data: Mapping[str, Any] | None,
    initial: Sequence[Row],
    rows: int | None,
    context: Context,
    known: Known,
) -> RowsForm:
    shown = min(max(rows or 0, len(initial), group.min_rows, 1), group.max_rows)
    made: type[RowsForm] = forms.formset_factory(  # type: ignore[assignment]
        GroupForm,
        formset=RowsForm,
        # Django adds the least number of rows to the extra ones.
        extra=shown - group.min_rows,
        min_num=group.min_rows,
        max_num=group.max_rows,
        absolute_max=group.max_rows,
        validate_min=True,
        validate_max=True,
        can_delete=group.max_rows > 1,
    )
    form = made(
        data,
        prefix=group.key,
        initial=list(initial) if data is None else None,
        form_kwargs={"group": group, "context": context, "known": known},
        error_messages={"too_few_forms": _too_few(group), "missing_management_form": _("Please send the form again.")},
    )
    form.group = group
    return form


def _too_few(group: GroupDef) -> str:
    text = _("“%(title)s” needs at least %(count)s.") % {"title": group.title, "count": group.min_rows}
    # Django formats the message once more.
    return text.replace("%", "%%")

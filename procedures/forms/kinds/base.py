"""What every kind of field can do: read an answer, show it, and say which control takes it."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.forms import text
from procedures.forms.definition import FieldDef
from procedures.forms.units import Units


@dataclass(frozen=True)
class Context:
    """What reading an answer may need beside the field: today's date, and provinces with their communes."""

    on: date
    units: Units


class Kind:
    """A kind of field. Answers are plain JSON: text, whole numbers, true or false, lists, one object."""

    def parse(self, raw: object, field: FieldDef, context: Context) -> object:
        """Return the answer in its one spelling, or None when there is none.

        :raises ValidationError: with a message that tells the citizen what to do.
        """
        value = self.read(self.as_line(raw), field, context) if not self.is_blank(raw) else None
        return None if value == "" else value

    def read(self, line: str, field: FieldDef, context: Context) -> object:
        """Return the answer that a cleaned, non-empty line stands for."""
        raise NotImplementedError

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        """Return the answer as people read it."""
        return str(value)

    def to_input(self, value: object) -> object:
        """Return the answer as it stands in its control; what can't be read is returned as it is."""
        return value

    def is_blank(self, raw: object) -> bool:
        """Tell whether nothing was answered."""
        return raw is None or (isinstance(raw, str) and not text.clean_line(raw[: text.RAW_LENGTH]))

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        return forms.TextInput(attrs={"maxlength": text.LINE_LENGTH})

    def missing(self, field: FieldDef) -> str:
        """Return what to say when a required answer is missing."""
        return _("Please fill in “%(label)s”.") % {"label": field.label}

    def as_line(self, raw: object) -> str:
        """Return the raw answer as one clean line.

        :raises ValidationError: it is neither text nor a number, or far too long.
        """
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise ValidationError(_("This answer must be text."))
        line = str(raw)
        if len(line) > text.RAW_LENGTH:
            raise ValidationError(_("This answer is too long."))
        return text.clean_line(line)


def limit(field: FieldDef, name: str, default: int) -> int:
    """Return a whole-number limit of the field, or what holds when it sets none."""
    value = field.limits.get(name)
    return int(value) if isinstance(value, int | float) else default

"""One choice, several choices, and yes or no."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.forms import text
from procedures.forms.definition import FieldDef
from procedures.forms.kinds.base import Context, Kind, limit
from procedures.forms.units import Units

# Up to so many choices stand on the page as radio buttons; more go into a list.
MAX_RADIOS = 6


class Choice(Kind):
    """One value of a list."""

    def read(self, line: str, field: FieldDef, context: Context) -> str:
        if line not in dict(field.choices):
            raise ValidationError(_("Please choose one of the answers offered."))
        return line

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        return dict(field.choices).get(str(value), str(value))

    def missing(self, field: FieldDef) -> str:
        return _("Please choose an answer for “%(label)s”.") % {"label": field.label}

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        if len(field.choices) <= MAX_RADIOS:
            return forms.RadioSelect(choices=field.choices)
        return forms.Select(choices=[("", _("Please choose")), *field.choices])


class MultiChoice(Kind):
    """Several values of a list, in the list's order."""

    def parse(self, raw: object, field: FieldDef, context: Context) -> object:
        if self.is_blank(raw):
            return None
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            raise ValidationError(_("Please choose among the answers offered."))
        chosen = {text.clean_line(item[: text.LINE_LENGTH]) for item in raw if item}
        if chosen - set(dict(field.choices)):
            raise ValidationError(_("Please choose among the answers offered."))
        most = limit(field, "max_items", len(field.choices))
        if len(chosen) > most:
            raise ValidationError(
                ngettext("Please choose at most %(most)s answer.", "Please choose at most %(most)s answers.", most)
                % {"most": most}
            )
        return [value for value, _label in field.choices if value in chosen] or None

    def is_blank(self, raw: object) -> bool:
        return raw in (None, "", [])

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        labels = dict(field.choices)
        values = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(item), str(item)) for item in values)

    def missing(self, field: FieldDef) -> str:
        return _("Please choose at least one answer for “%(label)s”.") % {"label": field.label}

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        return forms.CheckboxSelectMultiple(choices=field.choices)


class YesNo(Kind):
    """Yes or no; a declaration that must be made (``must_be``) is one box to tick."""

    _words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "0": False}

    def parse(self, raw: object, field: FieldDef, context: Context) -> object:
        value = raw if isinstance(raw, bool) else None
        if value is None and not self.is_blank(raw):
            value = self._words.get(self.as_line(raw).lower())
            if value is None:
                raise ValidationError(_("Please answer yes or no."))
        # An unticked declaration is a missing answer, not a "no".
        return None if self._is_declaration(field) and not value else value

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        if value is True and self._is_declaration(field):
            return _("Declared")
        return _("Yes") if value is True else _("No") if value is False else str(value)

    def to_input(self, value: object) -> object:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    def missing(self, field: FieldDef) -> str:
        if self._is_declaration(field):
            return _("Please tick “%(label)s” to go on.") % {"label": field.label}
        return _("Please answer yes or no to “%(label)s”.") % {"label": field.label}

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        if self._is_declaration(field):
            return forms.CheckboxInput(attrs={"value": "yes"}, check_test=lambda value: value in (True, "yes", "on"))
        return forms.RadioSelect(choices=[("yes", _("Yes")), ("no", _("No"))])

    def _is_declaration(self, field: FieldDef) -> bool:
        return field.limits.get("must_be") is True

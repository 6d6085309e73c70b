"""Phone, e-mail, identity number and address: what is known of a person."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts import rules
from core import phones
from procedures.forms import text
from procedures.forms.definition import FieldDef
from procedures.forms.kinds.base import Context, Kind
from procedures.forms.units import Units
from procedures.forms.widgets import AddressInput

STREET_LENGTH = 200


class Phone(Kind):
    """A Vietnamese mobile number, kept as 84 and nine digits."""

    def read(self, line: str, field: FieldDef, context: Context) -> str:
        try:
            return phones.normalise_mobile(line)
        except phones.InvalidPhone:
            raise ValidationError(
                _("Please give a Vietnamese mobile number of 10 digits that begins with 0, such as 0901 234 567.")
            ) from None

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        return phones.display_mobile(str(value))

    def to_input(self, value: object) -> object:
        is_ours = isinstance(value, str) and len(value) == 11 and value.startswith("84") and value.isascii()
        return phones.display_mobile(str(value)) if is_ours else value

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        complete = "tel" if field.profile_key else "off"
        return forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "maxlength": 20, "autocomplete": complete})


class Email(Kind):
    """An e-mail address."""

    def read(self, line: str, field: FieldDef, context: Context) -> str:
        try:
            validate_email(line)
        except ValidationError:
            raise ValidationError(_("Please give an e-mail address such as ten@example.vn.")) from None
        if len(line) > 254:
            raise ValidationError(_("This answer is too long."))
        return line

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        complete = "email" if field.profile_key else "off"
        return forms.EmailInput(attrs={"maxlength": 254, "autocomplete": complete, "spellcheck": "false"})


class Identity(Kind):
    """A personal identity number of 12 digits."""

    def read(self, line: str, field: FieldDef, context: Context) -> str:
        try:
            return rules.validate_identity(line)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        return forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 20, "autocomplete": "off"})


class Address(Kind):
    """Province, commune and street: {"province": "75", "commune": "26041", "street": "12 Trần Phú"}."""

    def parse(self, raw: object, field: FieldDef, context: Context) -> object:
        if self.is_blank(raw):
            return None
        parts = self._parts(raw)
        problems = []
        if parts["province"] not in context.units.provinces():
            problems.append(_("Please choose the province."))
        else:
            communes = context.units.communes(parts["province"])
            if not communes:
                parts["commune"] = ""
                if not parts["street"]:
                    problems.append(_("Please write the commune and the street."))
            elif parts["commune"] not in communes:
                problems.append(_("Please choose the commune of that province."))
        if len(parts["street"]) > STREET_LENGTH:
            problems.append(_("The street may have at most %(most)s characters.") % {"most": STREET_LENGTH})
        if problems:
            raise ValidationError(problems)
        return {key: value for key, value in parts.items() if value}

    def _parts(self, raw: object) -> dict[str, str]:
        if not isinstance(raw, dict) or set(raw) - {"province", "commune", "street"}:
            raise ValidationError(_("An address has a province, a commune and a street."))
        parts = {}
        for key in ("province", "commune", "street"):
            part = raw.get(key) or ""
            if not isinstance(part, str) or len(part) > text.RAW_LENGTH:
                raise ValidationError(_("An address has a province, a commune and a street."))
            parts[key] = text.clean_line(part)
        return parts

    def is_blank(self, raw: object) -> bool:
        """Tell whether nothing was answered; a province alone may be our own proposal."""
        if isinstance(raw, dict):
            return not any(raw.get(key) for key in ("commune", "street"))
        return raw in (None, "")

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        if not isinstance(value, dict):
            return str(value)
        province, commune = str(value.get("province", "")), str(value.get("commune", ""))
        names = (
            value.get("street", ""),
            units.communes(province).get(commune, commune) if commune else "",
            units.provinces().get(province, province),
        )
        return ", ".join(str(name) for name in names if name)

    def missing(self, field: FieldDef) -> str:
        return _("Please give the address for “%(label)s”.") % {"label": field.label}

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        return AddressInput(units=units, is_own=bool(field.profile_key))

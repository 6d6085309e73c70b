"""Text, numbers, money and dates."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.forms import text
from procedures.forms.definition import FieldDef
from procedures.forms.kinds.base import Context, Kind, limit
from procedures.forms.units import Units

AUTOCOMPLETE = {
    "full_name": "name",
    "birth_on": "bday",
    "phone": "tel",
    "email": "email",
}

_GROUPED = re.compile(r"^-?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?\Z")
_PLAIN = re.compile(r"^-?[0-9]{1,15}(?:[.,][0-9]{1,6})?\Z")
_MONEY = re.compile(r"^(?:[0-9]{1,13}|[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,3}(?:,[0-9]{3}){1,4})\Z")
_MONEY_TAIL = re.compile(r"\s*(?:đồng|đ|vnđ|vnd)\.?\Z", re.IGNORECASE)
_DAY_FIRST = re.compile(r"^([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})\Z")
_ISO = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")

FIRST_YEAR, LAST_YEAR = 1900, 2100


class Text(Kind):
    """One line of text."""

    longest = text.LINE_LENGTH

    def read(self, line: str, field: FieldDef, context: Context) -> str:
        least, most = limit(field, "min_length", 0), limit(field, "max_length", self.longest)
        if len(line) > most:
            raise ValidationError(
                _("At most %(most)s characters, please; this has %(count)s.") % {"most": most, "count": len(line)}
            )
        if len(line) < least:
            raise ValidationError(
                ngettext("At least %(least)s character, please.", "At least %(least)s characters, please.", least)
                % {"least": least}
            )
        return line

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        attrs: dict[str, Any] = {"maxlength": limit(field, "max_length", self.longest)}
        if field.profile_key in AUTOCOMPLETE:
            attrs["autocomplete"] = AUTOCOMPLETE[field.profile_key]
        return forms.TextInput(attrs=attrs)


class LongText(Text):
    """Text of several lines."""

    longest = text.PAGE_LENGTH

    def as_line(self, raw: object) -> str:
        super().as_line(raw)
        return text.clean_page(str(raw))

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 5, "maxlength": limit(field, "max_length", self.longest)})


class Number(Kind):
    """A number; whole unless ``decimals`` is set. A comma is the decimal mark, dots part thousands."""

    def read(self, line: str, field: FieldDef, context: Context) -> int | str:
        number = self._number(line)
        decimals = limit(field, "decimals", 0)
        if number != round(number, decimals):
            if decimals:
                raise ValidationError(_("At most %(count)s digits after the comma, please.") % {"count": decimals})
            raise ValidationError(_("Please give a whole number, such as 12."))
        self._check_range(number, field)
        if number == int(number):
            return int(number)
        return format(number.normalize(), "f")

    def _number(self, line: str) -> Decimal:
        compact = line.replace(" ", "")
        if _GROUPED.match(compact):
            return Decimal(compact.replace(".", "").replace(",", "."))
        if _PLAIN.match(compact):
            return Decimal(compact.replace(",", "."))
        raise ValidationError(_("Please give a number in digits, such as 12 or 120,5."))

    def _check_range(self, number: Decimal, field: FieldDef) -> None:
        least, most = field.limits.get("min"), field.limits.get("max")
        if isinstance(least, int | float) and number < Decimal(str(least)):
            raise ValidationError(_("The number must be at least %(least)s.") % {"least": _spell(least)})
        if isinstance(most, int | float) and number > Decimal(str(most)):
            raise ValidationError(_("The number must be at most %(most)s.") % {"most": _spell(most)})

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        return _spell(value)

    def to_input(self, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and _PLAIN.match(value):
            return value.replace(".", ",")
        return value

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        mode = "decimal" if field.limits.get("decimals") else "numeric"
        return forms.TextInput(attrs={"inputmode": mode, "maxlength": 24, "autocomplete": "off"})


class Money(Number):
    """Whole đồng; typed as 1250000, 1.250.000 or 1.250.000 đ."""

    def read(self, line: str, field: FieldDef, context: Context) -> int:
        compact = _MONEY_TAIL.sub("", line).replace(" ", "")
        if not _MONEY.match(compact):
            raise ValidationError(_("Please give the amount in đồng, in digits, such as 1.250.000."))
        amount = int(re.sub(r"[.,]", "", compact))
        self._check_range(Decimal(amount), field)
        return amount

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        return f"{self.to_input(value)} đ"

    def to_input(self, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}".replace(",", ".")
        return value


class Day(Kind):
    """A date, typed day first, kept as ISO text."""

    def read(self, line: str, field: FieldDef, context: Context) -> str:
        day = self._day(line.replace(" ", ""))
        when = field.limits.get("when")
        if when == "past" and day > context.on:
            raise ValidationError(_("%(day)s is still to come; please check the date.") % {"day": _on(day)})
        if when == "future" and day < context.on:
            raise ValidationError(_("%(day)s has passed; please give a date from today on.") % {"day": _on(day)})
        ahead = field.limits.get("max_days_ahead")
        if isinstance(ahead, int) and day > context.on + timedelta(days=ahead):
            latest = context.on + timedelta(days=ahead)
            raise ValidationError(_("At the latest %(day)s, please.") % {"day": _on(latest)})
        return day.isoformat()

    def _day(self, line: str) -> date:
        if found := _DAY_FIRST.match(line):
            day, month, year = (int(part) for part in found.groups())
        elif found := _ISO.match(line):
            year, month, day = (int(part) for part in found.groups())
        else:
            raise ValidationError(_("Please give the date as day/month/year, such as 05/09/2026."))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError(
                _("The year must lie between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        try:
            return date(year, month, day)
        except ValueError:
            raise ValidationError(
                _("There is no day %(day)s in the calendar.") % {"day": f"{day:02}/{month:02}/{year}"}
            ) from None

    def show(self, value: object, field: FieldDef, units: Units) -> str:
        return str(self.to_input(value))

    def to_input(self, value: object) -> object:
        if isinstance(value, str) and (found := _ISO.match(value)):
            year, month, day = found.groups()
            return f"{day}/{month}/{year}"
        return value

    def widget(self, field: FieldDef, units: Units) -> forms.Widget:
        attrs = {"inputmode": "numeric", "maxlength": 12, "placeholder": _("dd/mm/yyyy")}
        attrs["autocomplete"] = AUTOCOMPLETE.get(field.profile_key, "off")
        return forms.TextInput(attrs=attrs)


def _on(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _spell(number: object) -> str:
    """Return a number with a decimal comma and no grouping, so that a year stays a year."""
    spelt = str(number)
    return (spelt[:-2] if spelt.endswith(".0") else spelt).replace(".", ",")

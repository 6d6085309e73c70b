"""Input that means what it says: no number for a text, no text for a number, and no field that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.errors import UNKNOWN_FIELD

_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", re.ASCII)
# Says in the schema what trimming does here.
_NOT_BLANK = r"\S"


# Their docstrings would stand in the schema beside every object, so these two have comments.


# What a request may hold; another name in it is an error, never ignored.
class Input(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name: [_("There is no such field.")] for name in unknown}, code=UNKNOWN_FIELD
                )
        found: dict[str, Any] = super().to_internal_value(data)
        return found


# What an answer holds; every field is named, none comes from a model by itself.
class Output(serializers.Serializer[Any]):
    pass


class Text(serializers.CharField):
    """A text, without outer blanks, and of more than blanks unless it may be empty."""

    default_error_messages = {"invalid": _("This must be a text.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not self.allow_blank:
            self.validators.append(RegexValidator(_NOT_BLANK))

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number; JSON does not tell 1 from 1.0, but "1" is a text."""

    default_error_messages = {"invalid": _("This must be a whole number.")}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is float and data.is_integer():
            return int(data)
        if type(data) is not int:
            self.fail("invalid")
        return data


class Word(serializers.ChoiceField):
    """One of a few words; the message does not repeat what was sent."""

    default_error_messages = {"invalid_choice": _("This is none of the words that are possible here.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day as YYYY-MM-DD."""

    default_error_messages = {"invalid": _("Write the day as YYYY-MM-DD, such as 2026-11-27.")}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.match(value):
            self.fail("invalid")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("invalid")

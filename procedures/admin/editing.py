"""Forms of the administration for what the database keeps as JSON: choices, limits, conditions, words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from accounts.enums import AgencyLevel
from procedures import schema
from procedures.admin import plain
from procedures.enums import LifeEvent
from procedures.models import FormField, FormGroup, Procedure, ProcedureVersion, RequiredPaper
from procedures.rules import PROFILE_KEYS

CONDITION_HELP = _(
    "Empty: always. Otherwise one comparison a line, such as “request.purpose = marriage”; also !=, > and <. "
    "“request.housing = rent, stay” means one of them, “child.circumstances has surrogacy” is for several choices, "
    "yes and no for a yes-or-no question. All lines must hold; begin the further ones with “or” where one is enough. "
    "Only questions that stand before this one can be named."
)
LIMITS_HELP = _(
    "One a line. Text: min_length = 2, max_length = 150. Number: min = 1, max = 20, decimals = 2. "
    "Date: when = past, or when = future and max_days_ahead = 60. Yes or no: must_be = yes for a declaration."
)

PROFILE_LABELS = {
    "full_name": _("full name"),
    "identity_number": _("identity number"),
    "birth_on": _("date of birth"),
    "gender": _("gender"),
    "phone": _("mobile number"),
    "email": _("e-mail"),
    "address": _("address"),
}
PROFILE_CHOICES = [("", "–"), *((key, PROFILE_LABELS[key]) for key in PROFILE_KEYS)]


class JsonField(forms.JSONField):
    """JSON in a text area, readable and with Vietnamese letters as they are."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 2, "spellcheck": "false"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        if value in (None, {}, []) or isinstance(value, str):
            return value or ""
        return json.dumps(value, ensure_ascii=False)


class LimitsField(JsonField):
    """Limits typed as lines "name = value"; JSON is understood, too."""

    def prepare_value(self, value: Any) -> Any:
        return plain.told_limits(value) if isinstance(value, dict) else super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        return _read(plain.read_limits, value, super().to_python)


class ConditionField(JsonField):
    """A condition typed as comparisons, one a line; JSON is understood, and shown where lines can't say it."""

    def prepare_value(self, value: Any) -> Any:
        told = plain.told(value) if isinstance(value, dict) and len(value) == 1 else None
        return told or super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        return _read(plain.read, value, super().to_python)

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Shown when"))
        options.setdefault("help_text", CONDITION_HELP)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Return the condition, or None.

        :raises ValidationError: it is no condition of ours.
        """
        condition = super().clean(value) or None
        for path, problem in schema.condition_problems(condition):
            raise ValidationError(f"{path}: {problem}" if path else problem)
        return condition


def _read(read: Callable[[str], Any], value: Any, read_json: Callable[[Any], Any]) -> Any:
    """Return what lines tell, or what JSON does.

    :raises ValidationError: with the line that is not understood.
    """
    if not isinstance(value, str) or not value.strip() or value.lstrip().startswith("{"):
        return read_json(value)
    try:
        return read(value)
    except plain.Unclear as unclear:
        raise ValidationError(_("This line is not understood: %(line)s"), params={"line": unclear}) from unclear


class LinesField(forms.CharField):
    """A list of words, one per line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 4}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(item) for item in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]


class ChoicesField(LinesField):
    """Choices as lines "value | label"."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{key} | {label}" for key, label in value)
        return value

    def clean(self, value: Any) -> Any:
        """Return pairs.

        :raises ValidationError: a line has no value or no label.
        """
        pairs = [[part.strip() for part in line.partition("|")[::2]] for line in super().clean(value)]
        if any(not all(pair) for pair in pairs):
            raise ValidationError(_("One choice per line, please, as “value | label”."))
        for _path, problem in schema.problems(pairs, schema.CHOICES):
            raise ValidationError(problem)
        return pairs


class ResultsField(LinesField):
    """Results as lines "name | code"; the code may be missing."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(" | ".join(filter(None, (row["name"], row.get("code")))) for row in value)
        return value

    def clean(self, value: Any) -> Any:
        pairs = [[part.strip() for part in line.partition("|")[::2]] for line in super().clean(value)]
        return [{"name": name, **({"code": code} if code else {})} for name, code in pairs]


class KeyedForm(forms.ModelForm):
    """Checks the key by the rule that publishing will apply."""

    def clean_key(self) -> str:
        """Return the key.

        :raises ValidationError: publishing would refuse it.
        """
        key: str = self.cleaned_data["key"]
        if list(schema.problems(key, schema.KEY_TEXT)):
            raise ValidationError(_("Small letters, digits and single underscores, beginning with a letter."))
        return key


class FormFieldForm(KeyedForm):
    choices = ChoicesField(label=_("Choices"), help_text=_("One per line, as “value | label”."))
    limits = LimitsField(label=_("Limits"), help_text=LIMITS_HELP)
    condition = ConditionField()
    profile_key = forms.ChoiceField(
        label=_("Filled in from the profile"), choices=PROFILE_CHOICES, required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = FormField
        fields = (
            "label",
            "key",
            "kind",
            "is_required",
            "help_text",
            "choices",
            "limits",
            "condition",
            "profile_key",
            "position",
        )

    def clean(self) -> dict[str, Any]:
        """Return the values.

        :raises ValidationError: the limits do not fit the kind.
        """
        values = super().clean() or {}
        limits = values.get("limits") or {}
        for path, problem in schema.limit_problems(values.get("kind", ""), limits):
            self.add_error("limits", f"{path}: {problem}" if path else problem)
        values["limits"] = limits
        return values


class FormGroupForm(KeyedForm):
    condition = ConditionField()

    class Meta:
        model = FormGroup
        fields = ("title", "key", "help_text", "is_repeating", "min_rows", "max_rows", "condition", "position")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "help_text" in self.fields:
            self.fields["help_text"].widget.attrs["rows"] = 2


class RequiredPaperForm(KeyedForm):
    condition = ConditionField(label=_("Asked for when"))

    class Meta:
        model = RequiredPaper
        fields = ("name", "key", "quantity", "is_required", "is_looked_up", "condition", "position")


class VersionForm(forms.ModelForm):
    results = ResultsField(label=_("Results"), help_text=_("One per line, as “name | code”."))

    class Meta:
        model = ProcedureVersion
        fields = "__all__"  # noqa: DJ007

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("how", "where", "legal_basis"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 3


class ProcedureForm(forms.ModelForm):
    levels = forms.MultipleChoiceField(
        label=_("Agency levels"), choices=AgencyLevel.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    life_events = forms.MultipleChoiceField(
        label=_("Life events"),
        choices=LifeEvent.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    keywords = LinesField(
        label=_("Everyday words"), help_text=_("What people call it, one per line; search finds these too.")
    )

    class Meta:
        model = Procedure
        fields = ("code", "name", "sector", "levels", "life_events", "keywords", "is_active")


def as_typed(form: type[forms.ModelForm], row: Model, name: str) -> SafeString:
    """Show a value for reading the way its form would show it for typing."""
    text = form.base_fields[name].prepare_value(getattr(row, name))
    return linebreaksbr(text or "–")

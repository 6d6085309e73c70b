"""What a citizen enters about a filed dossier: a message, a wish to withdraw, what was asked for, a public question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, SupplementItem
from procedures import forms as eforms
from procedures.forms import build, text
from procedures.forms.kinds import Context

MESSAGE_LENGTH = 2000
_REASON_LENGTH = 500


class MessageForm(forms.Form):
    """A message to the officers who hold the dossier."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=MESSAGE_LENGTH,
        help_text=_("At most 2,000 characters. An answer appears on this page."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MESSAGE_LENGTH, "autocomplete": "off"}),
        error_messages={
            "required": _("Please write what you want to ask or tell."),
            "max_length": _("Please write at most 2,000 characters; this has %(show_value)d."),
        },
    )

    def clean_text(self) -> str:
        clean = text.clean_page(self.cleaned_data["text"])
        if not clean:
            raise ValidationError(_("Please write what you want to ask or tell."))
        return clean


class WithdrawForm(forms.Form):
    """The version on the citizen's screen goes along, so that nobody withdraws what has changed meanwhile."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        required=False,
        max_length=_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": _REASON_LENGTH, "autocomplete": "off"}),
    )

    def clean_reason(self) -> str:
        return text.clean_page(self.cleaned_data["reason"])


class LookupForm(forms.Form):
    """Code and second factor; whether such a dossier exists is no matter of the form."""

    code = forms.CharField(
        label=_("Dossier code"),
        max_length=60,
        help_text=_("It stands on the receipt and in each message, for example H19.26-261123-0001."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 60}
        ),
        error_messages={
            "required": _("Please type the code of the dossier."),
            "max_length": _("A code is much shorter. Please compare it with the receipt."),
        },
    )
    factor = forms.CharField(
        label=_("Last 4 digits of the applicant's mobile number or identity number"),
        help_text=_("So that nobody else can follow your dossier."),
        max_length=20,
        validators=[RegexValidator(r"^[0-9]{4}\Z", _("Please type 4 digits."))],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": 4, "class": "govuk-input--width-5"}
        ),
        error_messages={
            "required": _("Please type 4 digits."),
            "max_length": _("Please type 4 digits."),
        },
    )


@dataclass(frozen=True)
class AskedField:
    """An item with the name of its control."""

    item: SupplementItem
    name: str


class SupplyForm(forms.Form):
    """The single questions of an open supplement request, each as the e-form defines it."""

    def __init__(self, *args: Any, dossier: Dossier, items: Iterable[SupplementItem], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [AskedField(item, f"item-{item.pk}") for item in items]
        context = Context(on=on, units=eforms.Units())
        definition = eforms.definition_of(dossier.terms)
        for asked in self.asked:
            self.fields[asked.name] = _control(definition, asked.item, context)
            kept = asked.item.answer
            self.initial[asked.name] = _present(dossier.data, asked.item.key) if kept is None else kept

    def typed(self) -> dict[int, Any]:
        """Return each answer by item: the valid one, or as it was typed, so that nothing is lost.

        An emptied control counts as an empty answer, not as one that was never touched.
        """
        self.full_clean()
        return {asked.item.pk: self._typed(asked.name) for asked in self.asked}

    def _typed(self, name: str) -> Any:
        answer = self.cleaned_data[name] if name in self.cleaned_data else text.clean_raw(self[name].data)
        return "" if answer is None else answer


def _control(definition: eforms.FormDef, item: SupplementItem, context: Context) -> forms.Field:
    question = _question(definition, item.key)
    if question is None:
        return forms.CharField(label=item.label, max_length=text.LINE_LENGTH)
    control = build.AnswerField(question, context)
    control.label, control.required = item.label, True
    # Nothing else on this page depends on the answer.
    control.widget.attrs.pop("data-watched", None)
    return control


def _question(definition: eforms.FormDef, key: str) -> eforms.FieldDef | None:
    """Find the question that ``group.field``, or ``group.0.field`` in a row, names."""
    group_key, *_row, field_key = key.split(".")
    group = definition.group(group_key)
    return next((question for question in group.asked if question.key == field_key), None) if group else None


def _present(data: Any, key: str) -> Any:
    """Return what stands in the answers at that place now."""
    for part in key.split("."):
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        elif isinstance(data, dict):
            data = data.get(part)
        else:
            return None
    return data

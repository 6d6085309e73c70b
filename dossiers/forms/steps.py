"""What an officer enters for each step; a form's fields are the arguments of the service call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Agency, User
from core import calendars, clock
from core.clock import WorkingTime
from dossiers.models import Dossier, Obligation

TEXT_LENGTH = 2000
_MOST_VND = 10**12
_SIGNS_OF_MONEY = str.maketrans("", "", " .,\u00a0đĐ")


@dataclass(frozen=True)
class Moment:
    """Who looks at which dossier, and when."""

    dossier: Dossier
    user: User
    at: datetime

    @cached_property
    def working(self) -> WorkingTime:
        return calendars.for_agency(self.dossier.agency)


class StepForm(forms.Form):
    """The version on the officer's screen goes along with every step."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    # A change of this field alone asks for the form again, without taking the step.
    reloads_on = ""

    def __init__(self, *args: Any, moment: Moment, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": moment.dossier.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.moment = moment
        for name, field in self.fields.items():
            if isinstance(field, ClosingHourField):
                field.working = moment.working
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 3)
            if name != "version":
                field.widget.attrs.setdefault("autocomplete", "off")

    def arguments(self) -> dict[str, Any]:
        """Return what the service call takes besides dossier, actor, moment and version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ClosingHourField(forms.DateField):
    """A day typed as dd/mm/yyyy; its value is the moment at which the unit closes on that day."""

    widget = forms.DateInput(format="%d/%m/%Y")
    working: WorkingTime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
            error_messages={"invalid": _("Write the day as dd/mm/yyyy, such as 27/11/2026.")},
            **kwargs,
        )

    def clean(self, value: Any) -> datetime | None:
        on: date | None = super().clean(value)
        if on is None:
            return None
        if not 2000 <= on.year <= 2100:
            raise forms.ValidationError(_("Write the year with four digits, such as 2026."))
        return self.working.end_of_day(datetime.combine(on, time(12), clock.ZONE))


class AmountField(forms.IntegerField):
    """Whole dong, typed with or without dots."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"})
    default_error_messages = {"invalid": _("Write the amount in figures, in whole dong, such as 1.250.000.")}

    def to_python(self, value: Any) -> int | None:
        return super().to_python(str(value).translate(_SIGNS_OF_MONEY) if value else value)


def _text(label: Any, *, required: bool = True, hint: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class NoteForm(StepForm):
    note = _text(_("Note for colleagues"), required=False)


class ReasonForm(StepForm):
    reason = _text(_("Reason"), hint=_("The citizen will read it. Say what to do, and where to ask."))


class UndoForm(StepForm):
    reason = _text(_("Why is it taken back?"), required=False)


class _OfficerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name()


def processors_of(unit: Agency | int | None) -> QuerySet[User]:
    """Return the officers who process dossiers in a unit."""
    if unit is None:
        return User.objects.none()
    found = User.objects.filter(is_active=True, assignments__agency=unit, assignments__role=Role.PROCESS)
    return found.order_by("full_name", "id")


class AssignForm(StepForm):
    assignee = _OfficerField(label=_("Officer"), queryset=User.objects.none(), empty_label=_("Choose an officer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dossier = self.moment.dossier
        self.fields["assignee"].queryset = processors_of(dossier.unit_id)  # type: ignore[attr-defined]
        self.initial.setdefault("assignee", dossier.assignee_id)


class StartForm(StepForm):
    reloads_on = "unit"

    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Agency.objects.filter(is_active=True).order_by("level", "name"), empty_label=None
    )
    assignee = _OfficerField(
        label=_("Officer"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Leave it to the unit"),
    )
    note = _text(_("Note for colleagues"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("unit", self.moment.dossier.unit_id or self.moment.dossier.agency_id)
        chosen = str(self["unit"].value() or "")
        unit = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
        self.fields["assignee"].queryset = processors_of(unit)  # type: ignore[attr-defined]


class ForwardForm(StartForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"unit": None} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        units = self.fields["unit"]
        units.queryset = units.queryset.exclude(pk=self.moment.dossier.unit_id)  # type: ignore[attr-defined]
        units.empty_label = _("Choose a unit")  # type: ignore[attr-defined]


class ObligationForm(StepForm):
    what = forms.CharField(label=_("What is to be paid"), max_length=200, help_text=_("The citizen will read it."))
    amount_vnd = AmountField(label=_("Amount in dong"), min_value=1, max_value=_MOST_VND)
    due_at = ClosingHourField(
        label=_("To be paid by"), required=False, help_text=_("Left empty, the procedure's own time applies.")
    )


class SettleForm(StepForm):
    amount_vnd = AmountField(label=_("Amount received, in dong"), min_value=1, max_value=_MOST_VND)
    receipt_number = forms.CharField(label=_("Receipt number"), max_length=60)
    payer = forms.CharField(label=_("Paid by"), max_length=250, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dossier = self.moment.dossier
        open_one = Obligation.objects.filter(
            dossier=dossier, settled_at__isnull=True, cancelled_at__isnull=True
        ).first()
        self.initial.setdefault("payer", dossier.applicant_name)
        if open_one is not None:
            self.fields["amount_vnd"].help_text = _("Asked for: %(what)s.") % {"what": open_one.what}
            self.initial.setdefault("amount_vnd", f"{open_one.amount_vnd:,}".replace(",", "."))


class ResultForm(StepForm):
    result = _text(_("Result"), hint=_("Number and day of the paper, and what it says."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("result", self.moment.dossier.result_note)


class ReturnForm(StepForm):
    note = _text(_("Who received it, and on which paper of identity"), required=False, rows=2)


class ExtensionForm(ReasonForm):
    new_due_at = ClosingHourField(label=_("New day"))


class ExtendForm(StepForm):
    letter_number = forms.CharField(
        label=_("Number of the apology letter"), max_length=60, help_text=_("Form 04 of TT 03/2025/TT-VPCP.")
    )


class CommitDateForm(ReasonForm):
    new_due_at = ClosingHourField(label=_("New day of the result"))


class ApologyForm(StepForm):
    words = _text(
        _("Apology in your own words"),
        hint=_("Say what went wrong and what you do about it. It goes to the citizen as you write it."),
        rows=5,
    )


class TextForm(StepForm):
    text = _text(_("Message to the citizen"))


class InternalNoteForm(StepForm):
    text = _text(_("Internal note"), hint=_("Only officers see it."))

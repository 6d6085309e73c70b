"""The citizen's profile, and the people who act for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.enums import Gender
from accounts.forms.sign_in import MobileField
from accounts.models import Commune, Province
from accounts.services import ProfileData

_DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
_OLDEST = date(1900, 1, 1)


class DayField(forms.DateField):
    """A day typed as dd/mm/yyyy."""

    default_error_messages = {"invalid": _("Please type the day as day/month/year, for example 05/09/1990.")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": _("dd/mm/yyyy"), "autocomplete": "off"})
        super().__init__(input_formats=_DAY_FORMATS, widget=widget, **kwargs)


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        help_text=_("As it stands on your identity card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please type your full name.")},
    )
    identity_number = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=30,
        help_text=_("12 digits, on the front of the card."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )
    birth_on = DayField(label=_("Date of birth"), required=False)
    gender = forms.ChoiceField(
        label=_("Gender"), required=False, choices=[("", _("Not given")), *Gender.choices], widget=forms.RadioSelect
    )
    province = forms.ChoiceField(
        label=_("Province or city"),
        required=False,
        widget=forms.Select(attrs={"hx-get": reverse_lazy("communes"), "hx-target": "#id_commune"}),
    )
    commune = forms.ChoiceField(label=_("Commune or ward"), required=False)
    street = forms.CharField(
        label=_("House number, street, hamlet"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    language = forms.ChoiceField(label=_("Language of pages and messages"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = list(Province.objects.values_list("code", "name"))
        self._choices("province").choices = [("", _("Choose a province")), *provinces]
        self._choices("commune").choices = _commune_choices(str(self["province"].value() or ""))

    def clean_full_name(self) -> str:
        name = rules.clean_line(self.cleaned_data["full_name"])
        if not name:
            raise forms.ValidationError(self.fields["full_name"].error_messages["required"], code="required")
        return name

    def clean_street(self) -> str:
        return rules.clean_line(self.cleaned_data["street"])

    def clean_identity_number(self) -> str | None:
        typed = self.cleaned_data["identity_number"]
        if not typed:
            return None
        try:
            return rules.validate_identity(typed)
        except rules.IdentityError as error:
            raise forms.ValidationError(str(error), code="identity") from error

    def clean_birth_on(self) -> date | None:
        birth_on: date | None = self.cleaned_data["birth_on"]
        if birth_on is not None and not _OLDEST <= birth_on <= timezone.localdate():
            raise forms.ValidationError(_("The date of birth lies between 01/01/1900 and today."), code="range")
        return birth_on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_listed = len(self._choices("commune").choices) > 1  # type: ignore[arg-type]
        if data.get("province") and is_listed and not data.get("commune") and "commune" not in self.errors:
            self.add_error("commune", _("Please choose the commune or ward as well."))
        return data

    def data_to_save(self) -> ProfileData:
        """Return the cleaned values in the shape that the service takes."""
        data = self.cleaned_data
        return ProfileData(
            full_name=data["full_name"],
            email=data["email"],
            language=data["language"],
            identity_number=data["identity_number"],
            birth_on=data["birth_on"],
            gender=data["gender"],
            province=Province.objects.filter(code=data["province"]).first(),
            commune=Commune.objects.filter(code=data["commune"]).first(),
            street=data["street"],
        )

    def doubts(self) -> list[str]:
        """Return what the citizen should look at again although it was saved."""
        data = self.cleaned_data
        if not data["identity_number"]:
            return []
        return rules.identity_doubts(data["identity_number"], birth_on=data["birth_on"], gender=data["gender"])

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field


def _commune_choices(province_code: str) -> list[tuple[str, Any]]:
    """Return the communes of a province for a select, under a line that says what to do without them."""
    is_code = province_code.isascii() and province_code.isdigit()
    rows = Commune.objects.filter(province_id=province_code) if is_code else Commune.objects.none()
    communes = list(rows.values_list("code", "name"))
    return [("", _("Choose a commune or ward") if communes else _("Write the commune beside the street")), *communes]


class MemberForm(forms.Form):
    phone = MobileField(
        label=_("Mobile number of the person"), error_messages={"required": _("Please type a mobile number.")}
    )


class PhoneForm(forms.Form):
    """The new number; the present one is no change."""

    phone = MobileField(
        label=_("New mobile number"),
        help_text=_("We send a code of 6 digits to it."),
        error_messages={"required": _("Please type your new mobile number.")},
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone == self.present:
            raise forms.ValidationError(_("This is your number already."))
        return phone


class MandateForm(forms.Form):
    phone = MobileField(
        label=_("Mobile number of the person who helps you"),
        error_messages={"required": _("Please type a mobile number.")},
    )
    until = DayField(
        label=_("Until"),
        help_text=_("The last day on which this person may act for you. You can end it at any time."),
        error_messages={"required": _("Please type the last day.")},
        initial=lambda: timezone.localdate() + timedelta(days=30),
    )

"""What the citizen, or the counter in their place, fills in around the e-form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import rules
from accounts.forms.sign_in import MobileField
from dossiers.enums import ReturnMethod

if TYPE_CHECKING:
    from accounts.models import Agency, EnterpriseMember, Mandate

SELF = "self"
_NAME_LENGTH = 250
_ADDRESS_LENGTH = 400


class AgencyField(forms.ModelChoiceField):
    """One of the agencies that receive the procedure."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Choose the agency that receives the dossier."), **kwargs.pop("error_messages", {})}
        messages["invalid_choice"] = _("This agency does not receive the procedure. Choose one of the list.")
        super().__init__(
            queryset=None,
            label=_("Agency that receives the dossier"),
            empty_label=_("Choose an agency"),
            error_messages=messages,
            **kwargs,
        )


class AgencyForm(forms.Form):
    """Where the dossier goes."""

    agency = AgencyField()

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.narrow(agencies)

    def narrow(self, agencies: Any) -> None:
        """Offer only these agencies."""
        field = self.fields["agency"]
        assert isinstance(field, AgencyField)
        field.queryset = agencies


class StartForm(AgencyForm):
    """For whom, and where."""

    whom = forms.ChoiceField(
        label=_("For whom do you file?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose for whom you file.")},
    )
    field_order = ("whom", "agency")

    def __init__(
        self, *args: Any, memberships: Iterable[EnterpriseMember], mandates: Iterable[Mandate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._enterprises = {f"enterprise:{row.enterprise_id}": row.enterprise for row in memberships}
        self._people = {f"person:{row.grantor_id}": row.grantor for row in mandates}
        field = self.fields["whom"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (SELF, _("For myself")),
            *((key, enterprise.name) for key, enterprise in self._enterprises.items()),
            *((key, person.get_full_name()) for key, person in self._people.items()),
        ]
        if len(field.choices) == 1:
            # Nobody else to file for: a question with one answer is none.
            del self.fields["whom"]

    def arguments(self) -> dict[str, Any]:
        """Return what the service takes."""
        whom = self.cleaned_data.get("whom", SELF)
        agency: Agency = self.cleaned_data["agency"]
        return {"agency": agency, "enterprise": self._enterprises.get(whom), "owner": self._people.get(whom)}


class ApplicantForm(forms.Form):
    """Who stands at the counter."""

    applicant_name = forms.CharField(
        label=_("Full name"),
        max_length=_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the applicant's name.")},
    )
    applicant_phone = MobileField(
        label=_("Mobile number"),
        help_text=_("Word of every step goes to this number."),
        error_messages={"required": _("Enter a mobile number, so that we can send word of each step.")},
    )
    applicant_identity = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=30,
        help_text=_("12 digits, on the front of the card."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_applicant_name(self) -> str:
        return _line(self, "applicant_name")

    def clean_applicant_identity(self) -> str:
        typed = self.cleaned_data["applicant_identity"]
        try:
            return rules.validate_identity(typed) if typed else ""
        except rules.IdentityError as error:
            raise forms.ValidationError(str(error), code="identity") from error


class DeliveryForm(forms.Form):
    """How the result comes back, and where word of each step goes."""

    applicant_name = forms.CharField(
        label=_("Full name of the applicant"),
        max_length=_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter the applicant's name.")},
    )
    applicant_phone = MobileField(
        label=_("Mobile number for messages"),
        help_text=_("Word of every step goes to this number."),
        error_messages={"required": _("Enter a mobile number, so that we can send word of each step.")},
    )
    return_method = forms.ChoiceField(
        label=_("How do you want to receive the result?"), choices=ReturnMethod, widget=forms.RadioSelect
    )
    return_address = forms.CharField(
        label=_("Address for the post"),
        required=False,
        max_length=_ADDRESS_LENGTH,
        help_text=_("Only when the result comes by post: house number, street, commune, province."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address", "maxlength": _ADDRESS_LENGTH}),
    )

    def __init__(self, *args: Any, fixed: Iterable[str] = (), **kwargs: Any) -> None:
        """Leave out what is ``fixed``: the name of an enterprise, the phone of somebody who gave a mandate."""
        super().__init__(*args, **kwargs)
        for name in fixed:
            del self.fields[name]

    def clean_applicant_name(self) -> str:
        return _line(self, "applicant_name")

    def clean_return_address(self) -> str:
        return rules.clean_line(self.cleaned_data["return_address"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_post = data.get("return_method") == ReturnMethod.POST
        if is_post and not data.get("return_address") and "return_address" not in self.errors:
            self.add_error("return_address", _("Enter the address to which the post brings the result."))
        return data


class DeclarationForm(forms.Form):
    """The last word before a dossier is submitted."""

    declared = forms.BooleanField(
        label=_("I declare that everything stated here is true, and I answer for it before the law."),
        error_messages={"required": _("Tick the declaration to submit the dossier.")},
    )


def _line(form: forms.Form, name: str) -> str:
    """Return a name as one clean line.

    :raises forms.ValidationError: nothing that can be read is left of it.
    """
    line = rules.clean_line(form.cleaned_data[name])
    if not line:
        raise forms.ValidationError(form.fields[name].error_messages["required"], code="required")
    return line

"""Forms of coming in: phone, one-time code, password, second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import MAX_PASSWORD_LENGTH, normalise_password
from core.phones import InvalidPhone, normalise_mobile

_DIGITS = {"inputmode": "numeric", "spellcheck": "false"}


class MobileField(forms.CharField):
    """A Vietnamese mobile number, returned as 84xxxxxxxxx."""

    default_error_messages = {
        "invalid": _("A Vietnamese mobile number has 10 digits and begins with 03, 05, 07, 08 or 09."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "tel"}
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"type": "tel", **attrs}), **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the normalised number.

        :raises ValidationError: it is no Vietnamese mobile number.
        """
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return normalise_mobile(text)
        except InvalidPhone as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class SignInForm(forms.Form):
    phone = MobileField(
        label=_("Mobile number"),
        help_text=_("We send a code of 6 digits to it. No registration is needed."),
        error_messages={"required": _("Please type your mobile number.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of 6 digits"),
        max_length=20,
        widget=forms.TextInput(attrs={**_DIGITS, "autocomplete": "one-time-code", "class": "govuk-input--width-10"}),
        error_messages={"required": _("Please type the code from the message.")},
    )


class PasswordSignInForm(forms.Form):
    name = forms.CharField(
        label=_("Mobile number or sign-in name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Please type your mobile number or sign-in name.")},
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your password.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class StaffSignInForm(PasswordSignInForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Sign-in name")


class SecondFactorForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the authenticator app"),
        help_text=_("6 digits. Without your phone, type one of your recovery codes (8 digits)."),
        max_length=20,
        widget=forms.TextInput(attrs={**_DIGITS, "autocomplete": "one-time-code", "class": "govuk-input--width-10"}),
        error_messages={"required": _("Please type the code from your authenticator app.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class EnrolForm(SecondFactorForm):
    """The first code; there are no recovery codes yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = ""


class ConfirmPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your password.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class NewPasswordForm(forms.Form):
    """A new password, asking for the present one where there is one to ask for."""

    current = forms.CharField(
        label=_("Present password"),
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Please type your present password.")},
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 8 characters. Several words in a row are easy to keep and hard to guess."),
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please type a new password.")},
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=MAX_PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please type the new password once more.")},
    )

    def __init__(self, *args: Any, user: User, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not asks_current:
            del self.fields["current"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(normalise_password(password) or "", self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, again = data.get("password"), data.get("again")
        if password and again and normalise_password(password) != normalise_password(again):
            self.add_error("again", _("The two new passwords differ. Please type the same one twice."))
        return data

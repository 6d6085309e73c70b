"""Passwords must be short enough to be hashed without becoming a lever against the server."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.rules import MAX_PASSWORD_LENGTH


class MaximumLengthValidator:
    def validate(self, password: str, user: object = None) -> None:
        """:raises ValidationError: the password is longer than the cap."""
        if len(password) > MAX_PASSWORD_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("A password has at most %(count)d characters.") % {"count": MAX_PASSWORD_LENGTH}

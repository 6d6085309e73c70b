"""What must be right about messages before the site starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from notifications import links, registry, wording
from notifications.enums import Kind


def register() -> None:
    checks.register(check_short_links, "messages")
    checks.register(check_providers, "messages")


def check_short_links(**kwargs: Any) -> list[checks.CheckMessage]:
    """A link that is too long would make two parts, and cost, of every SMS."""
    if links.token_length() >= links.MIN_TOKEN:
        return []
    longest = wording.LINK_LENGTH - links.MIN_TOKEN - 1
    hint = f"SHORT_LINK_BASE is {settings.SHORT_LINK_BASE!r}; it may have {longest} characters."
    return [checks.Error("The short address in messages is too long.", hint=hint, id="notifications.E001")]


def check_providers(**kwargs: Any) -> list[checks.CheckMessage]:
    """A provider that nobody wrote would be found out by the first message."""
    found: list[checks.CheckMessage] = []
    for kind in Kind:
        try:
            registry.in_use(kind)
        except ImproperlyConfigured as error:
            found.append(checks.Error(str(error), id="notifications.E002"))
    return found

"""Which providers there are, and which one a province uses for a kind of message."""

from __future__ import annotations

import importlib
import pkgutil

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications import channels
from notifications.channels.base import Channel
from notifications.enums import Kind

_channels: dict[tuple[Kind, str], type[Channel]] = {}


def register(channel: type[Channel]) -> type[Channel]:
    """Add a provider; the decorator of its class.

    :raises ImproperlyConfigured: its name is taken.
    """
    key = (channel.kind, channel.name)
    if _channels.setdefault(key, channel) is not channel:
        raise ImproperlyConfigured(f"Two channels are called {channel.name}.")
    return channel


def load() -> None:
    """Import every file of ``notifications.channels``, so that a new provider is one file."""
    for module in pkgutil.iter_modules(channels.__path__):
        importlib.import_module(f"{channels.__name__}.{module.name}")


def in_use(kind: Kind) -> Channel:
    """Return the provider that the settings name for a kind.

    :raises ImproperlyConfigured: there is no such provider.
    """
    name = settings.ZNS_PROVIDER if kind is Kind.ZNS else settings.SMS_PROVIDER
    try:
        return _channels[kind, name]()
    except KeyError as error:
        raise ImproperlyConfigured(f"There is no {kind} channel called {name!r}.") from error


def by_webhook(webhook: str) -> Channel | None:
    """Return the provider that calls us back at an address."""
    for channel in _channels.values():
        if channel.webhook and channel.webhook == webhook:
            return channel()
    return None


def pulled() -> list[Channel]:
    """Return the providers in use whose reports are asked for."""
    return [channel for channel in map(in_use, Kind) if channel.pulls]


def kind_of(name: str) -> Kind | str:
    """Return what a provider carries; empty when it carries more than one kind."""
    kinds = [kind for kind, known in _channels if known == name]
    return kinds[0] if len(kinds) == 1 else ""

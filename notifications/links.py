"""Short addresses: a random token that fits, with the site's name, into the room a message has for it."""

from __future__ import annotations

import secrets

from django.conf import settings

from notifications import wording

# Without characters that are taken for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
MIN_TOKEN, MAX_TOKEN = 4, 8


def token_length() -> int:
    """Return how many characters are left beside the site's name; more of them are harder to guess."""
    return min(MAX_TOKEN, wording.LINK_LENGTH - len(settings.SHORT_LINK_BASE) - 1)


def new_token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(token_length()))


def home() -> str:
    """Return the site's own address, for a message that is about no dossier."""
    return settings.SHORT_LINK_BASE.partition("/")[0]


def address(token: str) -> str:
    """Return what stands in the message, without a scheme: phones make a link of it."""
    return f"{settings.SHORT_LINK_BASE}/{token}"

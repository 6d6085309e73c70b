"""Browsers a person signed in from before: strangers' failures never count against those."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_SALT = "accounts.device"
_MAX_AGE = 180 * 24 * 3600  # seconds
# A counter's computer is shared; older names make room.
_MAX_PEOPLE = 8


@dataclass(frozen=True)
class Device:
    """A browser's own random name, and the ids of those who signed in from it."""

    name: str = ""
    user_ids: tuple[int, ...] = field(default=())

    def name_for(self, user_id: int | None) -> str:
        """Return the browser's name when this person signed in from it before, else nothing."""
        return self.name if user_id in self.user_ids else ""


def read_device(request: HttpRequest) -> Device:
    """Return what the signed cookie says; an unknown browser when there is none, or a forged one."""
    try:
        kept = signing.loads(request.COOKIES.get(_cookie_name(), ""), salt=_SALT, max_age=_MAX_AGE)
        return Device(str(kept["name"]), tuple(int(user_id) for user_id in kept["users"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Device()


def remember_device(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """Note in the cookie that the person signed in from this browser."""
    device = read_device(request)
    others = [known for known in device.user_ids if known != user_id][: _MAX_PEOPLE - 1]
    value = signing.dumps({"name": device.name or secrets.token_urlsafe(12), "users": [user_id, *others]}, salt=_SALT)
    response.set_cookie(
        _cookie_name(),
        value,
        max_age=_MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie_name() -> str:
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"

"""Signing in by password, with a throttle that no stranger can turn against the owner."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import authenticate

from accounts.backends import find_user, normalise_name
from accounts.devices import Device
from accounts.models import User
from core import limits

# Five failures cost a quarter of an hour, and each five more cost twice as long; fifty in a day are enough.
# The windows are the sums of the waits: 15, 15 + 30, 15 + 30 + 60, 15 + 30 + 60 + 120 minutes.
_LADDER = (
    (5, timedelta(minutes=15)),
    (10, timedelta(minutes=45)),
    (15, timedelta(minutes=105)),
    (20, timedelta(minutes=225)),
    (50, timedelta(days=1)),
)
_HOST_FAILURES = (30, timedelta(minutes=15))


def ladder(key: str) -> list[limits.Rule]:
    """Return the rules that make each five failures under a key cost twice as long as the last five."""
    return [limits.Rule(key, limit, per) for limit, per in _LADDER]


def sign_in_by_password(*, name: str, password: str, ip: str, device: Device, at: datetime) -> User | None:
    """Return the person whose sign-in name or phone number and password these are, or None.

    A browser from which this very person signed in before counts its own failures; all others share one count, so
    that a stranger can shut out strangers only.

    :raises Limited: too many failures, of this account or from this address; the password was not looked at.
    """
    typed = normalise_name(name)
    known = find_user(typed)
    account = ladder(f"password:{_owner_key(known, typed)}:{device.name_for(known.pk if known else None)}")
    host = [limits.Rule(f"password:host:{limits.host_of(ip)}", *_HOST_FAILURES)]
    limits.hit_all(account + host, at=at)
    user = authenticate(None, username=typed, password=password)
    if user is None:
        return None
    limits.clear(account)
    limits.take_back(host, at=at)
    return user


def _owner_key(known: User | None, typed: str) -> str:
    """Return one key per account, whichever of its names was typed; an unknown name counts like a known one."""
    return f"user:{known.pk}" if known else f"name:{typed}"


def confirm_password(*, user: User, password: str, at: datetime) -> bool:
    """Tell whether the signed-in person knows their password.

    :raises Limited: too many failures.
    """
    rules = ladder(f"confirm:{user.pk}")
    limits.hit_all(rules, at=at)
    if not user.check_password(password):
        return False
    limits.clear(rules)
    return True


def set_password(*, user: User, password: str) -> None:
    """Give the person a new password, which ends their other sessions."""
    user.set_password(password)
    user.save(update_fields=["password"])

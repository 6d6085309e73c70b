"""The second factor: a code from an authenticator app (TOTP, RFC 6238), with recovery codes for a lost phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction

from accounts.models import User
from accounts.services.passwords import ladder
from core import limits

TOTP_DIGITS = 6
# Longer than a code is good for, the tolerance for slow clocks included: each is accepted once (RFC 6238, 5.2).
_SINGLE_USE = timedelta(minutes=3)


class AlreadyEnrolled(Exception):
    """The person has a second factor; it must be removed before another is set up."""


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def new_secret() -> str:
    """Return a random secret in base 32, 160 bits as RFC 4226 recommends."""
    return totp.generate_totp_secret()


def enrol(*, user: User, secret: str, code: str) -> list[str] | None:
    """Switch the second factor on and return the recovery codes; None when the code does not fit the secret.

    :raises AlreadyEnrolled: there is one already.
    """
    if not totp.validate_totp_code(secret, _compact(code)):
        return None
    with transaction.atomic():
        if has_second_factor(user):
            raise AlreadyEnrolled
        totp.TOTP.activate(user, secret)
        return renew_recovery_codes(user=user)


def prove(*, user: User, code: str, at: datetime) -> bool:
    """Tell whether the code is one of the person's authenticator, or an unused recovery code, and use it up.

    :raises Limited: too many failures.
    """
    rules = ladder(f"second-factor:{user.pk}")
    limits.hit_all(rules, at=at)
    if not _fits(user, _compact(code), at):
        return False
    limits.clear(rules)
    return True


def renew_recovery_codes(*, user: User) -> list[str]:
    """Make new recovery codes; the old ones are void."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
        return RecoveryCodes.activate(user).generate_codes()


def remove(*, user: User) -> None:
    """Switch the second factor off."""
    Authenticator.objects.filter(user=user).delete()


def _fits(user: User, code: str, at: datetime) -> bool:
    if not (code.isascii() and code.isdigit()):
        return False
    kind = Authenticator.Type.TOTP if len(code) == TOTP_DIGITS else Authenticator.Type.RECOVERY_CODES
    authenticator = Authenticator.objects.filter(user=user, type=kind).first()
    if authenticator is None or not authenticator.wrap().validate_code(code):
        return False
    if kind == Authenticator.Type.RECOVERY_CODES:
        return True
    try:
        limits.hit(f"totp:{user.pk}:{code}", limit=1, per=_SINGLE_USE, at=at)
    except limits.Limited:
        return False
    return True


def _compact(code: str) -> str:
    return "".join(code.split()).replace("-", "")

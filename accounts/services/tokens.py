"""Tokens of programs: issued by an administrator alone, so that none gets round the second factor."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.enums import TokenScope
from accounts.models import ApiToken, User
from accounts.services import second_factor

MAX_LIFETIME = timedelta(days=90)
_START = "mct"
_TOKEN = re.compile(rf"^{_START}_([a-z0-9]{{8}})_([A-Za-z0-9_-]{{43}})$", re.ASCII)
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class TokenRefused(Exception):
    """No token is issued to this person for this."""


def issue_token(
    *, user: User, scope: TokenScope, label: str, at: datetime, lifetime: timedelta = MAX_LIFETIME
) -> tuple[ApiToken, str]:
    """Return a new token and its text, which nobody can read again.

    :raises TokenRefused: not active, too long a time, or a desk that this person may not open themselves.
    """
    if not user.is_active:
        raise TokenRefused(_("The account is not active."))
    if not timedelta() < lifetime <= MAX_LIFETIME:
        raise TokenRefused(_("A token is valid for at most %(days)d days.") % {"days": MAX_LIFETIME.days})
    if scope == TokenScope.OFFICER:
        _check_officer(user)
    prefix = "".join(secrets.choice(_LETTERS) for _number in range(8))
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        scope=scope,
        label=label.strip()[:100],
        prefix=prefix,
        secret_hash=_hashed(secret),
        created_at=at,
        expires_at=at + lifetime,
    )
    return token, f"{_START}_{prefix}_{secret}"


def _check_officer(user: User) -> None:
    if not selectors.desk_agencies_of(user):
        raise TokenRefused(_("This person works on dossiers nowhere."))
    if settings.STAFF_TOTP_REQUIRED and not second_factor.has_second_factor(user):
        raise TokenRefused(_("This officer has not set up the second factor yet."))


def revoke_token(*, prefix: str, at: datetime) -> bool:
    """Let a token end now and tell whether there was one that had not ended before."""
    return bool(ApiToken.objects.filter(prefix=prefix, revoked_at__isnull=True).update(revoked_at=at))


def user_of_token(text: str, *, at: datetime) -> tuple[User, ApiToken] | None:
    """Return whose token this is; None for a wrong, ended or revoked one, and for an account that is closed.

    The desk's door is in the token's scope: without it the person's roles count for nothing.
    """
    found = _TOKEN.match(text)
    if found is None:
        return None
    token = ApiToken.objects.select_related("user").filter(prefix=found.group(1)).first()
    kept = token.secret_hash if token else "-" * 64
    if not hmac.compare_digest(kept.encode(), _hashed(found.group(2)).encode()) or token is None:
        return None
    if token.revoked_at is not None or token.expires_at <= at or not token.user.is_active:
        return None
    today = at.date()
    if token.used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(used_on=today)
    token.user.is_kept_from_desk = token.scope != TokenScope.OFFICER
    return token.user, token


def _hashed(secret: str) -> str:
    """A secret of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()

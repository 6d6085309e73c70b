"""One-time codes: who may ask for one, and what one is worth."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import signals
from accounts.enums import CodePurpose
from accounts.models import OneTimeCode
from accounts.models.codes import MAX_TRIES
from core import limits
from core.phones import normalise_mobile

DIGITS = 6
LIFETIME = timedelta(minutes=5)
# Who asks again gets a new code, but not at once.
RESEND_AFTER = timedelta(seconds=60)

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class CodeRefused(Exception):
    """The code is wrong, used, too old, or was sent to another browser; which of these is nobody's business."""


class CodeWornOut(limits.Limited):
    """The code was tried too often; only a new one helps."""


def request_code(
    *, phone: str, purpose: CodePurpose, session: str, ip: str, at: datetime, language: str
) -> OneTimeCode:
    """Issue a code to a Vietnamese mobile number, whether or not the number is known here.

    :raises InvalidPhone: the text is no Vietnamese mobile number; nothing is sent.
    :raises Limited: somebody asked too often; nothing is sent.
    """
    number = normalise_mobile(phone)
    with transaction.atomic():
        limits.hit_all(_sending_rules(number, ip), at=at)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        row = OneTimeCode.objects.create(
            phone=number,
            purpose=purpose,
            session_hash=_session_hash(session),
            code_hash=_code_hash(code, number, purpose, session),
            created_at=at,
            expires_at=at + LIFETIME,
        )
        signals.code_issued.send(
            sender=OneTimeCode,
            phone=number,
            code=code,
            purpose=purpose,
            language=language,
            expires_at=row.expires_at,
            at=at,
        )
    return row


def use_code(*, phone: str, purpose: CodePurpose, session: str, code: str, at: datetime) -> None:
    """Use up the last code sent to the number for this purpose and browser session.

    The try is counted before the comparison, so that parallel guesses can't outrun the count.

    :raises CodeRefused: it is not that code.
    :raises CodeWornOut: it was tried five times already, rightly or wrongly.
    """
    typed = "".join(code.split())
    row = _last_code(phone, purpose, session)
    if row is None or row.used_at is not None or row.expires_at <= at:
        raise CodeRefused
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        raise CodeRefused
    if not OneTimeCode.objects.filter(pk=row.pk, tries__lt=MAX_TRIES).update(tries=F("tries") + 1):
        raise CodeWornOut(max(row.created_at + RESEND_AFTER - at, timedelta()))
    if not constant_time_compare(row.code_hash, _code_hash(typed, phone, purpose, session)):
        raise CodeRefused
    if not OneTimeCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=at):
        raise CodeRefused


def forget_codes(before: datetime) -> int:
    """Delete the codes that were made before the moment and return how many."""
    return OneTimeCode.objects.filter(created_at__lt=before).delete()[0]


def used_share(*, since: datetime, until: datetime) -> float | None:
    """Return the share of codes in a stretch of time that were used, or None when too few were sent to tell.

    A low share says that somebody makes us send messages to earn by them.
    """
    sent = OneTimeCode.objects.filter(created_at__gte=since, created_at__lt=until)
    total = sent.count()
    if total < settings.CODE_ALERT_MINIMUM:
        return None
    return sent.filter(used_at__isnull=False).count() / total


def _last_code(phone: str, purpose: CodePurpose, session: str) -> OneTimeCode | None:
    codes = OneTimeCode.objects.filter(phone=phone, purpose=purpose, session_hash=_session_hash(session))
    return codes.order_by("-created_at", "-id").first()


def _sending_rules(phone: str, ip: str) -> list[limits.Rule]:
    """Return the limits against pumping: adjacent numbers in one block are the mark of who earns by our messages."""
    return [
        limits.Rule(f"code:number:{phone}", 1, RESEND_AFTER),
        limits.Rule(f"code:number:{phone}", 5, _DAY),
        limits.Rule(f"code:host:{limits.host_of(ip)}", 10, _HOUR),
        limits.Rule(f"code:network:{limits.network_of(ip)}", 50, _HOUR),
        limits.Rule(f"code:block:{phone[:-4]}", 20, _HOUR),
        limits.Rule("code:budget", settings.CODE_DAILY_BUDGET, _DAY),
    ]


def _session_hash(session: str) -> str:
    return salted_hmac("accounts.code.session", session, algorithm="sha256").hexdigest()


def _code_hash(code: str, phone: str, purpose: CodePurpose, session: str) -> str:
    text = f"{purpose}:{phone}:{session}:{code}"
    return salted_hmac("accounts.code", text, algorithm="sha256").hexdigest()

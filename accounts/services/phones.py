"""The mobile number that somebody signs in with and hears of their dossiers by."""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction

from accounts.models import User

log = structlog.get_logger(__name__)


class PhoneTaken(Exception):
    """Another account has the number; told to nobody who has not shown that they hold it, as signing in would tell."""


def change_phone(*, user: User, phone: str) -> None:
    """Give the account another number, normalised and proved by a code of the purpose CHANGE_PHONE.

    :raises PhoneTaken: another account has it; nothing has changed.
    """
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(phone=phone)
    except IntegrityError as error:
        if User.objects.filter(phone=phone).exclude(pk=user.pk).exists():
            raise PhoneTaken from error
        raise
    user.phone = phone
    log.info("phone_changed", user_id=user.pk)

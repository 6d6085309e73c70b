"""How often one person may begin a draft or write a message; pages and programs count together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core import limits

if TYPE_CHECKING:
    from accounts.models import User

HOUR = timedelta(hours=1)
STARTS_PER_HOUR = 60
MESSAGES_PER_HOUR = 20


def count_start(user: User, *, at: datetime) -> None:
    """Count a draft that somebody begins.

    :raises Limited: too many in an hour.
    """
    limits.hit(f"filing-start:{user.pk}", limit=STARTS_PER_HOUR, per=HOUR, at=at)


def count_message(user: User, *, at: datetime) -> None:
    """Count a message that a citizen writes to the officers.

    :raises Limited: too many in an hour.
    """
    limits.hit(f"citizen-message:{user.pk}", limit=MESSAGES_PER_HOUR, per=HOUR, at=at)

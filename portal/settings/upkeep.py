"""Maintenance: reading goes on while nothing may change, such as during a restore or a move of the database."""

from datetime import datetime
from zoneinfo import ZoneInfo

import environ

env = environ.Env()


def _moment(text: str) -> datetime | None:
    """Read ``2026-11-28T05:00``, in the province's time unless an offset stands behind it.

    :raises ValueError: it is no moment.
    """
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


READ_ONLY = env.bool("READ_ONLY", default=False)
# What people are told; the mode ends with READ_ONLY only, for work may take longer than planned.
READ_ONLY_UNTIL = _moment(env("READ_ONLY_UNTIL", default=""))

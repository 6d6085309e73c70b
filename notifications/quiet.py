"""Hours in which Zalo delivers no notification."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.channels.base import option

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def _hour(name: str, default: str) -> time:
    return time.fromisoformat(option(name, default))


def is_night(at: datetime) -> bool:
    """Tell whether ZNS refuses to deliver: 22:00 to 06:00, from memory of its documents, hence settings."""
    now = at.astimezone(ZONE).time()
    return now >= _hour("ZNS_NIGHT_FROM", "22:00") or now < _hour("ZNS_NIGHT_UNTIL", "06:00")


def next_morning(at: datetime) -> datetime:
    """Return the next moment at which ZNS delivers again."""
    local = at.astimezone(ZONE)
    morning = datetime.combine(local.date(), _hour("ZNS_NIGHT_UNTIL", "06:00"), ZONE)
    return morning if local < morning else morning + timedelta(days=1)

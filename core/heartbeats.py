"""Signs of life: a process lives when it has written to the database a moment ago, not when it exists."""

from datetime import datetime, timedelta

from core.models import Heartbeat


def beat(name: str, *, at: datetime) -> None:
    """Record that a process was alive at a moment."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def is_alive(name: str, *, at: datetime, within: timedelta) -> bool:
    """Say whether a process showed itself within the time before a moment."""
    return Heartbeat.objects.filter(name=name, at__gt=at - within).exists()

"""A worker's deliverer in a process of its own, so that it can be killed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django

from benchmarks import processes


def answer(*, threads: int, later_seconds: float = 0.0, reclaims: bool = False) -> dict[str, Any]:
    """Deliver what is due, by a clock that may go ahead, after giving back what a killed worker held."""
    from django.utils import timezone

    from notifications import services

    ahead = timedelta(seconds=later_seconds)
    if reclaims:
        while services.reclaim(at=timezone.now() + ahead):
            pass
    return dict(services.deliver_due(clock=lambda: timezone.now() + ahead, seconds=600, threads=threads))


if __name__ == "__main__":
    django.setup()
    processes.serve(answer)

"""The hourly job that writes due moments anew, in a process of its own."""

from __future__ import annotations

import time
from typing import Any

import django

from benchmarks import processes


def answer(*, moves: int = 0) -> dict[str, Any]:
    """Recalculate all, or move as many due moments by a new day off as asked, and tell how long it took."""
    from django.utils import timezone

    from dossiers import jobs, services
    from dossiers.models import Dossier

    now = timezone.now()
    ids = list(Dossier.objects.filter(due_at__isnull=False).order_by("pk").values_list("pk", flat=True)[:moves])
    began = time.monotonic()
    if moves:
        moved = sum(services.recalculate(dossier_id=dossier_id, at=now) is not None for dossier_id in ids)
    else:
        moved = jobs.recalculate(at=now)
    return {"seconds": time.monotonic() - began, "moved": moved}


if __name__ == "__main__":
    django.setup()
    processes.serve(answer)

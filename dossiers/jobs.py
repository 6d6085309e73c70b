"""The clock's periodic work. Each job bears being run twice at once: the one door lets every effect happen once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from dossiers import selectors, services
from dossiers.enums import Status
from dossiers.models import Dossier

_PAGE = 500


def find_late(*, at: datetime, limit: int) -> int:
    """Open the overdue spell of newly late dossiers, the longest late first, and return how many.

    ``limit`` throttles the first look at old data: what is left over is found by the next runs.
    """
    return _each(selectors.newly_late(at=at, limit=limit), services.mark_overdue, at)


def warn_steps(*, at: datetime, limit: int) -> int:
    """Warn officers and leaders of steps that are about to end, and return how many."""
    return _each(selectors.to_warn(at=at, limit=limit), services.warn, at)


def recalculate(*, at: datetime) -> int:
    """Write due moments anew after days off have changed, and return how many moved."""
    moved = 0
    for dossier_id in _running():
        moved += services.recalculate(dossier_id=dossier_id, at=at) is not None
    return moved


def _each(ids: list[int], step: Callable[..., object], at: datetime) -> int:
    done = 0
    for dossier_id in ids:
        try:
            step(dossier_id=dossier_id, at=at)
        except services.StepError:
            continue  # an officer or a second run was faster; the next look decides anew
        done += 1
    return done


def _running() -> Iterator[int]:
    """Yield the ids of dossiers whose clock runs, page by page, so that a long run holds no cursor open."""
    last = 0
    while True:
        page = list(
            Dossier.objects.filter(pk__gt=last, status__in=(Status.RECEIVED, Status.IN_PROCESS), due_at__isnull=False)
            .order_by("pk")
            .values_list("pk", flat=True)[:_PAGE]
        )
        if not page:
            return
        yield from page
        last = page[-1]

"""What the worker does for the clock and for uploads; beat rings, the database decides."""

from dataclasses import asdict
from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core import jobs as slots
from dossiers import jobs, uploads

log = structlog.get_logger(__name__)


@shared_task(name="dossiers.find_late")
def find_late(**_kwargs: object) -> None:
    """Find newly late dossiers; what the citizen hears follows from each one's event."""
    jobs.find_late(at=timezone.now(), limit=settings.LATE_SCAN_BATCH)


@shared_task(name="dossiers.warn_steps")
def warn_steps(**_kwargs: object) -> None:
    """Warn of steps that are about to end."""
    jobs.warn_steps(at=timezone.now(), limit=settings.LATE_SCAN_BATCH)


@shared_task(name="dossiers.recalculate")
def recalculate(**_kwargs: object) -> None:
    """Once an hour, write due moments anew where days off have changed."""
    now = timezone.now()
    with slots.run_once("dossiers.recalculate", every=timedelta(hours=1), at=now) as is_mine:
        if is_mine:
            jobs.recalculate(at=now)


@shared_task(name="dossiers.sweep_uploads")
def sweep_uploads(**_kwargs: object) -> None:
    """Clear uploads that are over and bytes that belong to nobody, and ask the scanner about what waits."""
    log.info("uploads_swept", **asdict(uploads.sweep(timezone.now())))

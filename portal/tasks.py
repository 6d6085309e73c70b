"""The portal's own periodic work: showing that the worker lives, and throwing old bookkeeping away."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from core import heartbeats, jobs, limits
from core.api import idempotency
from portal import health

KEEP_SLOTS = timedelta(days=35)
KEEP_RATE_WINDOWS = timedelta(days=2)


@shared_task(name="portal.heartbeat", works_read_only=True)
def heartbeat() -> None:
    """Write to the database that a worker took a task from the broker."""
    heartbeats.beat(health.WORKER, at=timezone.now())


@shared_task(name="portal.clean_up")
def clean_up() -> None:
    """Delete, once a day, sessions that ran out, old rate windows, old job slots and used keys of the API."""
    now = timezone.now()
    with jobs.run_once("portal.clean_up", every=timedelta(days=1), at=now) as is_mine:
        if not is_mine:
            return
        Session.objects.filter(expire_date__lt=now).delete()
        limits.forget(now - KEEP_RATE_WINDOWS)
        jobs.forget(before=now - KEEP_SLOTS)
        idempotency.forget(now - idempotency.LIFETIME)

"""What the worker does when the bell rings or the clock says so. A lost ring costs seconds: the sweep finds the row."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core import doorbell
from notifications import registry, services

# Time for what was just taken to arrive, where a provider has to be asked.
PULL_AFTER_SECONDS = 7


@shared_task(name=services.DELIVER, ignore_result=True)
def deliver_due(**kwargs: object) -> None:
    """Deliver what is due; ring again when the time was over before the work."""
    began = timezone.now()
    count = services.deliver_due(clock=timezone.now)
    if count and registry.pulled():
        pull_reports.apply_async(countdown=PULL_AFTER_SECONDS, expires=PULL_AFTER_SECONDS * 4)
    if (timezone.now() - began).total_seconds() >= settings.DELIVERY_RUN_SECONDS:
        doorbell.ring(services.DELIVER)


@shared_task(name="notifications.pull_reports", ignore_result=True)
def pull_reports(**kwargs: object) -> None:
    """Ask for reports the providers that don't call back."""
    services.pull(at=timezone.now())


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep(**kwargs: object) -> None:
    """Guarantee what the bell only hastens: lapsed leases, expired codes, early reports, and all that is due."""
    now = timezone.now()
    services.expire(at=now)
    services.reclaim(at=now)
    services.apply_waiting(at=now)
    services.pull(at=now)
    deliver_due()

"""Watching over the messages of signing in, and throwing used codes away."""

from __future__ import annotations

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import services
from core import jobs

log = structlog.get_logger(__name__)

_HOUR = timedelta(hours=1)
# Codes are kept a while for the figures; nothing of the person is in them but the number.
_KEEP_CODES = timedelta(days=2)


@shared_task(name="accounts.watch_codes", ignore_result=True)
def watch_codes() -> None:
    """Warn, once an hour, when few of the codes sent in the hour before were used, and forget old ones."""
    now = timezone.now()
    with jobs.run_once("accounts.watch_codes", every=_HOUR, at=now) as is_mine:
        if not is_mine:
            return
        until = now - services.CODE_LIFETIME
        share = services.used_share(since=until - _HOUR, until=until)
        if share is not None and share < settings.CODE_ALERT_SHARE:
            log.warning("codes_rarely_used", share=round(share, 2))
        services.forget_codes(now - _KEEP_CODES)

"""The periodic job of papers and uploads."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from celery import shared_task
from django.utils import timezone

from dossiers import uploads

logger = logging.getLogger(__name__)


@shared_task(name="dossiers.sweep_uploads", ignore_result=True)
def sweep_uploads(**_kwargs: Any) -> None:
    """Clear what is over and ask the scanner about what waits."""
    swept = uploads.sweep(timezone.now())
    logger.info("uploads swept", extra=asdict(swept))

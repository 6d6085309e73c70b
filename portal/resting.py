"""What every job of the worker does while READ_ONLY is on: nothing; the rows wait, and are found afterwards."""

from typing import Any

import structlog
from celery import Task
from django.conf import settings

log = structlog.get_logger(__name__)


class RestingTask(Task):
    """A job that changes nothing while nothing may change, and says so."""

    abstract = True
    works_read_only = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if settings.READ_ONLY and not self.works_read_only:
            log.info("resting_read_only", task=self.name)
            return None
        return super().__call__(*args, **kwargs)

"""The worker's application, and the table of what beat rings for.

Beat only rings. A job that must not run twice in its period takes its slot with ``core.jobs.run_once``, so a second
beat, a beat that was away and a queue full of old rings are all harmless.
"""

from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready

from portal import processes, resting

app = Celery("portal", task_cls=resting.RestingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
processes.end_with_parent_worker()


@setup_logging.connect
def _leave_logging_to_django(**_kwargs: Any) -> None:
    """Celery sets up no logging where this signal has a receiver."""


@worker_ready.connect
def _show_life_at_once(**_kwargs: Any) -> None:
    """Don't wait for beat's first ring before the portal counts as ready."""
    app.send_task("portal.heartbeat", expires=60)


def _ring(task: str, *, every: int) -> dict[str, Any]:
    """Return a line of the table: seconds between two rings; a ring nobody heard for two periods is thrown away."""
    return {"task": task, "schedule": every, "options": {"expires": 2 * every}}


app.conf.beat_schedule = {
    "heartbeat": _ring("portal.heartbeat", every=15),
    "clean-up": _ring("portal.clean_up", every=600),
    "watch-codes": _ring("accounts.watch_codes", every=600),
    "find-late": _ring("dossiers.find_late", every=60),
    "warn-steps": _ring("dossiers.warn_steps", every=60),
    "recalculate": _ring("dossiers.recalculate", every=600),
    "sweep-uploads": _ring("dossiers.sweep_uploads", every=600),
    "messages": _ring("notifications.sweep", every=20),
}

"""``/healthz`` says that this process answers, ``/readyz`` that the whole portal can do its work."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import heartbeats

log = structlog.get_logger(__name__)

WORKER = "worker"
WORKER_SILENT_FOR = timedelta(seconds=60)
BROKER_TIMEOUT = 0.5  # seconds


class HealthMiddleware:
    """Answer the two health addresses before anything else looks at the request.

    Probes come by IP address and plain HTTP, which ALLOWED_HOSTS and the redirect to HTTPS would refuse.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return _answer({"alive": True})
        if request.path_info == "/readyz":
            return _answer(readiness(at=timezone.now()))
        return self.get_response(request)


def readiness(*, at: datetime) -> dict[str, bool]:
    """Return which of the parts the portal needs are there."""
    database = _database_answers()
    return {"database": database, "broker": _broker_answers(), "worker": database and _worker_lives(at)}


def _answer(parts: dict[str, bool]) -> JsonResponse:
    ok = all(parts.values())
    answer = JsonResponse({"ok": ok, **parts}, status=200 if ok else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database_away", error=type(error).__name__)
        return False
    return True


def _worker_lives(at: datetime) -> bool:
    try:
        return heartbeats.is_alive(WORKER, at=at, within=WORKER_SILENT_FOR)
    except DatabaseError as error:
        log.warning("no_heartbeats", error=type(error).__name__)
        return False


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write(
            transport_options={
                "socket_connect_timeout": BROKER_TIMEOUT,
                "socket_timeout": BROKER_TIMEOUT,
                "max_retries": 0,
            }
        ) as broker:
            broker.default_channel  # noqa: B018 - opening the channel is the question
    except OperationalError as error:
        log.warning("broker_away", error=type(error).__name__)
        return False
    return True

"""What the log may say: ids and addresses of pages, never a phone number, a citizen's number or a message's text."""

import logging
import re
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Vietnamese phone numbers and twelve-digit citizen numbers, should one slip into a message or a traceback.
_PHONE = re.compile(r"(?<![\w.-])(?:\+?84|0)\d{8,9}(?![\w-])")
_CITIZEN = re.compile(r"(?<![\w.-])\d{12}(?![\w-])")

# Providers that sign nothing prove themselves by the last part of their callback address.
_CALLBACK_SECRET = re.compile(r"^(/webhooks/[^/]+/).+")


class RequestLog(RequestMiddleware):
    """Log one line a request, without the query string: people search by phone and by citizen number."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        path = _CALLBACK_SECRET.sub(r"\1[secret]", request.path)
        return f"{request.method} {path}"


def mask_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Hide what looks like a phone or citizen number in every text of a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _CITIZEN.sub("[number]", _PHONE.sub("[phone]", value))
    return event


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(*, as_json: bool) -> dict[str, Any]:
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _readable()
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _shared(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_personal,
            last,
        ],
    }


def _readable() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )


def configure(*, as_json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return Django's LOGGING, so that both kinds of loggers write the same lines."""
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": _formatter(as_json=as_json)},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # RequestLog says it already, with the request's id and the traceback.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            # One "received" and one "succeeded" line for each ring of the doorbell would bury the rest.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "django_structlog.celery": {"level": "WARNING"},
        },
    }


def level_number(name: str) -> int:
    """Return the number of a log level.

    :raises KeyError: no such level.
    """
    return logging.getLevelNamesMapping()[name.upper()]

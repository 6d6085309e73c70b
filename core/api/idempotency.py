"""A request that is sent twice under one key has its effect once: draft-ietf-httpapi-idempotency-key-header."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import errors
from core.models import IdempotencyKey

HEADER = "Idempotency-Key"
LIFETIME = timedelta(hours=24)
# Whoever began so long ago is dead; the statements of a request end much earlier.
LEASE = timedelta(minutes=2)
PATTERN = r"^[!-~]{8,255}$"
_KEY = re.compile(PATTERN)

# The body and its status; no personal data, for it is kept.
Effect = Callable[[], tuple[int, dict[str, Any]]]


def once(request: Request, effect: Effect, *, at: datetime) -> Response:
    """Run the effect unless it ran under this key before; then answer what was answered the first time.

    Effect and answer are written in one transaction, so that a crash leaves either both or neither. Only success is
    remembered: a refusal changed nothing, and the caller may try again under the same key.

    :raises errors.ApiError: no key (400), the same key for another body (422), or still at work (409).
    """
    row, is_mine = _claim(_name(request), _hash_of(request), at)
    if not is_mine:
        return _replay(row)
    mine = IdempotencyKey.objects.filter(pk=row.pk, started_at=at, status__isnull=True)
    try:
        status, body = _run(effect, mine)
    except BaseException:
        mine.delete()
        raise
    return Response(body, status=status)


@transaction.atomic
def _run(effect: Effect, mine: QuerySet[IdempotencyKey]) -> tuple[int, dict[str, Any]]:
    """Run the effect and write its answer; if somebody took the abandoned key over meanwhile, undo it."""
    status, body = effect()
    if not mine.update(status=status, body=body):
        raise _at_work()
    return status, body


def forget(before: datetime) -> int:
    """Delete the keys first used before the moment and return how many."""
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]


def _claim(name: str, body_hash: str, at: datetime) -> tuple[IdempotencyKey, bool]:
    IdempotencyKey.objects.filter(name=name, created_at__lt=at - LIFETIME).delete()
    fresh = IdempotencyKey(name=name, body_hash=body_hash, created_at=at, started_at=at)
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        return _earlier(name, body_hash, at)
    return fresh, True


def _earlier(name: str, body_hash: str, at: datetime) -> tuple[IdempotencyKey, bool]:
    row = IdempotencyKey.objects.filter(name=name).first()
    if row is None:
        raise _at_work()
    if row.body_hash != body_hash:
        raise errors.unprocessable(
            _("This Idempotency-Key was used for another request."), code="idempotency_key_reused"
        )
    if row.status is not None:
        return row, False
    abandoned = IdempotencyKey.objects.filter(pk=row.pk, status__isnull=True, started_at__lt=at - LEASE)
    if not abandoned.update(started_at=at):
        raise _at_work()
    return row, True


def _at_work() -> errors.ApiError:
    return errors.conflict(_("The first request with this key is still at work."), code="in_progress")


def _replay(row: IdempotencyKey) -> Response:
    assert row.status is not None
    return Response(row.body, status=row.status, headers={"Idempotent-Replayed": "true"})


def _name(request: Request) -> str:
    """Return the key as it is stored: one for each caller and address, and not readable."""
    key = request.headers.get(HEADER, "")
    if not _KEY.match(key):
        raise errors.bad_request(
            _("Send an Idempotency-Key of 8 to 255 visible characters."),
            code="idempotency_key_missing",
            fields={HEADER: [_("Send an Idempotency-Key of 8 to 255 visible characters.")]},
        )
    return _digest(str(request.user.pk), str(request.method), request.path, key)


def _hash_of(request: Request) -> str:
    return _digest(json.dumps(request.data, sort_keys=True))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()

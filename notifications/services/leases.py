"""Who works on which message: a lease that is taken by compare-and-set and runs out by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from notifications import rules
from notifications.enums import Fault, Outcome, ReceiptStatus, State
from notifications.models import Attempt, Message, Receipt

INTERRUPTED = "interrupted"
BATCH = 500


def claim(*, at: datetime, limit: int) -> list[Message]:
    """Lease up to ``limit`` due messages, the most urgent first; committed when it returns.

    The update repeats the condition of the read, so of two workers that read the same row one gets it, on every
    database; on PostgreSQL the second does not even wait.
    """
    with transaction.atomic():
        return _take(_due(at=at, limit=limit), at=at)


def _due(*, at: datetime, limit: int) -> list[UUID]:
    found: list[UUID] = []
    for priority in rules.PRIORITIES:
        due = Message.objects.filter(state=State.QUEUED, priority=priority, next_attempt_at__lte=at)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found += due.order_by("next_attempt_at", "id").values_list("pk", flat=True)[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def _take(ids: list[UUID], *, at: datetime) -> list[Message]:
    if not ids:
        return []
    token = uuid4()
    mine = Message.objects.filter(pk__in=ids, state=State.QUEUED, next_attempt_at__lte=at).update(
        state=State.SENDING,
        lease_token=token,
        leased_until=at + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS),
        attempts=F("attempts") + 1,
    )
    if not mine:
        return []
    return list(Message.objects.filter(pk__in=ids, lease_token=token).order_by("priority", "next_attempt_at", "id"))


def reclaim(*, at: datetime) -> int:
    """Give back messages whose worker vanished, and return how many; call it as often as you like.

    Nobody knows whether the provider got them. News goes out again under the same reference, unless a report says that
    it arrived; a one-time code never does.
    """
    lapsed = list(Message.objects.filter(state=State.SENDING, leased_until__lte=at).order_by("leased_until")[:BATCH])
    if not lapsed:
        return 0
    ids = [message.pk for message in lapsed]
    given_up = [message.pk for message in lapsed if _is_given_up(message)]
    still = Message.objects.filter(state=State.SENDING, leased_until__lte=at)
    with transaction.atomic():
        for receipt in Receipt.objects.filter(message__in=ids, applied_at__isnull=True).exclude(
            status=ReceiptStatus.FAILED
        ):
            still.filter(receipts=receipt).update(
                state=State.ACCEPTED, accepted_at=receipt.at, provider=receipt.provider
            )
        still.filter(pk__in=given_up).update(state=State.FAILED, fault=Fault.TECHNICAL, code=INTERRUPTED)
        still.filter(pk__in=ids).update(state=State.QUEUED, next_attempt_at=at, tries=F("tries") + 1)
        Attempt.objects.bulk_create([_lost(message, at=at) for message in lapsed], ignore_conflicts=True)
    return len(lapsed)


def _is_given_up(message: Message) -> bool:
    return message.is_secret or message.tries + 1 >= settings.SMS_TRIES


def _lost(message: Message, *, at: datetime) -> Attempt:
    return Attempt(
        message=message,
        number=message.attempts,
        ended_at=at,
        outcome=Outcome.LOST,
        fault=Fault.TECHNICAL,
        code=INTERRUPTED,
    )

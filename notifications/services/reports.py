"""Delivery reports: kept first, then applied; in any order, as often as they come, the first final answer wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import registry
from notifications.channels.base import Report, Sent
from notifications.enums import Fault, ReceiptStatus, State
from notifications.models import Message, Receipt

log = structlog.get_logger(__name__)

# A provider's clock may be wrong by this much; beyond it ours counts.
CLOCK_TOLERANCE = timedelta(days=7)
# How long a report waits for its message, and a message for its report.
MATCH_WITHIN = timedelta(days=7)
PULL_WITHIN = timedelta(hours=1)
BATCH = 500


def record(*, provider: str, report: Report, received_at: datetime) -> Receipt:
    """Keep a report and let it take effect; the same one again changes nothing.

    The row is committed before the message is touched, so that a worker who marks the message as sent a moment later
    finds it.
    """
    receipt, is_new = Receipt.objects.get_or_create(
        provider=provider,
        reference=report.reference[:100],
        status=report.status,
        defaults={
            "code": report.code[:40],
            "at": _moment(report.at, received_at),
            "received_at": received_at,
            "message": _message_of(report.reference),
        },
    )
    if is_new and receipt.message_id is None:
        log.warning("report_without_message", provider=provider, receipt=receipt.pk)
    if receipt.applied_at is None:
        apply(receipt, at=received_at)
    return receipt


def _moment(at: datetime | None, received_at: datetime) -> datetime:
    return at if at is not None and abs(at - received_at) <= CLOCK_TOLERANCE else received_at


def _message_of(reference: str) -> Message | None:
    """Find a message by our id, else by the provider's."""
    try:
        return Message.objects.filter(pk=UUID(reference)).first()
    except ValueError:
        return Message.objects.filter(provider_ref=reference).first() if reference else None


def _message(receipt: Receipt) -> QuerySet[Message]:
    if receipt.message_id is None:
        return Message.objects.none()
    return Message.objects.filter(pk=receipt.message_id)


def apply(receipt: Receipt, *, at: datetime) -> bool:
    """Let a report change its message and tell whether that is settled.

    While the message is on its way the report waits: the worker looks for it after marking the message as sent.
    """
    if receipt.message_id is None:
        receipt.message = _message_of(receipt.reference)
    state = _message(receipt).values_list("state", flat=True).first()
    if state is None or state == State.SENDING:
        return False
    with transaction.atomic():
        is_good = receipt.status != ReceiptStatus.FAILED
        if state in (State.QUEUED, State.HELD) and is_good and not _accept_late(receipt):
            return False
        _CHANGES[ReceiptStatus(receipt.status)](receipt)
        Receipt.objects.filter(pk=receipt.pk).update(applied_at=at, message=receipt.message_id)
    return True


def _accept_late(receipt: Receipt) -> int:
    """Believe the provider that it has what we thought lost, so that it is not sent again."""
    waiting = _message(receipt).filter(state__in=(State.QUEUED, State.HELD), attempts__gt=0)
    return waiting.update(
        state=State.ACCEPTED,
        accepted_at=receipt.at,
        provider=receipt.provider,
        channel=registry.kind_of(receipt.provider),
        fault="",
        code="",
    )


def _delivered(receipt: Receipt) -> None:
    message = _message(receipt)
    if not message.filter(state=State.ACCEPTED).update(state=State.DELIVERED, delivered_at=receipt.at):
        message.filter(state=State.DELIVERED, delivered_at__gt=receipt.at).update(delivered_at=receipt.at)


def _read(receipt: Receipt) -> None:
    """Whoever read it had it."""
    _delivered(receipt)
    unread = Q(read_at__isnull=True) | Q(read_at__gt=receipt.at)
    _message(receipt).filter(unread, state=State.DELIVERED).update(read_at=receipt.at)


def _failed(receipt: Receipt) -> None:
    sent = _message(receipt).filter(state=State.ACCEPTED)
    if sent.update(state=State.FAILED, fault=Fault.PERMANENT, code=receipt.code):
        log.error("message_dead", message=str(receipt.message_id), provider=receipt.provider, code=receipt.code)


def _on_its_way(_receipt: Receipt) -> None:
    """An answer on the way is kept as a row and says nothing that we did not know."""


_CHANGES: Mapping[ReceiptStatus, Callable[[Receipt], None]] = {
    ReceiptStatus.SENT: _on_its_way,
    ReceiptStatus.DELIVERED: _delivered,
    ReceiptStatus.READ: _read,
    ReceiptStatus.FAILED: _failed,
}


def apply_early(message_ids: Iterable[UUID], *, at: datetime) -> None:
    """Apply reports that came before we had marked their messages as sent."""
    early = Receipt.objects.filter(message__in=list(message_ids), applied_at__isnull=True)
    for receipt in early.order_by("id"):
        apply(receipt, at=at)


def apply_waiting(*, at: datetime) -> int:
    """Try once more what has not taken effect, the newest first, and return how many did."""
    waiting = Receipt.objects.filter(applied_at__isnull=True, received_at__gte=at - MATCH_WITHIN)
    return sum(apply(receipt, at=at) for receipt in waiting.order_by("-received_at")[:BATCH])


def pull(*, at: datetime) -> int:
    """Ask providers that don't call back for reports, and return how many there were."""
    count = 0
    for channel in registry.pulled():
        unproven = Message.objects.filter(
            state=State.ACCEPTED, provider=channel.name, channel=channel.kind, accepted_at__gte=at - PULL_WITHIN
        ).order_by("accepted_at")[:BATCH]
        sent = [Sent(str(message.pk), message.phone, message.accepted_at or at) for message in unproven]
        for report in channel.pull(sent, at=at):
            record(provider=channel.name, report=report, received_at=at)
            count += 1
    return count

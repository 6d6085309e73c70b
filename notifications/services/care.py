"""What operators do with messages by hand, and what time does with them by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import doorbell
from notifications import rules
from notifications.enums import Preset, State
from notifications.models import Message, NoticeRule
from notifications.services.outbox import DELIVER

BATCH = 500


class NotResendable(Exception):
    """The message is not dead, has been sent again already, or was a one-time code."""


@transaction.atomic
def resend(message_id: UUID, *, at: datetime) -> Message:
    """Owe a dead message anew, under a new id: providers refuse or swallow a reference that they have seen.

    :raises NotResendable: it can't be sent again.
    """
    old = Message.objects.get(pk=message_id)
    if old.is_secret or old.state != State.FAILED or old.resent_as_id is not None:
        raise NotResendable
    new = Message(
        topic=old.topic,
        phone=old.phone,
        language=old.language,
        facts=old.facts,
        dedupe_key=f"again:{old.pk}",
        event=old.event,
        dossier=old.dossier,
        priority=old.priority,
        created_at=at,
        next_attempt_at=at,
    )
    new.save(force_insert=True)
    if not Message.objects.filter(pk=old.pk, state=State.FAILED, resent_as=None).update(resent_as=new):
        raise NotResendable
    doorbell.ring(DELIVER)
    return new


def hold(message_ids: Iterable[UUID]) -> int:
    """Keep messages back until somebody releases them, and return how many were still here."""
    return Message.objects.filter(pk__in=list(message_ids), state=State.QUEUED).update(state=State.HELD)


def release(message_ids: Iterable[UUID], *, at: datetime) -> int:
    """Let held messages go, and return how many there were."""
    released = Message.objects.filter(pk__in=list(message_ids), state=State.HELD).update(
        state=State.QUEUED, next_attempt_at=at
    )
    doorbell.ring(DELIVER)
    return released


def cancel(message_ids: Iterable[UUID]) -> int:
    """Give up messages that have not been sent, and return how many those were."""
    unsent = Message.objects.filter(pk__in=list(message_ids), state__in=(State.QUEUED, State.HELD))
    return unsent.update(state=State.CANCELLED)


def expire(*, at: datetime) -> int:
    """Forget one-time codes whose time is over, sent or not, and return how many those were."""
    over = list(
        Message.objects.filter(expires_at__lte=at, wiped_at__isnull=True)
        .exclude(state=State.SENDING)
        .order_by("expires_at")
        .values_list("pk", flat=True)[:BATCH]
    )
    unsent = Message.objects.filter(pk__in=over, state__in=(State.QUEUED, State.HELD))
    with transaction.atomic():
        unsent.update(state=State.EXPIRED)
        wiped = Message.objects.filter(pk__in=over).exclude(state=State.SENDING)
        return wiped.update(facts={}, body="", wiped_at=at)


@transaction.atomic
def use_preset(preset: Preset) -> None:
    """Set for every topic that may be switched off whether it is sent."""
    for topic in rules.SWITCHABLE:
        NoticeRule.objects.update_or_create(topic=topic, defaults={"is_sent": topic not in rules.SILENT[preset]})

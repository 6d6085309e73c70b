"""Writing what is owed, in the transaction of whoever owes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import doorbell
from core.ids import uuid7
from notifications import rules
from notifications.enums import Kind, State, Topic
from notifications.models import Message, NoticeRule

if TYPE_CHECKING:
    from dossiers.models import Dossier, DossierEvent

DELIVER = "notifications.deliver_due"
# A code that Zalo holds back until morning helps nobody, and one sent twice frightens: it takes the shortest way.
CODE_ROUTE = Kind.SMS


def enqueue(
    *,
    topic: Topic,
    phone: str,
    language: str,
    facts: Mapping[str, Any],
    dedupe_key: str,
    at: datetime,
    event: DossierEvent | None = None,
    dossier: Dossier | None = None,
) -> Message | None:
    """Write a message in the caller's transaction and ring for the worker on commit.

    ``None`` when the province does not send this topic. What fails here must undo the change that owes the message.

    :raises django.db.IntegrityError: the key has been used.
    """
    if not is_sent(topic):
        return None
    message = Message.objects.create(
        topic=topic,
        phone=phone,
        language=language,
        facts=dict(facts),
        dedupe_key=dedupe_key,
        event=event,
        dossier=dossier,
        priority=rules.PRIORITY_NEWS,
        created_at=at,
        next_attempt_at=at,
    )
    doorbell.ring(DELIVER)
    return message


def is_sent(topic: Topic) -> bool:
    """Tell whether the province sends a topic."""
    return topic in rules.ALWAYS or not NoticeRule.objects.filter(topic=topic, is_sent=False).exists()


def send_code(*, phone: str, code: str, language: str, at: datetime, expires_at: datetime) -> Message:
    """Owe a one-time code: first in the queue, at most once, forgotten when it has been sent or has expired."""
    message = Message.objects.create(
        topic=Topic.SIGN_IN_CODE,
        phone=phone,
        language=language,
        facts={"otp": code, "until": expires_at.isoformat()},
        dedupe_key=f"code:{uuid7()}",
        priority=rules.PRIORITY_CODE,
        route=CODE_ROUTE,
        created_at=at,
        next_attempt_at=at,
        expires_at=expires_at,
    )
    doorbell.ring(DELIVER)
    return message


def withdraw_unsent(event: DossierEvent) -> int:
    """Cancel what is still to be told of an event that was undone, and return how many messages that were."""
    return Message.objects.filter(event=event, state__in=(State.QUEUED, State.HELD)).update(state=State.CANCELLED)

"""A message's way in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from notifications.enums import State
from notifications.models import Message

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Line:
    """One message on a dossier's page."""

    topic: str
    way: str
    tone: str
    body: str
    at: datetime


_TONES = {State.DELIVERED: "green", State.ACCEPTED: "blue", State.FAILED: "red"}


def line(message: Message) -> Line:
    """Return what somebody who may see the dossier may know of a message."""
    return Line(
        topic=_topic(message),
        way=way(message),
        tone=_TONES.get(State(message.state), "grey"),
        body="" if message.is_secret else message.body,
        at=message.accepted_at or message.created_at,
    )


def _topic(message: Message) -> str:
    """Return what a message tells, without the status number by which administrators sort their templates."""
    return message.get_topic_display().lstrip("0123456789 ")


def way(message: Message) -> str:
    """Say how far a message came, such as "23/11 09:12 Zalo, read 09:15"."""
    state = State(message.state)
    if message.accepted_at is None:
        return _waiting(message) if state is State.QUEUED else str(state.label)
    parts = [f"{_clock(message.accepted_at)} {message.get_channel_display()}".strip()]
    if message.read_at is not None:
        parts.append(_("read %(time)s") % {"time": _clock(message.read_at, beside=message.accepted_at)})
    elif message.delivered_at is not None:
        parts.append(_("delivered %(time)s") % {"time": _clock(message.delivered_at, beside=message.accepted_at)})
    elif state is State.ACCEPTED:
        parts.append(_("sent, no report yet"))
    else:
        parts.append(str(state.label).lower())
    return ", ".join(parts)


def _waiting(message: Message) -> str:
    if message.attempts == 0:
        return str(State.QUEUED.label)
    return _("not sent yet, next attempt %(time)s") % {"time": _clock(message.next_attempt_at)}


def _clock(at: datetime, *, beside: datetime | None = None) -> str:
    """Write a time, with its day unless the one beside it has told that."""
    local = at.astimezone(ZONE)
    if beside is not None and local.date() == beside.astimezone(ZONE).date():
        return f"{local:%H:%M}"
    return f"{local:%d/%m %H:%M}"

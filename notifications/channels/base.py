"""What a channel is: one file that hands a text to one provider and understands what the provider says."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar

from django.conf import settings

from core import outbound
from notifications.enums import Fault, Kind, ReceiptStatus


class Next(Enum):
    """What follows a failure."""

    RETRY = "retry"
    FALL = "fall"  # by the next channel; on the last one the message is dead
    WAIT = "wait"  # until a moment that the error names
    DEAD = "dead"


@dataclass(frozen=True)
class Verdict:
    """A line of a provider's table of codes.

    ``learns``: this number can't be reached here, so later messages skip the channel. ``pauses``: every message would
    fail, so the channel is left alone for a while. ``alerts``: somebody of ours has to do something.
    """

    next: Next
    fault: Fault
    learns: bool = False
    pauses: bool = False
    alerts: bool = False


RETRY_LATER = Verdict(Next.RETRY, Fault.TEMPORARY)
UNKNOWN_CODE = Verdict(Next.RETRY, Fault.TECHNICAL, alerts=True)


class SendError(Exception):
    """The provider did not take the message."""

    def __init__(self, code: object, verdict: Verdict, *, until: datetime | None = None) -> None:
        super().__init__(str(code))
        self.code = str(code)
        self.verdict = verdict
        self.until = until


@dataclass(frozen=True)
class Outgoing:
    """One text on its way; ``reference`` is our id, which the provider sees as its idempotency key or echo."""

    reference: str
    phone: str
    body: str
    at: datetime
    attempt: int = 1
    template_id: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    provider_ref: str


@dataclass(frozen=True)
class Sent:
    """A message that a provider took and has not reported on."""

    reference: str
    phone: str
    accepted_at: datetime


@dataclass(frozen=True)
class Report:
    """A delivery report; ``reference`` is our id where the provider echoes it, else the provider's own."""

    reference: str
    status: ReceiptStatus
    at: datetime | None = None
    code: str = ""


@dataclass(frozen=True)
class Callback:
    """What came in at a provider's address of ours, before anything in it is believed."""

    secret: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]
    at: datetime


class Forged(Exception):
    """The callback does not prove that it comes from the provider."""


class Malformed(Exception):
    """The callback is the provider's, and makes no sense."""


class Channel(ABC):
    """Contract of a provider. One instance serves a run; ``send`` is called from many threads at once.

    Neither method touches the database.
    """

    name: ClassVar[str]
    kind: ClassVar[Kind]
    # The last part of its callback address; empty when it reports nothing.
    webhook: ClassVar[str] = ""
    # Messages go out only by templates registered with the provider.
    needs_template: ClassVar[bool] = False
    # Its reports are asked for.
    pulls: ClassVar[bool] = False

    @abstractmethod
    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand one message over.

        :raises SendError: the provider said no.
        :raises core.outbound.OutboundError: there was no usable answer.
        """

    def reports(self, callback: Callback) -> list[Report]:
        """Read a callback; what is no delivery report yields none.

        :raises Forged: its secret or signature is wrong.
        :raises Malformed: it can't be understood.
        """
        raise Forged

    def pull(self, sent: Sequence[Sent], *, at: datetime) -> list[Report]:
        """Ask for reports on messages accepted earlier."""
        return []


def option(name: str, default: str = "") -> str:
    """Read a provider's own setting: from Django's settings, else from the environment."""
    return str(getattr(settings, name, os.environ.get(name, default)))


def check_status(reply: outbound.Reply, *, at: datetime) -> None:
    """Refuse answers in which a provider's own code can't be expected.

    :raises SendError: too many requests, or an error of the server or its gateway.
    """
    if reply.status == 429:
        seconds = reply.headers.get("Retry-After", "")
        until = at + timedelta(seconds=min(int(seconds), 3600)) if seconds.isdigit() else None
        raise SendError("http_429", RETRY_LATER, until=until)
    if reply.status >= 500:
        raise SendError(f"http_{reply.status}", RETRY_LATER)

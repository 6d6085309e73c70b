"""What becomes of a message after one attempt; pure decisions, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from core import outbound
from notifications.channels.base import RETRY_LATER, Accepted, Channel, Next, SendError, Verdict
from notifications.enums import Fault, Kind, Outcome
from notifications.models import Message

FIRST_RETRY = timedelta(seconds=1)
SECOND_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)


@dataclass
class Finished:
    """One attempt with its end."""

    message: Message
    outcome: Outcome
    at: datetime
    started_at: datetime
    channel: Channel | None = None
    provider_ref: str = ""
    body: str = ""
    fault: Fault | None = None
    code: str = ""
    next_attempt_at: datetime | None = None
    learns: bool = False
    pauses: bool = False
    alerts: bool = False

    @property
    def kind(self) -> str:
        return self.channel.kind if self.channel else ""

    @property
    def provider(self) -> str:
        return self.channel.name if self.channel else ""


def accepted(
    message: Message, channel: Channel, answer: Accepted, *, body: str, started_at: datetime, at: datetime
) -> Finished:
    return Finished(
        message, Outcome.ACCEPTED, at, started_at, channel=channel, provider_ref=answer.provider_ref[:100], body=body
    )


def not_sendable(message: Message, code: str, *, at: datetime) -> Finished:
    """A broken text stays broken until somebody mends it: dead at once, and loudly."""
    return Finished(message, Outcome.DEAD, at, at, fault=Fault.TECHNICAL, code=code[:40], alerts=True)


def expired(message: Message, *, at: datetime) -> Finished:
    """Nobody waits for it any more."""
    return Finished(message, Outcome.EXPIRED, at, at)


def given_back(message: Message, channel: Channel, *, at: datetime) -> Finished:
    """The lease was too short to begin the call; nothing was sent."""
    return Finished(message, Outcome.LOST, at, at, channel=channel, code="lease_short", next_attempt_at=at)


def failed(message: Message, channel: Channel, error: Exception, *, started_at: datetime, at: datetime) -> Finished:
    """Turn what a channel raised into what happens next.

    No answer means that the provider may have the message: news is sent again under the same reference, a one-time
    code is not.
    """
    code, verdict, until = _classify(error)
    finished = Finished(
        message,
        Outcome.DEAD,
        at,
        started_at,
        channel=channel,
        fault=verdict.fault,
        code=code[:40],
        learns=verdict.learns,
        pauses=verdict.pauses,
        alerts=verdict.alerts,
    )
    finished.outcome = _outcome(message, verdict, is_last=channel.kind is Kind.SMS)
    if finished.outcome is Outcome.WAIT:
        finished.next_attempt_at = until or at + LONGEST_RETRY
    elif finished.outcome is Outcome.RETRY:
        finished.next_attempt_at = until or at + backoff(message.tries + 1)
    else:
        finished.next_attempt_at = at
    return finished


def _classify(error: Exception) -> tuple[str, Verdict, datetime | None]:
    if isinstance(error, SendError):
        return error.code, error.verdict, error.until
    if isinstance(error, outbound.OutboundError):
        return str(error), RETRY_LATER, None
    return type(error).__name__, Verdict(Next.RETRY, Fault.TECHNICAL, alerts=True), None


def _outcome(message: Message, verdict: Verdict, *, is_last: bool) -> Outcome:
    if message.is_secret and verdict.next is not Next.FALL:
        return Outcome.DEAD
    if verdict.next is Next.WAIT:
        return Outcome.WAIT
    cap = settings.SMS_TRIES if is_last else settings.ZNS_TRIES
    if verdict.next is Next.RETRY and message.tries + 1 < cap:
        return Outcome.RETRY
    if verdict.next is Next.DEAD or is_last:
        return Outcome.DEAD
    return Outcome.FALL


def backoff(tries: int) -> timedelta:
    """Return how long to wait after so many failures: hardly, half a minute, then doubled up to an hour."""
    if tries <= 1:
        return FIRST_RETRY
    return min(SECOND_RETRY * 2 ** min(tries - 2, 10), LONGEST_RETRY)

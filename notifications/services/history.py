"""Delivering the past: a demonstration's messages at the times at which they would have gone out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from core import outbound
from notifications import registry
from notifications.channels.base import SendError, Sent
from notifications.enums import Kind, Outcome
from notifications.models import Message
from notifications.services import leases, outcomes, reports, verdicts
from notifications.services.preparing import Batch, NotSendable
from notifications.services.verdicts import Finished

DELAY = timedelta(seconds=4)
BATCH = 200


class NotSimulated(Exception):
    """A real provider is set; what is long past must not reach real phones."""


def deliver_past(*, until: datetime) -> int:
    """Deliver by the simulator everything owed up to a moment, each at its own time, and return how many were taken.

    :raises NotSimulated: a channel in use reaches real phones.
    """
    if not all(channel.pulls for channel in map(registry.in_use, Kind)):
        raise NotSimulated
    count = 0
    while claimed := leases.claim(at=until, limit=BATCH):
        batch = Batch(claimed, at=until)
        finished = [_deliver(batch, message) for message in claimed]
        outcomes.write(finished)
        taken = [one for one in finished if one.outcome is Outcome.ACCEPTED]
        _report(taken, until=until)
        count += len(taken)
    return count


def _deliver(batch: Batch, message: Message) -> Finished:
    at = message.next_attempt_at + DELAY
    try:
        prepared = batch.prepare(message)
    except NotSendable as error:
        return verdicts.not_sendable(message, str(error), at=at)
    outgoing, channel = replace(prepared.outgoing, at=at), prepared.channel
    try:
        answer = channel.send(outgoing)
    except (SendError, outbound.OutboundError) as error:
        return verdicts.failed(message, channel, error, started_at=at, at=at)
    return verdicts.accepted(message, channel, answer, body=outgoing.body, started_at=at, at=at)


def _report(taken: list[Finished], *, until: datetime) -> None:
    for one in taken:
        if one.channel is not None:
            sent = Sent(str(one.message.pk), one.message.phone, one.at)
            for report in one.channel.pull([sent], at=until):
                reports.record(provider=one.provider, report=report, received_at=report.at or until)

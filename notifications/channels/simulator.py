"""A Zalo and an SMS provider that live in memory: the default, so that the demo needs no contract and no network.

The last four digits of a phone choose what goes wrong; every other number works.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from notifications import quiet
from notifications.channels.base import (
    RETRY_LATER,
    Accepted,
    Channel,
    Next,
    Outgoing,
    Report,
    SendError,
    Sent,
    Verdict,
    option,
)
from notifications.enums import Fault, Kind, ReceiptStatus
from notifications.registry import register

NO_ZALO_ACCOUNT = "9901"
FAILS_TWICE = "9902"
REFUSED_BY_ALL = "9903"
NO_ZALO_AT_NIGHT = "9904"
NEVER_ARRIVES = "9905"
NO_REPORT = "9906"
NEVER_READ = "9907"

# The codes are those of the real providers, so that a demo shows what an operator will see.
_ZNS: Mapping[str, tuple[str, Verdict]] = {
    NO_ZALO_ACCOUNT: ("-118", Verdict(Next.FALL, Fault.PERMANENT, learns=True)),
    REFUSED_BY_ALL: ("-118", Verdict(Next.FALL, Fault.PERMANENT, learns=True)),
    NO_ZALO_AT_NIGHT: ("-133", Verdict(Next.WAIT, Fault.TEMPORARY)),
}
_SMS: Mapping[str, tuple[str, Verdict]] = {
    REFUSED_BY_ALL: ("99", Verdict(Next.DEAD, Fault.PERMANENT)),
}
DELIVERED_AFTER = timedelta(seconds=2)
READ_AFTER = timedelta(seconds=6)


class _Simulator(Channel):
    name = "simulator"
    pulls = True
    faults: Mapping[str, tuple[str, Verdict]]

    def send(self, outgoing: Outgoing) -> Accepted:
        if delay := float(option("SIMULATOR_DELAY_SECONDS", "0")):
            time.sleep(delay)
        ending = outgoing.phone[-4:]
        if ending == FAILS_TWICE and outgoing.attempt <= 2:
            raise SendError("http_503", RETRY_LATER)
        code, verdict = self.faults.get(ending, ("", None))
        if verdict is not None and verdict.next is Next.WAIT and not quiet.is_night(outgoing.at):
            verdict = None
        if verdict is not None:
            raise SendError(code, verdict, until=quiet.next_morning(outgoing.at))
        return Accepted(f"sim-{outgoing.reference}")

    def pull(self, sent: Sequence[Sent], *, at: datetime) -> list[Report]:
        """Let messages arrive, and Zalo's be read, some seconds after they were taken."""
        reports: list[Report] = []
        for message in sent:
            if at >= message.accepted_at + READ_AFTER:
                reports += self._reports(message)
        return reports

    def _reports(self, message: Sent) -> list[Report]:
        ending = message.phone[-4:]
        arrived = message.accepted_at + DELIVERED_AFTER
        if ending == NO_REPORT:
            return []
        if ending == NEVER_ARRIVES:
            return [Report(message.reference, ReceiptStatus.FAILED, arrived, "2")]
        reports = [Report(message.reference, ReceiptStatus.DELIVERED, arrived)]
        if self.kind is Kind.ZNS and ending != NEVER_READ:
            reports.append(Report(message.reference, ReceiptStatus.READ, message.accepted_at + READ_AFTER))
        return reports


@register
class SimulatedZns(_Simulator):
    kind = Kind.ZNS
    faults = _ZNS


@register
class SimulatedSms(_Simulator):
    kind = Kind.SMS
    faults = _SMS

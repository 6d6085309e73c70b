"""Providers that tests steer; they stand where a file under notifications/channels would."""

from collections import Counter
from collections.abc import Callable

from django.db import connections

from notifications.channels.base import Accepted, Channel, Outgoing
from notifications.enums import Kind


class Scripted(Channel):
    """Answers as the test says, and notes each call, as a provider's own log would."""

    name = "scripted"

    def __init__(self, kind: Kind, answer: Callable[[Outgoing], Accepted | Exception]) -> None:
        self.kind = kind
        self.answer = answer
        self.calls: list[Outgoing] = []
        self.were_in_transaction: list[bool] = []

    def send(self, outgoing: Outgoing) -> Accepted:
        self.calls.append(outgoing)
        self.were_in_transaction.append(
            any(connection.in_atomic_block for connection in connections.all(initialized_only=True))
        )
        answer = self.answer(outgoing)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def references(self) -> Counter[str]:
        return Counter(call.reference for call in self.calls)


def takes_all(outgoing: Outgoing) -> Accepted:
    return Accepted(f"ref-{outgoing.reference[:8]}")

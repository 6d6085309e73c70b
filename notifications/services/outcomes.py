"""Writing down how attempts ended: a few statements for many messages, each only where the lease is still ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Field, QuerySet, Value, When

from notifications.enums import Kind, Outcome, State
from notifications.models import Attempt, ChannelPause, Message, Reachability
from notifications.services import reports
from notifications.services.verdicts import Finished

log = structlog.get_logger(__name__)

# Raw, because a CASE for each row and column costs the worker more time than everything else together. SQLite 3.33
# and PostgreSQL read it alike.
_ACCEPT = """
UPDATE notifications_message SET
    state = %s, channel = %s, provider = %s, fault = '', code = '',
    accepted_at = taken.column3, provider_ref = taken.column4, body = taken.column5
FROM (VALUES {rows}) AS taken
WHERE notifications_message.id = taken.column1 AND notifications_message.lease_token = taken.column2
    AND notifications_message.state IN (%s, %s)
"""
# A result counts where its lease is still ours, or has lapsed and was taken by nobody since.
_LEASED = (State.SENDING.value, State.QUEUED.value)
# Ends after which a message is not tried again.
_STATES = {Outcome.DEAD: State.FAILED, Outcome.EXPIRED: State.EXPIRED}


def write(finished: Sequence[Finished]) -> None:
    """Store the ends of attempts and what they taught; then let delivery reports that were faster take effect."""
    if not finished:
        return
    taken = [one for one in finished if one.outcome is Outcome.ACCEPTED]
    with transaction.atomic():
        _write_accepted(taken)
        _write_others([one for one in finished if one.outcome is not Outcome.ACCEPTED])
        Attempt.objects.bulk_create([_attempt(one) for one in finished], ignore_conflicts=True)
        _learn(finished)
    _tell(finished)
    if taken:
        reports.apply_early([one.message.pk for one in taken], at=finished[-1].at)


def _write_accepted(taken: Sequence[Finished]) -> None:
    """Mark what providers took; one statement for each of them, and codes are forgotten in the same breath."""
    groups: dict[tuple[str, str], list[Finished]] = defaultdict(list)
    for one in taken:
        groups[one.kind, one.provider].append(one)
    for (kind, provider), group in groups.items():
        rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(group))
        with connection.cursor() as cursor:
            cursor.execute(
                _ACCEPT.format(rows=rows),
                [State.ACCEPTED.value, kind, provider, *chain.from_iterable(map(_columns, group)), *_LEASED],
            )
    secrets = [one.message.pk for one in taken if one.message.is_secret]
    if secrets:
        Message.objects.filter(pk__in=secrets, state=State.ACCEPTED).update(facts={})


def _columns(one: Finished) -> list[Any]:
    """Return a row of the statement; the demo's handset shows codes until they expire, nobody else ever does."""
    body = one.body if settings.DEMO or not one.message.is_secret else ""
    values = {"id": one.message.pk, "lease_token": one.message.lease_token, "accepted_at": one.at}
    return [
        *(_field(name).get_db_prep_save(value, connection) for name, value in values.items()),
        one.provider_ref,
        body,
    ]


def _field(column: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", Message._meta.get_field(column))


def _write_others(others: Sequence[Finished]) -> None:
    """Put back or bury the rest, one statement for all that ended alike."""
    groups: dict[tuple[Outcome, str, str, bool], list[Finished]] = defaultdict(list)
    for one in others:
        groups[one.outcome, one.fault or "", one.code, one.message.is_secret].append(one)
    for (outcome, fault, code, is_secret), group in groups.items():
        changes: dict[str, Any] = {
            "state": _STATES.get(outcome, State.QUEUED),
            "fault": fault,
            "code": code,
            "next_attempt_at": _each(group, "next_attempt_at", lambda one: one.next_attempt_at or one.at),
        }
        if outcome is Outcome.RETRY:
            changes["tries"] = F("tries") + 1
        if outcome is Outcome.FALL:
            changes |= {"tries": 0, "route": Kind.SMS}
        if is_secret and outcome in _STATES:
            changes["facts"] = {}
        _ours(group).update(**changes)


def _ours(group: Sequence[Finished]) -> QuerySet[Message]:
    return Message.objects.filter(
        pk__in=[one.message.pk for one in group],
        lease_token__in={one.message.lease_token for one in group},
        state__in=_LEASED,
    )


def _each(group: Sequence[Finished], column: str, value: Callable[[Finished], object]) -> Case:
    """Give every row its own value in one statement."""
    field = _field(column)
    return Case(
        *(When(pk=one.message.pk, then=Value(value(one), output_field=field)) for one in group), output_field=field
    )


def _attempt(one: Finished) -> Attempt:
    return Attempt(
        message=one.message,
        number=one.message.attempts,
        channel=one.kind,
        provider=one.provider,
        started_at=one.started_at,
        ended_at=one.at,
        outcome=one.outcome,
        fault=one.fault or "",
        code=one.code,
        provider_ref=one.provider_ref,
    )


def _learn(finished: Sequence[Finished]) -> None:
    """Remember phones without an account, and a channel on which nothing would get through."""
    unreachable = {(one.message.phone, one.kind): one for one in finished if one.learns}
    if unreachable:
        Reachability.objects.bulk_create(
            [
                Reachability(
                    phone=phone,
                    channel=kind,
                    code=one.code,
                    learned_at=one.at,
                    unreachable_until=one.at + timedelta(days=settings.UNREACHABLE_DAYS),
                )
                for (phone, kind), one in unreachable.items()
            ],
            update_conflicts=True,
            unique_fields=["phone", "channel"],
            update_fields=["code", "learned_at", "unreachable_until"],
        )
    for kind, one in {one.kind: one for one in finished if one.pauses}.items():
        until = one.at + timedelta(minutes=settings.CHANNEL_PAUSE_MINUTES)
        ChannelPause.objects.update_or_create(
            channel=kind, defaults={"code": one.code, "until": until}, create_defaults=_pause(one, until)
        )


def _pause(one: Finished, until: datetime) -> dict[str, object]:
    return {"code": one.code, "since": one.at, "until": until}


def _tell(finished: Iterable[Finished]) -> None:
    """Leave a line in the log for what somebody has to look at; ids and codes, never a phone or a text."""
    for one in finished:
        if one.outcome is Outcome.DEAD:
            log.error("message_dead", message=str(one.message.pk), provider=one.provider, code=one.code)
        elif one.alerts:
            log.error("provider_alert", message=str(one.message.pk), provider=one.provider, code=one.code)

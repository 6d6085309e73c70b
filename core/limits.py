"""Rate limits counted by the database: a dead broker never opens the gate, and parallel requests never slip through."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.models import RateWindow

# A window slides in this many steps: never more than the limit in any stretch of its length, and a wait that is
# at most a twelfth too long.
STEPS = 12
_SWEEP = 10_000
_GATE = datetime(1970, 1, 1, tzinfo=UTC)

# Raw, because the ORM has no "insert or add". SQLite 3.24 and PostgreSQL 9.5 read it alike.
_ADD = """
INSERT INTO core_ratewindow (key, starts_at, count) VALUES (%s, %s, %s)
ON CONFLICT (key, starts_at) DO UPDATE SET count = core_ratewindow.count + excluded.count
"""


class Limited(Exception):
    """Too many, too soon."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__()
        self.retry_after = retry_after

    @property
    def retry_after_seconds(self) -> int:
        """Return the wait in whole seconds, rounded up, for the Retry-After header."""
        return max(1, -(-self.retry_after // timedelta(seconds=1)))


@dataclass(frozen=True)
class Rule:
    """At most ``limit`` times ``per`` time under one key; the key is stored as a hash."""

    key: str
    limit: int
    per: timedelta

    @property
    def digest(self) -> str:
        return salted_hmac("core.limits", f"{self.per.total_seconds():.0f}:{self.key}", algorithm="sha256").hexdigest()

    @property
    def step(self) -> timedelta:
        return self.per / STEPS

    def slot(self, at: datetime) -> datetime:
        """Return the start of the step that the moment lies in."""
        return _GATE + (at - _GATE) // self.step * self.step


def hit(key: str, *, limit: int, per: timedelta, at: datetime) -> None:
    """Count one use of the key.

    :raises Limited: the limit is reached; this use was not counted.
    """
    hit_all([Rule(key, limit, per)], at=at)


def hit_all(rules: Iterable[Rule], *, at: datetime) -> None:
    """Count one use under every rule, or under none of them.

    :raises Limited: with the longest wait of the rules that are full.
    """
    ordered = sorted(rules, key=lambda rule: rule.digest)
    with transaction.atomic():
        _add(ordered, at)
        wait = max((_wait(rule, at) for rule in ordered), default=timedelta())
        if wait > timedelta():
            raise Limited(wait)


def take_back(rules: Iterable[Rule], *, at: datetime) -> None:
    """Uncount the use that was counted at the moment: it turned out to be no failure."""
    for rule in rules:
        windows = RateWindow.objects.filter(key=rule.digest, starts_at=rule.slot(at), count__gt=0)
        windows.update(count=F("count") - 1)


def clear(rules: Iterable[Rule]) -> None:
    """Forget every use under the rules."""
    RateWindow.objects.filter(key__in=[rule.digest for rule in rules]).delete()


def forget(before: datetime) -> int:
    """Delete the windows that began before the moment and return how many; call it with the longest window's age.

    Rows somebody holds are left for the next time, so that the sweep never waits inside a ring of locks.
    """
    deleted = 0
    while batch := _forget_some(before):
        deleted += batch
    return deleted


def _forget_some(before: datetime) -> int:
    with transaction.atomic():
        old = RateWindow.objects.select_for_update(skip_locked=True).filter(starts_at__lt=before)
        return RateWindow.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_SWEEP])).delete()[0]


def _add(rules: list[Rule], at: datetime) -> None:
    """Lock each key by its gate row, in one order for everybody, then count.

    Without the gate two requests on both sides of a step's edge would not see each other's row.
    """
    starts_at = RateWindow._meta.get_field("starts_at")
    rows = [(rule.digest, _GATE, 0) for rule in rules] + [(rule.digest, rule.slot(at), 1) for rule in rules]
    with connection.cursor() as cursor:
        for key, moment, count in rows:
            cursor.execute(_ADD, [key, starts_at.get_db_prep_value(moment, connection), count])


def _wait(rule: Rule, at: datetime) -> timedelta:
    """Return how long until one use more fits the rule; zero when the counted one fits."""
    oldest = rule.slot(at - rule.per)
    windows = RateWindow.objects.filter(key=rule.digest, starts_at__gte=oldest).exclude(starts_at=_GATE)
    counts = list(windows.order_by("starts_at").values_list("starts_at", "count"))
    surplus = sum(count for _, count in counts) - rule.limit
    if surplus <= 0:
        return timedelta()
    for starts_at, count in counts:
        surplus -= count
        if surplus <= 0:
            return starts_at + rule.step + rule.per - at
    return rule.per


def client_ip(request: HttpRequest) -> str:
    """Return the address the request came from, as far as the proxies we run ourselves can vouch for it.

    ``TRUSTED_PROXIES`` proxies each append one address to X-Forwarded-For; everything left of those is hearsay.
    """
    remote = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops < 1 or len(forwarded) < hops:
        return remote
    try:
        return str(ipaddress.ip_address(forwarded[-hops]))
    except ValueError:
        return remote


def host_of(ip: str) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 that one IPv6 customer holds."""
    return _network(ip, v4=32, v6=64)


def network_of(ip: str) -> str:
    """Return the neighbourhood of a caller: the IPv4 /24 or the IPv6 /48."""
    return _network(ip, v4=24, v6=48)


def _network(ip: str, *, v4: int, v6: int) -> str:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    return str(ipaddress.ip_network((address, v4 if address.version == 4 else v6), strict=False))

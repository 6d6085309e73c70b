"""G6 and G11: what an index saves the scan for late dossiers and the search by name."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from benchmarks import measure, province
from benchmarks.bench import BIG, SMALL, Bench
from benchmarks.measure import Goal
from dossiers import queues, selectors

_REPEATS = 20
# Folded as somebody types them: a name that thousands have, one that a hundred have, and nobody's.
_NAMES = {"common name": "nguyen thi hoa", "rarer name": "le quoc vinh", "no match": "xuzyq wolfgang"}

Statement = tuple[str, Any]


def _statements(ask: Callable[[], object], table: str) -> list[Statement]:
    """Return the queries that the product sends to a table."""
    sent: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return [statement for statement in sent if f'FROM "{table}"' in statement[0]]


def _milliseconds(bench: Bench, database: str, statements: list[Statement], repeats: int) -> float:
    """Return the middle time of some queries together, rows fetched."""
    times = []
    with bench.connection(database).cursor() as cursor:
        for _time in range(repeats):
            began = time.monotonic()
            for statement in statements:
                cursor.execute(*statement)
                cursor.fetchall()
            times.append(1000 * (time.monotonic() - began))
    return statistics.median(times)


@contextmanager
def _after(bench: Bench, *changes: str) -> Iterator[None]:
    """Change the big database for as long as a transaction lasts that is never committed."""
    with bench.connection(BIG).cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            for change in changes:
                cursor.execute(change)
            yield
        finally:
            cursor.execute("ROLLBACK")


def _unindexed(bench: Bench, statements: list[Statement]) -> float:
    with _after(bench, "DROP INDEX dossier_newly_late"):
        return _milliseconds(bench, BIG, statements, 1)


def _scanned(bench: Bench, statements: list[Statement]) -> float:
    """Read the table from end to end, with as many processes as the database likes."""
    with _after(bench, *(f"SET LOCAL enable_{way} = off" for way in ("bitmapscan", "indexscan", "indexonlyscan"))):
        return _milliseconds(bench, BIG, statements[:1], 1)


def newly_late(bench: Bench) -> dict[str, Any]:
    def ask() -> object:
        return selectors.newly_late(at=timezone.now(), limit=settings.LATE_SCAN_BATCH)

    statements = _statements(ask, "dossiers_dossier")
    big = partial(_milliseconds, bench, BIG, statements, _REPEATS)
    growth = measure.alternate(
        bench.plan.rounds, subject=big, control=partial(_milliseconds, bench, SMALL, statements, _REPEATS)
    )
    bare = partial(_unindexed, bench, statements)
    scan = measure.alternate(bench.plan.rounds, subject=big, control=bare)
    indexed = measure.Measured("indexed against a scan of the table", "ms", Goal(at_most=0.01), scan)
    result = measure.Measured(
        f"scan for newly late dossiers at {bench.plan.rows:,} rows against {bench.plan.small_rows:,}",
        "ms",
        Goal(at_most=3),
        growth,
        {"without_the_index": indexed.as_json()},
    ).as_json()
    result["ok"] = result["ok"] and indexed.is_met
    return {"G6": result}


def names(bench: Bench) -> dict[str, Any]:
    officer = User.objects.get(username=province.OFFICER)
    officer.is_kept_from_desk = False
    scope = queues.Scope(officer)
    found = {}
    for name, text in _NAMES.items():
        statements = _statements(partial(queues.search, scope, text), "dossiers_dossier")
        found[name] = measure.Measured(
            name,
            "ms",
            Goal(at_most=0.05),
            measure.alternate(
                bench.plan.rounds,
                subject=partial(_milliseconds, bench, BIG, statements, _REPEATS // 4),
                control=partial(_scanned, bench, statements),
            ),
        )
    worst = max(found.values(), key=lambda measured: measured.ratio)
    worst.what = f"search by name at {bench.plan.rows:,} rows, its queries against one scan, the worst: {worst.what}"
    worst.more["searches"] = {name: measured.as_json() for name, measured in found.items() if measured is not worst}
    return {"G11": worst.as_json()}

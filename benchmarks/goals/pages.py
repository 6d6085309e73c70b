"""G3, G4 and G5: the officer's queue, at ten thousand dossiers and at millions."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from accounts.models import User
from benchmarks import measure, province
from benchmarks.bench import BIG, SMALL, Bench
from benchmarks.measure import Goal
from core import paging
from dossiers import queues
from dossiers.enums import Status

_MOST_BUFFERS = 200
_MIDDLE = """
SELECT {column}, id FROM dossiers_dossier WHERE unit_id = %s AND status = %s AND {column} IS NOT NULL
ORDER BY {column} {way}, id {way} OFFSET
    (SELECT count(*) / 2 FROM dossiers_dossier WHERE unit_id = %s AND status = %s AND {column} IS NOT NULL) LIMIT 1
"""


def first(queue: queues.Queue) -> str:
    return f"/can-bo/hang-doi/{queue.slug}/"


def deep(bench: Bench, queue: queues.Queue, status: Status, *, database: str) -> str:
    """Return the address of the page in the middle of a queue's largest part."""
    order = queue.order
    statement = _MIDDLE.format(column=order.column, way="DESC" if order.is_descending else "ASC")
    unit = province.busiest().pk
    moment, row_id = bench.query(statement, [unit, status, unit, status], database=database)[0]
    cursor = paging.Position(moment, row_id).sealed(f"desk.queue.{queue.slug}")
    return f"{first(queue)}?{urlencode({'cursor': cursor})}"


def _addresses(bench: Bench, database: str) -> dict[str, str]:
    return {
        "first page": first(queues.TO_RECEIVE),
        "several statuses": first(queues.UNIT),
        "deep page": deep(bench, queues.DONE, Status.RETURNED, database=database),
        "deep page, several statuses": deep(bench, queues.UNIT, Status.IN_PROCESS, database=database),
    }


def _officer(is_staff: bool = True) -> province.Visitor:
    return province.sign_in(User.objects.get(username=province.OFFICER), is_staff=is_staff)


def depth(bench: Bench) -> dict[str, Any]:
    """The middle of a page's answer times, one visitor at a time, at many rows against few."""
    # Sessions lie in the database, so that of the small one is a copy.
    visitor = _officer()
    _copy_sessions(bench)
    big, small = _addresses(bench, BIG), _addresses(bench, SMALL)
    found = {}
    for name in big:
        requests = {BIG: [visitor.get(big[name])], SMALL: [visitor.get(small[name])]}
        for database in requests:
            bench.send(bench.portal(database), requests[database], expected=200, seconds=1, repeats=True)
        sides = {database: partial(_p50, bench, database, requests[database]) for database in requests}
        found[name] = measure.Measured(
            name,
            "ms",
            Goal(at_most=1.3),
            measure.alternate(bench.plan.rounds, subject=sides[BIG], control=sides[SMALL]),
        )
    worst = max(found.values(), key=lambda measured: measured.ratio)
    worst.what = f"queue page at {bench.plan.rows:,} rows against {bench.plan.small_rows:,}, the worst: {worst.what}"
    worst.more["pages"] = {name: measured.as_json() for name, measured in found.items() if measured is not worst}
    return {"G3": worst.as_json()}


def _copy_sessions(bench: Bench) -> None:
    with bench.connection(SMALL).cursor() as cursor:
        for row in bench.query("SELECT session_key, session_data, expire_date FROM django_session"):
            cursor.execute("INSERT INTO django_session VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", row)


def _p50(bench: Bench, database: str, requests: list[bytes]) -> float:
    answer = bench.send(
        bench.portal(database),
        requests,
        expected=200,
        connections=1,
        seconds=60,
        repeats=True,
        at_most=bench.plan.page_requests,
    )
    return float(answer["p50_ms"])


def against_bare(bench: Bench) -> dict[str, Any]:
    """Pages a second: the whole queue page against a bare list of as many rows."""
    visitor = _officer()
    page = [visitor.get(first(queues.UNIT))]
    address = f"/list?unit={province.busiest().pk}&status={Status.IN_PROCESS.value}"
    bare = [f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()]
    sides: dict[str, Callable[[], float]] = {
        "subject": partial(_pages, bench, bench.portal(), page),
        "control": partial(_pages, bench, bench.reference(), bare),
    }
    for side in sides.values():
        side()
    measured = measure.Measured(
        "queue page of 25 rows, against a bare list of 25 rows",
        "pages/s",
        Goal(at_least=0.5),
        measure.alternate(bench.plan.rounds, subject=sides["subject"], control=sides["control"]),
    )
    return {"G4": measured.as_json()}


def _pages(bench: Bench, port: int, requests: list[bytes]) -> float:
    answer = bench.send(port, requests, expected=200, repeats=True)
    return answer["done"] / answer["seconds"]


def buffers(bench: Bench) -> dict[str, Any]:
    """What each query of each queue's page reads; the same at every run."""
    visitor = _officer()
    scope = queues.Scope(_unlocked(User.objects.get(username=province.OFFICER)))
    addresses = {queue.slug: first(queue) for queue in queues.queues_of(scope)}
    addresses |= {name: address for name, address in _addresses(bench, BIG).items() if name.startswith("deep")}
    pages = {name: _reads(visitor, address) for name, address in addresses.items()}
    worst = max(pages, key=lambda name: pages[name]["most"])
    result = measure.counted(
        "8 KiB buffers read by the hungriest query of the queue pages",
        "buffers",
        subject=pages[worst]["most"],
        control=None,
        goal=Goal(at_most=_MOST_BUFFERS),
        page=worst,
        query=pages[worst]["query"],
        pages={name: {"queries": page["queries"], "most": page["most"]} for name, page in pages.items()},
        counts_beside_the_page=_reads(visitor, "/can-bo/so-dem/")["most"],
    )
    return {"G5": result}


def _unlocked(user: User) -> User:
    """The session says that the second factor was shown; here there is none."""
    user.is_kept_from_desk = False
    return user


def _reads(visitor: province.Visitor, address: str) -> dict[str, Any]:
    """Ask for a page in this process, then let the database explain each of its reads."""
    queries: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append((sql, params))
        return execute(sql, params, many, context)

    client = Client(headers={"cookie": visitor.cookie, "host": "127.0.0.1"})
    with connection.execute_wrapper(note):
        response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    reads = [(explained(sql, params), sql) for sql, params in queries if sql.startswith("SELECT")]
    most, sql = max(reads)
    return {"queries": len(queries), "most": most, "query": sql[:300]}


def explained(sql: str, params: Any) -> int:
    """Run a query and return how many buffers it read, from memory or from disk."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

"""G1 and G12: a change of status through the whole portal, and the database connections that it costs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from benchmarks import measure, province
from benchmarks.bench import BIG, Bench
from benchmarks.measure import Goal
from dossiers.enums import EventKind, Status

_GOAL = Goal(at_least=0.6)
_WARM_UP_SECONDS = 1.0
# The statistics of connections are written at most once a second.
_STATISTICS_SECONDS = 1.2

_WAITING = """
SELECT id, code, version, unit_id, applicant_phone FROM dossiers_dossier
WHERE status = %s AND (unit_id = %s) = %s ORDER BY id
"""


class Desk:
    """The officer's dossiers that wait for one step, and what takes it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._visitor = province.sign_in(User.objects.get(username=province.OFFICER), is_staff=True)
        self._unit = province.busiest().pk

    def waiting(self, status: Status, *, is_mine: bool) -> Iterator[tuple[Any, ...]]:
        return iter(self._bench.query(_WAITING, [status, self._unit, is_mine]))

    def step(self, row: tuple[Any, ...], slug: str) -> bytes:
        body = urlencode({"version": row[2], "note": ""}).encode()
        return self._visitor.post(f"/can-bo/ho-so/{row[1]}/{slug}/", body)


def _bare(row: tuple[Any, ...]) -> bytes:
    fields = dict(zip(("dossier", "code", "version", "unit", "phone"), row, strict=True))
    body = urlencode(fields)
    return (
        f"POST /change HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class _Side:
    """One side of the rounds: requests a second, counted by the events in the database."""

    def __init__(self, bench: Bench, port: int, requests: Iterator[bytes], kind: EventKind) -> None:
        self._bench, self._port, self._requests, self._kind = bench, port, requests, kind
        self.sent = 0

    def __call__(self, seconds: float | None = None) -> float:
        # More than can be done in the time; what is not sent is left for the next round.
        batch = list(itertools.islice(self._requests, int(1000 * (seconds or self._bench.plan.seconds))))
        before = self._events()
        answer = self._bench.send(self._port, batch, expected=303, seconds=seconds)
        done = self._events() - before
        if done != answer["done"]:
            raise RuntimeError(f"{answer['done']} answers, {done} events")
        self._requests = itertools.chain(batch[done:], self._requests)
        self.sent += done
        return done / answer["seconds"]

    def _events(self) -> int:
        rows = self._bench.query("SELECT count(*) FROM dossiers_dossierevent WHERE kind = %s", [self._kind])
        return int(rows[0][0])


def status_change(bench: Bench) -> dict[str, Any]:
    desk = Desk(bench)
    returned = (desk.step(row, "tra-ket-qua") for row in desk.waiting(Status.FINISHED, is_mine=True))
    received = (desk.step(row, "tiep-nhan") for row in desk.waiting(Status.SUBMITTED, is_mine=True))
    bare = (_bare(row) for row in desk.waiting(Status.FINISHED, is_mine=False))
    subject = _Side(bench, bench.portal(), returned, EventKind.RETURN_RESULT)
    four = _Side(bench, bench.portal(), received, EventKind.RECEIVE)
    control = _Side(bench, bench.reference(), bare, EventKind.RETURN_RESULT)
    for side in (subject, four, control):
        side(_WARM_UP_SECONDS)
    _open_all_connections(bench)
    before, sent_before = _sessions(bench), subject.sent
    rounds = measure.alternate(bench.plan.rounds, subject=subject, control=control)
    opened, sent = _sessions(bench) - before, subject.sent - sent_before
    reception = measure.alternate(1, subject=four, control=control)
    measured = measure.Measured(
        "status changes a second: the whole portal, against the same three statements alone",
        "POST/s",
        _GOAL,
        rounds,
        {"reception_with_its_ledger_row": reception[0].as_json()},
    )
    connections = measure.counted(
        "new database connections in the rounds of G1",
        "connections",
        subject=opened,
        control=None,
        goal=Goal(at_most=0),
        requests=sent,
    )
    return {"G1": measured.as_json(), "G12": connections}


def _open_all_connections(bench: Bench) -> None:
    """Send until every thread of both apps has its connection."""
    visitor = province.sign_in(User.objects.get(username=province.OFFICER), is_staff=True)
    bare = b"GET /list?unit=1&status=4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for _try in range(20):
        before = _sessions(bench)
        bench.send(
            bench.portal(), [visitor.get("/can-bo/viec/")], expected=200, connections=24, seconds=1, repeats=True
        )
        bench.send(bench.reference(), [bare], expected=200, connections=24, seconds=0.5, repeats=True)
        if _sessions(bench) == before:
            return


def _sessions(bench: Bench) -> int:
    time.sleep(_STATISTICS_SECONDS)
    return int(bench.query("SELECT sessions FROM pg_stat_database WHERE datname = %s", [BIG])[0][0])

"""Build the databases, measure, write benchmarks/results/latest.json, and say what missed its goal."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import measure, servers
from benchmarks.bench import BIG, CLOCK, SMALL, Bench, is_quick
from benchmarks.plan import FULL, QUICK, Plan

RESULTS = Path(__file__).parent / "results" / "latest.json"
# In the order of a run: reads first, for what writes leaves dead rows behind.
GOALS = {
    "G5": "pages.buffers",
    "G3": "pages.depth",
    "G4": "pages.against_bare",
    "G6": "scans.newly_late",
    "G11": "scans.names",
    "clock": "clock.recalculation",
    "G7": "delivery.slow_provider",
    "G8": "delivery.fast_provider",
    "G9": "delivery.exactly_once",
    "G1": "posting.status_change",
    "G12": "posting.status_change",
    "G15": "filing.submissions",
}


def main(names: list[str]) -> None:
    plan = QUICK if is_quick() else FULL
    wanted = list(dict.fromkeys(GOALS[name] for name in names or GOALS))
    began = time.monotonic()
    # The databases of a run that is told to stop must go as well.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))
    with ExitStack() as stack:
        bench = _prepared(plan, stack)
        results: dict[str, Any] = {"machine": measure.machine(bench.server.version), "quick": plan.is_quick}
        for goal in wanted:
            with _told(goal):
                module, _dot, function = goal.partition(".")
                results |= getattr(import_module(f"benchmarks.goals.{module}"), function)(bench)
            results["machine"]["seconds"] = round(time.monotonic() - began)
            write(results)
    print(table(results))


def _prepared(plan: Plan, stack: ExitStack) -> Bench:
    """Start the servers, set Django up on the big database, and fill all three."""
    folder = stack.enter_context(servers.folder("var"))
    with _told("servers"):
        server = stack.enter_context(servers.postgres())
        broker_url = stack.enter_context(servers.broker(folder))
    bench = Bench(plan, server, broker_url, folder, stack)
    bench.query(f"CREATE DATABASE {BIG}", database="postgres")
    os.environ |= bench.environment(BIG) | {"LOG_LEVEL": "ERROR"}
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from benchmarks import fill, province

    with _told("static files, agencies and catalogue"):
        province.build()
        connections.close_all()
        for copy in (SMALL, CLOCK):
            bench.query(f"CREATE DATABASE {copy} TEMPLATE {BIG}", database="postgres")
    now = timezone.now()
    for database, rows in ((SMALL, plan.small_rows), (BIG, plan.rows)):
        with _told(f"{rows:,} dossiers"):
            fill.fill(server, database, rows=rows, now=now)
    with _told(f"{plan.open_dossiers:,} running clocks"):
        fill.fill(server, CLOCK, rows=plan.open_dossiers, now=now, mix=fill.RUNNING, ledger=True)
    return bench


def write(results: dict[str, Any]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"{what} …", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def table(results: dict[str, Any]) -> str:
    """Return the results as lines for the terminal."""
    lines = [
        f"{name:<6}{'ok' if result['ok'] else 'MISSED':<8}{result['ratio']:>10g} {result['goal']:<8} "
        f"{result['subject']:g} / {result['control'] if result['control'] is not None else '-'} {result['unit']}"
        f"  {result['what']}"
        for name, result in results.items()
        if isinstance(result, dict) and "ok" in result
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])

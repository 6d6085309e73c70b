"""The clock: writing the due moments of a hundred thousand open dossiers anew."""

from __future__ import annotations

from typing import Any

from benchmarks import measure, processes
from benchmarks.bench import CLOCK, Bench
from benchmarks.measure import Goal

_MOVED = 300
# Every working day of the next weeks becomes a day off, so that every due moment ahead moves.
_DAYS_OFF = """
INSERT INTO core_dayoverride ("on", is_working, reason)
SELECT day::date, false, 'Quyết định 1'
FROM generate_series(now() + interval '1 day', now() + interval '3 days', '1 day') day
ON CONFLICT DO NOTHING
"""


def recalculation(bench: Bench) -> dict[str, Any]:
    with processes.child("benchmarks.clocks", env=bench.environment(CLOCK), log=bench.folder / "clock.log") as clock:
        clock.ask()
        hourly = clock.answer()
        bench.query(_DAYS_OFF, database=CLOCK)
        clock.ask(moves=_MOVED)
        moving = clock.answer()
    result = measure.counted(
        f"seconds for the hourly job over {bench.plan.open_dossiers:,} running clocks",
        "s",
        subject=hourly["seconds"],
        control=None,
        goal=Goal(at_most=60),
        moved=hourly["moved"],
        after_new_days_off={
            "moved": moving["moved"],
            "of": _MOVED,
            "per_second": measure.rounded(moving["moved"] / moving["seconds"]),
        },
    )
    return {"clock": result}

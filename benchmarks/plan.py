"""How much a run measures: below five minutes for every day, or the ten million rows of the goals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Sizes of one run; seconds are those of one side of one round."""

    is_quick: bool
    rows: int
    small_rows: int = 10_000
    rounds: int = 5
    seconds: float = 2.0
    page_requests: int = 12
    messages: int = 1_200
    fast_messages: int = 2_000
    naive_messages: int = 150
    killed_messages: int = 3_000
    submissions: int = 4
    open_dossiers: int = 100_000


QUICK = Plan(is_quick=True, rows=1_000_000)
FULL = Plan(
    is_quick=False,
    rows=10_000_000,
    seconds=6.0,
    page_requests=60,
    messages=6_000,
    fast_messages=10_000,
    naive_messages=1_000,
    killed_messages=10_000,
    submissions=12,
)

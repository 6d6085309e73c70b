"""Rounds in which control and subject take turns, and what a goal makes of them."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A bound of the ratio of subject to control."""

    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        return f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}"

    def is_met(self, value: float) -> bool:
        if self.at_least is not None:
            return value >= self.at_least
        assert self.at_most is not None
        return value <= self.at_most


@dataclass(frozen=True)
class Round:
    """One turn of each side, with the machine's load average of one minute beside it."""

    subject: float
    control: float
    load: float

    @property
    def ratio(self) -> float:
        return self.subject / self.control

    def as_json(self) -> dict[str, float]:
        return {
            "subject": rounded(self.subject),
            "control": rounded(self.control),
            "ratio": rounded(self.ratio),
            "load": round(self.load, 2),
        }


@dataclass
class Measured:
    """What one goal's rounds came to; medians, and the ratio of each round's two neighbours."""

    what: str
    unit: str
    goal: Goal
    rounds: list[Round]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return statistics.median(turn.ratio for turn in self.rounds)

    @property
    def is_met(self) -> bool:
        return self.goal.is_met(self.ratio)

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "unit": self.unit,
            "subject": rounded(statistics.median(turn.subject for turn in self.rounds)),
            "control": rounded(statistics.median(turn.control for turn in self.rounds)),
            "ratio": rounded(self.ratio),
            "ratio_range": [rounded(bound([turn.ratio for turn in self.rounds])) for bound in (min, max)],
            "goal": str(self.goal),
            "ok": self.is_met,
            "rounds": [turn.as_json() for turn in self.rounds],
            **self.more,
        }


def counted(
    what: str, unit: str, *, subject: float, control: float | None, goal: Goal, value: float | None = None, **more: Any
) -> dict[str, Any]:
    """Return a result that is counted once and needs no rounds; ``value`` is what the goal bounds, else the subject."""
    bounded = subject if value is None else value
    return {
        "what": what,
        "unit": unit,
        "subject": rounded(subject),
        "control": None if control is None else rounded(control),
        "ratio": rounded(bounded),
        "goal": str(goal),
        "ok": goal.is_met(bounded),
        "load": round(os.getloadavg()[0], 2),
        **more,
    }


def alternate(rounds: int, *, subject: Callable[[], float], control: Callable[[], float]) -> list[Round]:
    """Measure A B, B A, A B …: whoever comes second finds the machine as the first one left it."""
    turns = []
    for number in range(rounds):
        if number % 2:
            first, second = subject(), control()
        else:
            second, first = control(), subject()
        turns.append(Round(first, second, os.getloadavg()[0]))
    return turns


def rounded(value: float) -> float:
    """Keep four digits that mean something."""
    return float(f"{value:.4g}")


def machine(postgres: str) -> dict[str, Any]:
    """Describe where the figures come from."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": postgres,
        "load_at_start": round(os.getloadavg()[0], 2),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        return platform.processor()

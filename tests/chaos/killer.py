"""Who dies when, and how long it takes until the part works again."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import requests

from tests.chaos.stage import BEAT, BROKER, DATABASE, WEB, WORKER, Stage

VICTIMS = (WEB, WORKER, BEAT, BROKER, DATABASE)
GAP = (2.5, 6.5)  # seconds between two kills
# Seconds until the part must work again. Beat rings for the first time 15 s after its start; a broker is back when
# a worker has taken a ring from it.
BUDGETS = {WEB: 20.0, WORKER: 45.0, BEAT: 60.0, BROKER: 60.0, DATABASE: 30.0}
PROBE_EVERY = 0.25
# A message that was taken twice may be struck a second time; see docs/reliability.md.
CALM = 1.5


def plan(dice: Random, *, times: int) -> Iterator[tuple[str, float]]:
    """Yield victims, each so often, with the pause before each; nobody dies twice in a row."""
    last = ""
    for _round in range(times):
        order = dice.sample(VICTIMS, len(VICTIMS))
        if order[0] == last:
            order.append(order.pop(0))
        for victim in order:
            yield victim, dice.uniform(*GAP)
        last = order[-1]


@dataclass
class Killing:
    """One kill; ``recovered`` is how many seconds it took until the part did its work, None while it does not."""

    part: str
    at: float
    wall: float
    recovered: float | None = None
    overtaken: bool = False


@dataclass
class Watch:
    """Looks at every part that was killed until it works again."""

    stage: Stage
    killings: list[Killing] = field(default_factory=list)
    _looked_at: float = 0.0

    def note(self, part: str) -> None:
        for earlier in self.open():
            if earlier.part == part:
                earlier.overtaken = True
        self.killings.append(Killing(part, time.monotonic(), time.time()))

    def open(self) -> list[Killing]:
        return [killing for killing in self.killings if killing.recovered is None and not killing.overtaken]

    def look(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < PROBE_EVERY:
            return
        self._looked_at = now
        for killing in self.open():
            if self._works(killing):
                killing.recovered = time.monotonic() - killing.at

    def _works(self, killing: Killing) -> bool:
        if killing.part == WEB:
            return self._web("/healthz").get("alive", False)
        if killing.part == DATABASE:
            return self._web("/readyz").get("database", False)
        if killing.part == BEAT:
            return self.stage.out.rang_at > killing.at
        return self._heard_after(killing.wall)

    def _web(self, path: str) -> dict[str, bool]:
        try:
            return dict(requests.get(self.stage.url + path, timeout=2).json())
        except (requests.RequestException, ValueError):
            return {}

    def _heard_after(self, wall: float) -> bool:
        """Say whether a worker has taken a ring and written its sign of life since."""
        at = self.stage.ask_database("SELECT at FROM core_heartbeat WHERE name = 'worker'")
        return at is not None and at.timestamp() > wall


def wait_for_calm(ledger: Path) -> None:
    """Wait, for a while at most, until no message that was taken before is being sent again."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _repeats(ledger, since=time.time() - CALM):
        time.sleep(0.1)


def _repeats(ledger: Path, *, since: float) -> bool:
    with ledger.open("rb") as file:
        file.seek(max(0, ledger.stat().st_size - 64_000))
        lines = file.read().splitlines()[1:]
    recent = (line for line in map(json.loads, filter(_is_whole, lines)) if line["at"] > since)
    return any(line["taken"] and line["before"] for line in recent)


def _is_whole(line: bytes) -> bool:
    return line.startswith(b"{") and line.endswith(b"}")

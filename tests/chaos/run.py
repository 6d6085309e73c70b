"""One run: ``python -m tests.chaos.run``; 1,000 changes of status, five kills of each part, a table, an exit code."""

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests import servers
from tests.chaos import stage as stages
from tests.chaos.killer import BUDGETS, GAP, VICTIMS, Watch, plan, wait_for_calm

# The dossiers and their ways are always the same; kills and faults follow the other seed, which the report names.
WAYS_SEED = 20261123
QUIET_WITHIN = 150.0  # seconds after the last change; a lapsed lease and a retry after half a minute are in it
TICK = 0.05


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of kills and faults")
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=5, help="of each part")
    parser.add_argument("--drafts", type=int, default=8, help="to which two papers are attached each")
    parser.add_argument("--report", type=Path, default=stages.ROOT / "var" / "chaos-report.json")
    return parser.parse_args()


BEGAN = time.monotonic()


def say(text: str) -> None:
    sys.stdout.write(f"{time.monotonic() - BEGAN:6.1f} s  {text}\n")
    sys.stdout.flush()


def prepare(stage: stages.Stage) -> None:
    """Start PostgreSQL and the broker, make the tables, and let this process speak to them too."""
    stage.start(stages.DATABASE, stages.BROKER, stages.PROVIDERS)
    servers.eventually(lambda: stage.ask_database("SELECT 1"))
    servers.eventually(stage.broker.answers)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"],
        cwd=stages.ROOT,
        env=stage.environment,
        check=True,
    )
    os.environ.update({**stage.environment, "LOG_LEVEL": "ERROR"})
    import django

    django.setup()
    say("tables made")


def drive(stage: stages.Stage, cast: Any, wanted: argparse.Namespace) -> tuple[Watch, Any]:
    """Let people work while parts die and come back, until the work is done and everything stands again."""
    from tests import files
    from tests.chaos.driver import Diary, Driver

    watch, diary = Watch(stage), Diary(stage.folder / "diary.jsonl")
    deaths = list(plan(Random(wanted.seed), times=wanted.kills))
    seconds = sum(pause for _victim, pause in deaths) + GAP[1]
    driver = Driver(stage.url, cast, diary, paper=files.pdf, seconds=seconds)
    driver.start()
    keep_alive(stage, watch, until=lambda: driver.share > 0.01 or not driver.is_working, within=60)
    for victim, pause in deaths:
        if driver.failures:
            break
        due = time.monotonic() + pause
        keep_alive(stage, watch, until=lambda due=due: time.monotonic() > due, within=pause + 1)
        wait_for_calm(stage.ledger)
        # The very part must be there to be killed.
        keep_alive(stage, watch, until=lambda victim=victim: stage.parts[victim].pid is not None, within=60)
        stage.kill(victim)
        watch.note(victim)
    keep_alive(stage, watch, until=lambda: not driver.is_working, within=300)
    keep_alive(stage, watch, until=lambda: not watch.open(), within=max(BUDGETS.values()))
    diary.close()
    if driver.failures or driver.is_working:
        raise SystemExit("The driver failed: " + "; ".join(driver.failures or ["it does not end"]))
    return watch, diary


def keep_alive(stage: stages.Stage, watch: Watch, *, until: Callable[[], bool], within: float) -> bool:
    """Be the init system until something is true or the time is over."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        stage.revive()
        watch.look()
        if until():
            return True
        time.sleep(TICK)
    return False


def come_to_rest(stage: stages.Stage, watch: Watch) -> float:
    """Wait until the portal itself has nothing left to do, and return how long that took."""
    from notifications.enums import State
    from notifications.models import Message

    began = time.monotonic()
    waiting = Message.objects.filter(state__in=(State.QUEUED, State.SENDING))
    keep_alive(stage, watch, until=lambda: not waiting.exists(), within=QUIET_WITHIN)
    return time.monotonic() - began


def sends_again(stage: stages.Stage) -> list[str]:
    """I12: everything periodic once more, now and as if a day had passed, hands nothing to a provider."""
    from django.utils import timezone

    from dossiers import uploads
    from notifications import services

    before = stage.ledger.stat().st_size
    for at in (timezone.now(), timezone.now() + timedelta(hours=25)):
        services.expire(at=at)
        services.reclaim(at=at)
        services.apply_waiting(at=at)
        services.deliver_due(clock=lambda at=at: at, seconds=1)
        uploads.sweep(at)
    return [] if stage.ledger.stat().st_size == before else ["a message was sent again at rest"]


def judge(stage: stages.Stage, cast: Any, watch: Watch, wanted: argparse.Namespace) -> tuple[dict[str, Any], Any]:
    """Hold every invariant against what is left."""
    from django.utils import timezone

    from core import jobs
    from core.models import JobSlot
    from tests.chaos import evidence, verify

    again = sends_again(stage)
    end = evidence.gather(
        diary=stage.folder / "diary.jsonl",
        ledger=stage.ledger,
        media=stage.folder / "var" / "media",
        officer_ids=cast.officer_ids,
    )
    found = {name: check(end) for name, check in verify.ON_EVIDENCE.items()}
    stale = JobSlot.objects.filter(finished_at=None, started_at__lte=timezone.now() - jobs.LEASE).count()
    found["I7 nothing pending"] += [f"{stale} job slots outlived their lease"] if stale else []
    found["I11 recovered within the budgets"] = verify.recovered_in_time(watch.killings)
    found["I12 at rest nothing is sent again"] = again
    changed = sum(event.source != event.target and event.actor in cast.officer_ids.values() for event in end.events)
    enough = changed >= wanted.changes and len(watch.killings) == wanted.kills * len(VICTIMS)
    found["enough happened"] = [] if enough else [f"only {changed} changes and {len(watch.killings)} kills"]
    return found, end


def figures(end: Any, watch: Watch, diary: Any) -> dict[str, Any]:
    """Count what happened."""
    from tests.chaos import verify

    sends = verify.sends(end)
    owed_at = {row.key: row.recorded_at for row in end.outbox}
    first: dict[str, float] = {}
    for line in end.ledger:
        if line["taken"] and line["key"] in owed_at:
            first.setdefault(line["key"], line["at"] - owed_at[line["key"]])
    # Those of the filing, before the worker was started, waited for it.
    waits = sorted(wait for key, wait in first.items() if owed_at[key] > watch.killings[0].wall - 5)
    answers = {name: sum(line["answer"] == name for line in end.ledger) for name in {ln["answer"] for ln in end.ledger}}
    return {
        "dossiers": len(end.versions),
        "events": len(end.events),
        "status_changes": sum(event.source != event.target for event in end.events),
        "acks": len(end.said("ack")),
        "in_doubt": len(end.said("intent")) - len(end.said("ack")),
        "messages": len(end.outbox),
        "sent_twice": sum(count == 2 for count in sends.values()),
        "sent_twice_after_the_kill_of": _blame(end, sends, watch),
        "papers": len(end.papers),
        "provider_answers": answers,
        "requests_without_answer": dict(diary.faults),
        "seconds_to_provider": {"p50": waits[len(waits) // 2], "p95": waits[int(len(waits) * 0.95)], "max": waits[-1]},
        "recovery_seconds": {part: _recovery(part, watch) for part in VICTIMS},
    }


def _blame(end: Any, sends: Counter[str], watch: Watch) -> dict[str, int]:
    """Count the messages sent twice by the part that was killed first after the first time."""
    first: dict[str, float] = {}
    for line in end.ledger:
        if line["taken"] and sends[line["key"]] > 1:
            first.setdefault(line["key"], line["at"])
    after = (next((killing.part for killing in watch.killings if killing.wall > at), "none") for at in first.values())
    return dict(Counter(after))


def _recovery(part: str, watch: Watch) -> dict[str, float]:
    took = [killing.recovered for killing in watch.killings if killing.part == part and killing.recovered is not None]
    kills = sum(killing.part == part for killing in watch.killings)
    return {"kills": kills, "median": statistics.median(took or [0.0]), "max": max(took, default=0.0)}


def table(report: dict[str, Any]) -> str:
    """Return the report's one page."""
    lines = [f"{'holds' if not breaches else 'BROKEN':<8}{name}" for name, breaches in report["invariants"].items()]
    lines += [f"        {breach}" for breaches in report["invariants"].values() for breach in breaches[:5]]
    lines += [f"{name:<26}{value}" for name, value in report["figures"].items() if name != "recovery_seconds"]
    for part, took in report["figures"]["recovery_seconds"].items():
        lines.append(f"{part:<10}{took['kills']} kills, back after {took['median']:.1f} s, at most {took['max']:.1f} s")
    return "\n".join([*lines, f"seed {report['seed']}, {report['seconds']:.0f} s"])


def main() -> int:
    """Run once and return the exit code."""
    wanted = options()
    os.chdir(stages.ROOT)
    say(f"chaos: seed {wanted.seed} (python -m tests.chaos.run --seed {wanted.seed} repeats its kills and faults)")
    with stages.stage(seed=wanted.seed) as stage:
        try:
            report = play(stage, wanted)
        except BaseException:
            say("\n".join(stage.out.lines[-200:]))
            raise
    report["seconds"] = time.monotonic() - BEGAN
    wanted.report.parent.mkdir(parents=True, exist_ok=True)
    wanted.report.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    say("the end\n" + table(report))
    return any(report["invariants"].values())


def play(stage: stages.Stage, wanted: argparse.Namespace) -> dict[str, Any]:
    """Prepare, drive, rest and judge."""
    prepare(stage)
    from django.db import connections

    from core import doorbell
    from tests.chaos import people

    with doorbell.silence():
        cast = people.make(changes=wanted.changes, drafts=wanted.drafts, seed=WAYS_SEED)
    # Our own connection would not outlive the first kill.
    connections.close_all()
    say(f"{len(cast.ways)} dossiers wait for {sum(len(way.steps) for way in cast.ways)} steps")
    stage.start(stages.WEB, stages.WORKER, stages.BEAT, stages.SECOND_BEAT)
    watch, diary = drive(stage, cast, wanted)
    say(f"{len(watch.killings)} kills done, all work done; waiting for rest")
    rest = come_to_rest(stage, watch)
    say(f"at rest after {rest:.1f} s")
    found, end = judge(stage, cast, watch, wanted)
    told = figures(end, watch, diary) | {"seconds_to_rest": rest}
    return {"seed": wanted.seed, "ways_seed": WAYS_SEED, "invariants": found, "figures": told}


if __name__ == "__main__":
    sys.exit(main())

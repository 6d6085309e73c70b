"""G7, G8 and G9: messages to a provider on loopback, which counts what it gets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import measure, naive, processes, servers
from benchmarks.bench import SMALL, Bench
from benchmarks.measure import Goal
from notifications import rules
from notifications import services as notices
from notifications.services import delivery

_LATENCY_MS, _AT_ONCE = 50, 32
# No deliverer asks for it, so a bell that rang late takes nothing away from the naive tasks.
_NOT_OURS = max(rules.PRIORITIES) + 1
_LEASE_IS_OVER = 600.0  # seconds
# Every dossier has been told of before, so it has its short address; nothing is due but what a round brings.
_LINKS = """
INSERT INTO notifications_shortlink (token, dossier_id, created_at)
SELECT 'b' || lpad(to_hex(id), 7, '0'), id, now() FROM dossiers_dossier ON CONFLICT DO NOTHING
"""
_OWE = """
INSERT INTO notifications_message (id, dedupe_key, dossier_id, topic, phone, language, facts, priority, state, route,
    next_attempt_at, attempts, tries, channel, provider, provider_ref, body, fault, code, created_at, recorded_at)
SELECT gen_random_uuid(), 'bench:' || gen_random_uuid(), id, 'received', applicant_phone, 'vi',
    jsonb_build_object('code', code, 'unit', 'UBND phường Trấn Biên', 'due', '2026-12-01T09:00:00+00:00'), %s, 'queued',
    '', now(), 0, 0, '', '', '', '', '', '', now(), now()
FROM dossiers_dossier ORDER BY id LIMIT %s RETURNING id
"""


@dataclass(frozen=True)
class Provider:
    """The stub, as the run sees it."""

    port: int

    def reset(self, *, delay_ms: int) -> None:
        self._get(f"/reset?delay={delay_ms}")

    def facts(self) -> dict[str, Any]:
        return self._get("/count")

    def rate(self, messages: int) -> float:
        """Wait until so many requests have come and return how many came in a second.

        :raises TimeoutError: they did not come.
        """
        processes.eventually(lambda: self.facts()["requests"] >= messages, what=f"{messages} messages")
        facts = self.facts()
        return float(facts["requests"] / facts["seconds"])

    def _get(self, path: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection(servers.HOST, self.port, timeout=10)
        connection.request("GET", path)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@contextmanager
def provider(bench: Bench) -> Iterator[Provider]:
    """Run the stub."""
    stub = Provider(servers.free_port())
    argv = [sys.executable, "-m", "benchmarks.stub", str(stub.port)]
    with processes.running(argv, log=bench.folder / "stub.log"):
        processes.eventually(lambda: _is_there(stub), what="the stub")
        yield stub


def _is_there(stub: Provider) -> bool:
    try:
        stub.facts()
    except OSError:
        return False
    return True


def _environment(bench: Bench, stub: Provider) -> dict[str, str]:
    return bench.environment(SMALL) | {"ESMS_URL": f"http://{servers.HOST}:{stub.port}/send", "LOG_LEVEL": "WARNING"}


def _owe(bench: Bench, messages: int, *, priority: int = rules.PRIORITY_NEWS) -> list[str]:
    """Write messages that are due now and nothing else is; return their ids.

    :raises RuntimeError: there are fewer dossiers than messages, each about one of them.
    """
    bench.query("UPDATE notifications_message SET state = 'held' WHERE state IN ('queued', 'sending')", database=SMALL)
    owed = [str(row[0]) for row in bench.query(_OWE, [priority, messages], database=SMALL)]
    if len(owed) != messages:
        raise RuntimeError(f"{len(owed)} of {messages} messages were written")
    return owed


def slow_provider(bench: Bench) -> dict[str, Any]:
    """A provider that takes its time: is it the provider that limits us?"""
    messages = bench.plan.messages
    with (
        provider(bench) as stub,
        processes.child(
            "benchmarks.deliverer", env=_environment(bench, stub), log=bench.folder / "deliverer.log"
        ) as deliverer,
    ):
        bench.query(_LINKS, database=SMALL)

        def subject() -> float:
            _owe(bench, messages)
            stub.reset(delay_ms=_LATENCY_MS)
            deliverer.ask(threads=_AT_ONCE)
            deliverer.answer()
            return stub.rate(messages)

        def control() -> float:
            stub.reset(delay_ms=_LATENCY_MS)
            bench.send(
                stub.port, [_TEXT], expected=200, connections=_AT_ONCE, seconds=600, repeats=True, at_most=messages
            )
            return stub.rate(messages)

        subject()
        rounds = measure.alternate(bench.plan.rounds, subject=subject, control=control)
    what = f"messages a second to a provider that answers in {_LATENCY_MS} ms, {_AT_ONCE} at once, against bare threads"
    return {"G7": measure.Measured(what, "messages/s", Goal(at_least=0.85), rounds).as_json()}


_BODY = json.dumps({"ApiKey": "", "SecretKey": "", "Content": "x" * 150, "Phone": "84900000000", "RequestId": "0" * 36})
_TEXT = (
    f"POST /send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(_BODY)}\r\n\r\n"
    f"{_BODY}"
).encode()


_NAIVE_WORKER = [sys.executable, "-m", "celery", "--quiet", "--skip-checks", "-A", "benchmarks.naive", "worker"]
_NAIVE_WORKER += ["--concurrency", "2", "--without-gossip", "--without-mingle"]


def fast_provider(bench: Bench) -> dict[str, Any]:
    """A provider that answers at once: what do we cost ourselves? Both sides run in the same Celery worker."""
    from portal.celery import app

    with ExitStack() as stack:
        stub = stack.enter_context(provider(bench))
        log = bench.folder / "worker.log"
        worker = stack.enter_context(processes.running(_NAIVE_WORKER, env=_environment(bench, stub), log=log))
        bench.query(_LINKS, database=SMALL)

        def round_of(messages: int, priority: int, ring: Callable[[list[str]], None]) -> float:
            """Let the worker begin when all of its work lies ready."""
            owed = _owe(bench, messages, priority=priority)
            stub.reset(delay_ms=0)
            os.killpg(worker.pid, signal.SIGSTOP)
            try:
                ring(owed)
            finally:
                os.killpg(worker.pid, signal.SIGCONT)
            rate = stub.rate(messages)
            _settle(bench, messages)
            return rate

        def bells(_owed: list[str]) -> None:
            for _process in range(2):
                app.send_task(notices.DELIVER)

        def tasks(owed: list[str]) -> None:
            for message_id in owed:
                app.send_task(naive.SEND_ONE, args=[message_id])

        sides = {
            "subject": lambda: round_of(bench.plan.fast_messages, rules.PRIORITY_NEWS, bells),
            "control": lambda: round_of(bench.plan.naive_messages, _NOT_OURS, tasks),
        }
        for side in sides.values():
            side()
        rounds = measure.alternate(bench.plan.rounds, subject=sides["subject"], control=sides["control"])
    what = "messages a second to a provider that answers at once, against one Celery task for each message"
    return {"G8": measure.Measured(what, "messages/s", Goal(at_least=3), rounds).as_json()}


def _settle(bench: Bench, messages: int) -> None:
    """Wait until the worker has written down what it sent."""
    open_ones = "SELECT count(*) FROM notifications_message WHERE state IN ('queued', 'sending')"
    processes.eventually(lambda: bench.query(open_ones, database=SMALL)[0][0] == 0, what=f"{messages} results")


def exactly_once(bench: Bench) -> dict[str, Any]:
    """Two deliverers at once; then one of them is killed in the middle of its work."""
    messages = bench.plan.killed_messages
    batch = min(max(_AT_ONCE * 6, delivery.MIN_BATCH), delivery.MAX_BATCH)
    with ExitStack() as stack:
        stub = stack.enter_context(provider(bench))
        environment = _environment(bench, stub)
        both = [
            stack.enter_context(
                processes.child("benchmarks.deliverer", env=environment, log=bench.folder / f"deliverer{number}.log")
            )
            for number in range(2)
        ]
        bench.query(_LINKS, database=SMALL)
        calm = _deliver_with_two(bench, stub, both, messages)
        killed = _deliver_with_a_kill(bench, stub, both, messages)
    result = measure.counted(
        f"requests beyond {messages:,} messages with two deliverers; with one killed, at most one batch of {batch}",
        "requests",
        subject=calm["requests"],
        control=messages,
        value=calm["requests"] - messages,
        goal=Goal(at_most=0),
        killed={
            "repeated": killed["requests"] - messages,
            "at_most": batch,
            "never_sent": messages - killed["distinct"],
        },
    )
    repeated = result["killed"]["repeated"]
    result["ok"] = result["ok"] and calm["distinct"] == killed["distinct"] == messages and repeated <= batch
    return {"G9": result}


def _deliver_with_two(bench: Bench, stub: Provider, both: list[processes.Child], messages: int) -> dict[str, Any]:
    stub.reset(delay_ms=_LATENCY_MS)
    _owe(bench, messages)
    for deliverer in both:
        deliverer.ask(threads=_AT_ONCE)
    for deliverer in both:
        deliverer.answer()
    return stub.facts()


def _deliver_with_a_kill(bench: Bench, stub: Provider, both: list[processes.Child], messages: int) -> dict[str, Any]:
    stub.reset(delay_ms=_LATENCY_MS)
    _owe(bench, messages)
    for deliverer in both:
        deliverer.ask(threads=_AT_ONCE)
    processes.eventually(lambda: stub.facts()["requests"] > messages / 3, what="a third of the messages")
    both[0].process.kill()
    both[0].process.wait()
    both[1].answer()
    time.sleep(2 * _LATENCY_MS / 1000)
    both[1].ask(threads=_AT_ONCE, reclaims=True, later_seconds=_LEASE_IS_OVER)
    both[1].answer()
    return stub.facts()

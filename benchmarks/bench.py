"""What a goal's measurement works with: databases, servers, the load generator."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks import processes, servers
from benchmarks.plan import Plan

BIG, SMALL, CLOCK = "big", "small", "clock"
CONNECTIONS = servers.WEB_WORKERS * servers.WEB_THREADS


@dataclass
class Bench:
    """One run; what it starts ends with ``stack``."""

    plan: Plan
    server: servers.Postgres
    broker_url: str
    folder: Path
    stack: ExitStack
    _ports: dict[str, int] = field(default_factory=dict)
    _connections: dict[str, Any] = field(default_factory=dict)

    def environment(self, database: str) -> dict[str, str]:
        """Return what a process of the portal must know."""
        return {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "DATABASE_URL": self.server.url(database),
            "BROKER_URL": self.broker_url,
            "VAR_DIR": str(self.folder),
            "LOG_LEVEL": "INFO",
        }

    def portal(self, database: str = BIG) -> int:
        """Return the port of the whole portal on a database."""
        return self._web(database, "portal.wsgi:application", "benchmarks.settings", database)

    def reference(self) -> int:
        """Return the port of the bare app on the big database."""
        return self._web("reference", "benchmarks.reference.wsgi:application", "benchmarks.reference.settings", BIG)

    def _web(self, name: str, application: str, settings: str, database: str) -> int:
        if name not in self._ports:
            server = servers.web(application, settings, env=self.environment(database), log=self.folder / f"{name}.log")
            self._ports[name] = self.stack.enter_context(server)
        return self._ports[name]

    @cached_property
    def generator(self) -> processes.Child:
        return self.stack.enter_context(processes.child("benchmarks.load", log=self.folder / "load.log"))

    def send(
        self,
        port: int,
        requests: Sequence[bytes],
        *,
        expected: int,
        connections: int = CONNECTIONS,
        seconds: float | None = None,
        repeats: bool = False,
        at_most: int = 10**9,
    ) -> dict[str, Any]:
        """Let the generator send, and make sure that every answer is the expected one.

        :raises RuntimeError: another answer came, so that nothing was measured.
        """
        self.generator.ask(
            port=port,
            requests=[one.decode("latin-1") for one in requests],
            connections=connections,
            seconds=self.plan.seconds if seconds is None else seconds,
            repeats=repeats,
            at_most=at_most,
        )
        answer = self.generator.answer()
        if set(answer["statuses"]) != {str(expected)}:
            raise RuntimeError(f"Answers were {answer['statuses']}, expected {expected}; see {self.folder}")
        return answer

    def query(self, statement: str, values: Sequence[Any] = (), *, database: str = BIG) -> list[tuple[Any, ...]]:
        """Ask a database on the run's own connection."""
        with self.connection(database).cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def connection(self, database: str = BIG) -> Any:
        if database not in self._connections:
            self._connections[database] = self.server.connect(database)
            self.stack.callback(self._connections[database].close)
        return self._connections[database]


def is_quick() -> bool:
    return os.environ.get("QUICK", "").lower() in ("1", "true", "yes", "on")

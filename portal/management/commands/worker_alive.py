"""Ask the database whether a worker lives."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import heartbeats
from portal import health


class Command(BaseCommand):
    help = "Exit non-zero unless a worker wrote its heartbeat less than a minute ago: the container's health check."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer with the exit code."""
        if not heartbeats.is_alive(health.WORKER, at=timezone.now(), within=health.WORKER_SILENT_FOR):
            raise CommandError("No worker has shown itself for a minute.")

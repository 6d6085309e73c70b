"""Find late dossiers by hand, for the first look at old data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dossiers import jobs, selectors


class Command(BaseCommand):
    help = "Open the overdue spell of late dossiers, the longest late first; each first one sends an apology."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say which dossiers would be marked.")
        parser.add_argument("--limit", type=int, default=200, help="At most so many in this run (200).")

    def handle(self, *, dry_run: bool, limit: int, **_options: Any) -> None:
        now = timezone.now()
        if dry_run:
            found = selectors.late_codes(at=now, limit=limit)
            for code, due_at in found:
                self.stdout.write(f"{code}  {timezone.localtime(due_at):%d/%m/%Y %H:%M}")
            self.stdout.write(f"{len(found)} dossiers are late; nothing was changed.")
            return
        self.stdout.write(f"{jobs.find_late(at=now, limit=limit)} dossiers marked as late.")

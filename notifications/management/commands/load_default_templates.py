"""Complete the texts of messages."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications import services


class Command(BaseCommand):
    help = "Add the shipped text of every message that has none; texts that were edited stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(self.style.SUCCESS(f"{services.load_defaults()} added"))

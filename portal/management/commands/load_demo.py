"""Fill an empty database with the demo province."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Agency
from portal.demo import load


class Command(BaseCommand):
    help = "Fill an empty database with the demo province: agencies, people, the catalogue, two months of dossiers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dossiers", type=int, default=420, help="How many dossiers (420).")

    def handle(self, *, dossiers: int, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo province is for the demo mode only.")
        if Agency.objects.exists():
            raise CommandError("There are agencies already; the demo fills an empty database only.")
        call_command("load_units", stdout=self.stdout)
        call_command("load_procedures", str(settings.BASE_DIR / "procedures/data/procedures.json"), stdout=self.stdout)
        load.load(at=timezone.now(), dossiers=dossiers, say=self.stdout.write)

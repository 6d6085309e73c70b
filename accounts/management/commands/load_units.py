"""``manage.py load_units [FILE.json]``: load provinces and communes, by default those shipped with the project."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import units


class Command(BaseCommand):
    help = "Load provinces and communes; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=units.SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = units.load(options["file"])
        except units.BadUnits as error:
            raise CommandError(f"Nothing was changed. {error}") from None
        self.stdout.write(f"Provinces and communes: {report.created} created, {report.changed} changed.")

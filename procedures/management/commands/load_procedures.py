"""``manage.py load_procedures FILE.json``: import the catalogue, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from procedures import importer


class Command(BaseCommand):
    help = "Import procedures; a changed record becomes a new published version. Anything wrong changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="also replace versions that a person published in the administration",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            records = importer.read_file(options["file"])
            report = importer.load(records, at=timezone.now(), overwrite=options["overwrite"])
        except importer.BadFile as error:
            raise CommandError(f"Nothing was changed.\n{error}") from None
        self.stdout.write(
            f"{len(records)} procedures read: {len(report.created)} created, {len(report.changed)} changed, "
            f"{len(report.unchanged)} unchanged, {len(report.kept)} kept as published by hand."
        )
        if not report.written:
            self.stdout.write("Nothing had to be changed.")

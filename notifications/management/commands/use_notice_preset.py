"""Choose which changes a province tells its citizens of."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications import services
from notifications.enums import Preset


class Command(BaseCommand):
    help = "Choose which messages are sent: every_change (the default) or dong_nai_nine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("preset", choices=Preset.values)

    def handle(self, *args: Any, preset: str, **options: Any) -> None:
        services.use_preset(Preset(preset))
        self.stdout.write(self.style.SUCCESS(str(Preset(preset).label)))

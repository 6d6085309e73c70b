"""``manage.py revoke_api_token PREFIX``: ends a program's token at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services


class Command(BaseCommand):
    help = "Revokes the token that begins with mct_PREFIX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prefix")

    def handle(self, *args: Any, **options: Any) -> None:
        prefix = options["prefix"].removeprefix("mct_")[:8]
        if not services.revoke_token(prefix=prefix, at=timezone.now()):
            raise CommandError("There is no such token, or it has ended already.")
        self.stdout.write("Revoked.")

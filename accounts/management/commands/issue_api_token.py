"""``manage.py issue_api_token NAME --scope officer --label "..."``: the only way to a token."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import services
from accounts.enums import TokenScope
from accounts.models import User


class Command(BaseCommand):
    help = "Issues a token for a program and prints it once; only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--scope", choices=TokenScope.values, required=True)
        parser.add_argument("--label", required=True, help="The program that will use it.")
        parser.add_argument("--days", type=int, default=services.MAX_TOKEN_LIFETIME.days)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("There is no such person.")
        try:
            token, text = services.issue_token(
                user=user,
                scope=TokenScope(options["scope"]),
                label=options["label"],
                at=timezone.now(),
                lifetime=timedelta(days=options["days"]),
            )
        except services.TokenRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stderr.write(f"Valid until {token.expires_at:%Y-%m-%d}; revoke it with revoke_api_token {token.prefix}.")
        self.stdout.write(text)

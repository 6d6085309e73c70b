"""Prepare the database and run the whole portal."""

import os
import socket
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import doorbell

DEMO_PROVINCE = "load_demo"


class Command(BaseCommand):
    help = "Prepare the database, then run web, worker, beat and the embedded broker until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a demo start without its province."""
        parser.add_argument("--empty", action="store_true", help="load no demo province into an empty database")
        parser.add_argument("--dossiers", type=int, default=420, help="how many dossiers the demo province has (420)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Become the supervisor once everything is ready for it."""
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        _refuse_taken_port(host, port)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO and not options["empty"] and _is_empty():
            self.stdout.write("Loading the demo province: agencies, people, procedures, two months of dossiers.")
            self.stdout.flush()
            with doorbell.silence():
                call_command(DEMO_PROVINCE, dossiers=options["dossiers"])
        self.stdout.write("Starting web, worker, beat and broker.")
        self.stdout.flush()
        environment = os.environ | {
            "VAR_DIR": str(settings.VAR_DIR),
            "PORTAL_BANNER": _banner() if settings.DEMO else "",
        }
        os.execve(sys.executable, [sys.executable, "-m", "portal.supervisor"], environment)  # noqa: S606


def _refuse_taken_port(host: str, port: str) -> None:
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"{host}:{port} can't be used ({error.strerror}). Choose another port: PORT=8001 make run"
        ) from error


def _is_empty() -> bool:
    return DEMO_PROVINCE in get_commands() and not apps.get_model("accounts.Agency").objects.exists()


def _banner() -> str:
    """Return the demo accounts as lines for the terminal."""
    if find_spec("portal.demo") is None:
        return ""
    accounts = import_module("portal.demo.accounts").DEMO_ACCOUNTS
    width = max(len(role) for role, _sign_in, _password in accounts)
    return "\n".join(
        ["Demo accounts:", *(f"  {role:<{width}}  {sign_in:<24} {password}" for role, sign_in, password in accounts)]
    )

"""The rows every measured database begins with: the demo province's agencies and catalogue, and who measures."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

import procedures
from accounts.enums import DESK_ROLES
from accounts.models import Agency, RoleAssignment, User
from portal.demo import agencies

OFFICER = "nguoido"
CATALOGUE = Path(procedures.__file__).parent / "data" / "procedures.json"


def build() -> None:
    """Migrate the database and fill in everything but dossiers, all by the product's own means."""
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_units", verbosity=0)
    call_command("load_procedures", str(CATALOGUE), verbosity=0)
    call_command("load_default_templates", verbosity=0)
    offices = agencies.make_agencies()
    agencies.make_officers(offices, at=timezone.now())
    agencies.offer_procedures(offices)
    officer = User.objects.create(username=OFFICER, full_name="Nguyễn Văn Đo")
    RoleAssignment.objects.bulk_create(RoleAssignment(user=officer, agency=busiest(), role=role) for role in DESK_ROLES)


def busiest() -> Agency:
    """Return the agency in which the officer works, which gets the largest share of the dossiers."""
    return next(agency for agency in Agency.objects.order_by("code") if agency.commune and _is_busy(agency))


def _is_busy(agency: Agency) -> bool:
    return agencies.login_of(agency) == agencies.BUSY[0]


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser: the headers that it sends with every request."""

    cookie: str
    csrf: str

    def get(self, path: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode()

    def post(self, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nX-CSRFToken: {self.csrf}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def sign_in(user: User, *, is_staff: bool) -> Visitor:
    """Open a session as the sign-in pages leave it, with the second factor shown."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    now = timezone.now().isoformat()
    store.update(
        {
            "_auth_user_id": str(user.pk),
            "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": user.get_session_auth_hash(),
            "signed_in_at": now,
            # A little ahead, so that being seen is not written down in one round and not in the next.
            "seen_at": (timezone.now() + timedelta(minutes=20)).isoformat(),
            "proved_at": now,
            "signed_in_by": "password",
            "second_factor": True,
            "is_staff": is_staff,
        }
    )
    store.create()
    csrf = secrets.token_hex(16)
    return Visitor(f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={csrf}", csrf)

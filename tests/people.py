"""How tests come in: the codes that were sent, and the pages of signing in."""

import time
from contextlib import contextmanager

from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from accounts import signals

PASSWORD = "mat-khau-dai-12"
MOBILE = "0901 234 567"
NUMBER = "84901234567"


@contextmanager
def codes_sent():
    """Collect what the notifications would send, as the signal brings it."""
    sent = []

    def note(sender, **kwargs):
        sent.append(kwargs)

    signals.code_issued.connect(note, weak=False)
    try:
        yield sent
    finally:
        signals.code_issued.disconnect(note)


def ask_code(client, phone=MOBILE, **extra):
    return client.post(reverse("accounts:sign_in"), {"phone": phone, **extra})


def type_code(client, code):
    return client.post(reverse("accounts:code"), {"code": code})


def type_password(client, name, password=PASSWORD, page="accounts:password_sign_in", **extra):
    headers = extra.pop("headers", {})
    return client.post(reverse(page), {"name": name, "password": password, **extra}, headers=headers)


def app_code(secret, at=None):
    """Return what an authenticator app shows."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(at or time.time()) // 30))


def is_signed_in(client):
    return client.get(reverse("accounts:profile")).status_code == 200

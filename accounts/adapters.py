"""How django-allauth's second factor is bound to this site. None of its pages or addresses are used."""

from __future__ import annotations

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Citizens come by their phone and officers by an administrator; nobody signs up through allauth."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted, so that a stolen copy of the database opens no account."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username


def _cipher() -> MultiFernet:
    """Return the cipher of the current key, which also reads what former keys wrote."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str) -> Fernet:
    derived = hashlib.blake2b(key.encode(), digest_size=32, person=b"second-factor").digest()
    return Fernet(base64.urlsafe_b64encode(derived))

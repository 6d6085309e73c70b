"""The person behind a request whose view has asked for a sign-in."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """Return who is signed in; only for views behind ``login_required``."""
    user = request.user
    assert isinstance(user, User)
    return user

"""What a session knows of how its owner came in, and how long it lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import selectors
from accounts.models import User

_SIGNED_IN_AT = "signed_in_at"
_SEEN_AT = "seen_at"
_PROVED_AT = "proved_at"
_METHOD = "signed_in_by"
_SECOND_FACTOR = "second_factor"
_IS_STAFF = "is_staff"
# Being seen is written down once a minute, not at every request.
_SEEN_EVERY = timedelta(minutes=1)


class Method(StrEnum):
    CODE = "code"
    PASSWORD = "password"  # noqa: S105


def begin(request: HttpRequest, user: User, *, method: Method, second_factor: bool) -> None:
    """Sign the person in under a new session key, so that a key known before is worth nothing."""
    auth.login(request, user)
    request.session[_METHOD] = method
    request.session[_SECOND_FACTOR] = second_factor


def end(request: HttpRequest) -> None:
    """Sign the person out and delete the session on the server."""
    auth.logout(request)


def keep_after_password_change(request: HttpRequest, user: User) -> None:
    """Keep this session, under a new key, while all others of the person end."""
    auth.update_session_auth_hash(request, user)


@receiver(user_logged_in, dispatch_uid="accounts.sessions.stamp")
def stamp(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write down when the session began and which of the two life spans it has."""
    now = timezone.now().isoformat()
    for key in (_SIGNED_IN_AT, _SEEN_AT, _PROVED_AT):
        request.session[key] = now
    request.session[_IS_STAFF] = selectors.must_prove_twice(user)
    for key in (_METHOD, _SECOND_FACTOR):
        request.session.pop(key, None)


def user_of(request: HttpRequest, *, at: datetime) -> User | AnonymousUser:
    """Return who is signed in at the moment; a session that is too old or lay idle too long is deleted."""
    user = auth.get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    session = request.session
    if _is_over(session, at):
        session.flush()
        return AnonymousUser()
    if at - _moment(session, _SEEN_AT, at) >= _SEEN_EVERY:
        session[_SEEN_AT] = at.isoformat()
    user.is_kept_from_desk = came_by_code(session) or not has_second_factor(session)
    return user


def is_staff(session: SessionBase) -> bool:
    """Tell whether the session began as that of an officer or an administrator."""
    return bool(session.get(_IS_STAFF))


def came_by_code(session: SessionBase) -> bool:
    """Tell whether the person showed their phone only; the desk asks for a password."""
    return session.get(_METHOD) == Method.CODE


def has_second_factor(session: SessionBase) -> bool:
    """Tell whether a second factor was shown in this session, or none is required here."""
    return bool(session.get(_SECOND_FACTOR)) or not settings.STAFF_TOTP_REQUIRED


def note_second_factor(session: SessionBase, *, at: datetime) -> None:
    session[_SECOND_FACTOR] = True
    note_proof(session, at=at)


def note_proof(session: SessionBase, *, at: datetime) -> None:
    """Write down that the person has just shown again who they are."""
    session[_PROVED_AT] = at.isoformat()


def proved_since(session: SessionBase, moment: datetime) -> bool:
    proved = session.get(_PROVED_AT)
    return proved is not None and datetime.fromisoformat(proved) >= moment


def _is_over(session: SessionBase, at: datetime) -> bool:
    if is_staff(session):
        idle, absolute = settings.STAFF_IDLE_MINUTES, settings.STAFF_SESSION_HOURS
    else:
        idle, absolute = settings.CITIZEN_IDLE_MINUTES, settings.CITIZEN_SESSION_HOURS
    is_idle = at - _moment(session, _SEEN_AT, at) > timedelta(minutes=idle)
    return is_idle or at - _moment(session, _SIGNED_IN_AT, at) > timedelta(hours=absolute)


def _moment(session: SessionBase, key: str, default: datetime) -> datetime:
    text = session.get(key)
    return datetime.fromisoformat(text) if text else default

"""Signing in with a sign-in name or a phone number, and a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import F, Q
from django.http import HttpRequest

from accounts.admin_roles import AdminRolePermissions
from accounts.models import User
from core.phones import InvalidPhone, normalise_mobile


class NameOrPhoneBackend(AdminRolePermissions, ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the person, doing the same work whether or not there is one."""
        if username is None or password is None:
            return None
        user = find_user(normalise_name(username))
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def normalise_name(text: str) -> str:
    """Return a typed sign-in name in one Unicode spelling, or a phone number as 84xxxxxxxxx."""
    name = User.normalize_username(text).strip()
    try:
        return normalise_mobile(name)
    except InvalidPhone:
        return name


def find_user(name: str) -> User | None:
    """Return whose phone number or name it is; a number comes first, so that no name can stand in for it."""
    return User.objects.filter(Q(phone=name) | Q(username=name)).order_by(F("phone").asc(nulls_last=True)).first()

"""Administrators of both roles, and a browser that signs in as one."""

import pytest

from accounts.enums import Role
from accounts.models import User
from procedures import services
from tests import factories


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def admin_of(*roles, name="Quản trị"):
    user = factories.officer(*roles, name=name)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return User.objects.get(pk=user.pk)


@pytest.fixture
def province_admin(db):
    return admin_of(Role.PROVINCE_ADMIN)


@pytest.fixture
def system_admin(db):
    return admin_of(Role.SYSTEM_ADMIN)


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def draft(shipped):
    return services.draft_from(procedure=shipped("1.001193").procedure)

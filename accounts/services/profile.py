"""What a citizen tells about themselves once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import CitizenProfile, Commune, Province, User
from core import limits

_IDENTITY_CHANGES = (5, timedelta(days=1))


class IdentityTaken(Exception):
    """Another account holds this identity number; whose, is not told."""


@dataclass(frozen=True)
class ProfileData:
    full_name: str
    email: str
    language: str
    identity_number: str | None
    birth_on: date | None
    gender: str
    province: Province | None
    commune: Commune | None
    street: str


def save_profile(*, user: User, data: ProfileData, at: datetime) -> CitizenProfile:
    """Keep what the citizen wrote.

    :raises IdentityTaken: the identity number belongs to another account.
    :raises Limited: identity numbers were tried too often today.
    """
    profile = CitizenProfile.objects.filter(user=user).first() or CitizenProfile(user=user)
    if data.identity_number and data.identity_number != profile.identity_number:
        limit, per = _IDENTITY_CHANGES
        limits.hit(f"identity:{user.pk}", limit=limit, per=per, at=at)
    user.full_name, user.email, user.language = data.full_name, data.email, data.language
    profile.identity_number = data.identity_number
    profile.birth_on, profile.gender = data.birth_on, data.gender
    profile.province = data.commune.province if data.commune else data.province
    profile.commune, profile.street = data.commune, data.street
    try:
        with transaction.atomic():
            user.save(update_fields=["full_name", "email", "language"])
            profile.save()
    except IntegrityError as error:
        if CitizenProfile.objects.filter(identity_number=data.identity_number).exclude(user=user).exists():
            raise IdentityTaken from error
        raise
    return profile

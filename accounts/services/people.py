"""Citizens, those who act for them, and the members of enterprises."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.enums import MemberRole
from accounts.models import EnterpriseMember, Mandate, User
from core import limits
from core.ids import uuid7
from core.phones import normalise_mobile

_INVITATIONS = (20, timedelta(days=1))


class NotTheOwner(Exception):
    """Only an owner of the enterprise manages its members; others are not told that it exists."""


class LastOwner(Exception):
    """An enterprise keeps at least one owner."""


class NotYourself(Exception):
    """The number is the person's own."""


class BadTerm(Exception):
    """The last day lies in the past or too far ahead."""


def citizen_of(*, phone: str, language: str = "vi") -> User:
    """Return the citizen with the normalised number, made on first sight; who holds the phone owns the account."""
    user, _created = User.objects.get_or_create(
        phone=phone, defaults={"username": f"cd-{uuid7().hex}", "language": language, "password": _no_password()}
    )
    return user


def add_member(*, enterprise_id: int, owner: User, phone: str, at: datetime) -> EnterpriseMember:
    """Let the holder of the number file for the enterprise; they need not have signed in before.

    :raises NotTheOwner: whoever asks owns no such enterprise.
    :raises InvalidPhone: the text is no Vietnamese mobile number.
    :raises Limited: too many were added today.
    """
    _require_owner(enterprise_id, owner)
    person = _invited(owner, phone, at)
    member, _created = EnterpriseMember.objects.get_or_create(enterprise_id=enterprise_id, user=person)
    return member


def remove_member(*, enterprise_id: int, member_id: int, owner: User) -> None:
    """Take somebody's right to file for the enterprise, from their next request on.

    :raises NotTheOwner: whoever asks owns no such enterprise.
    :raises EnterpriseMember.DoesNotExist: nobody there by this id.
    :raises LastOwner: there would be no owner left.
    """
    with transaction.atomic():
        _require_owner(enterprise_id, owner)
        # Locks the owners in one order, so that two of them can't remove each other at the same time.
        owners = EnterpriseMember.objects.filter(enterprise_id=enterprise_id, role=MemberRole.OWNER)
        owner_ids = list(owners.select_for_update().order_by("id").values_list("id", flat=True))
        member = EnterpriseMember.objects.get(pk=member_id, enterprise_id=enterprise_id)
        if owner_ids == [member.pk]:
            raise LastOwner
        member.delete()


def give_mandate(*, grantor: User, phone: str, until: date, at: datetime) -> Mandate:
    """Let the holder of the number file and follow dossiers in the grantor's name, to the end of the given day.

    Giving it again to the same person moves the last day.

    :raises InvalidPhone: the text is no Vietnamese mobile number.
    :raises NotYourself: it is the grantor's own number.
    :raises BadTerm: the day is past or beyond ``MANDATE_MAX_DAYS``.
    :raises Limited: too many were given today.
    """
    valid_until = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
    if not at < valid_until <= at + timedelta(days=settings.MANDATE_MAX_DAYS + 1):
        raise BadTerm
    representative = _invited(grantor, phone, at)
    if representative == grantor:
        raise NotYourself
    with transaction.atomic():
        pair = Mandate.objects.filter(grantor=grantor, representative=representative, revoked_at__isnull=True)
        pair.filter(valid_until__lte=at).update(revoked_at=at)
        mandate, _created = Mandate.objects.update_or_create(
            grantor=grantor,
            representative=representative,
            revoked_at=None,
            defaults={"valid_until": valid_until},
            create_defaults={"valid_until": valid_until, "created_at": at},
        )
    return mandate


def revoke_mandate(*, mandate_id: int, user: User, at: datetime) -> None:
    """End a mandate, by either of the two people, from the next request on.

    :raises Mandate.DoesNotExist: it is not theirs, or ended already.
    """
    open_rows = Mandate.objects.filter(pk=mandate_id, revoked_at__isnull=True)
    ended = open_rows.filter(grantor=user) | open_rows.filter(representative=user)
    if not ended.update(revoked_at=at):
        raise Mandate.DoesNotExist


def _require_owner(enterprise_id: int, owner: User) -> None:
    owners = EnterpriseMember.objects.filter(enterprise_id=enterprise_id, role=MemberRole.OWNER)
    if not owners.filter(user=owner).exists():
        raise NotTheOwner


def _invited(host: User, phone: str, at: datetime) -> User:
    """Return the holder of the number; unknown ones get an account at once, so the answer tells nothing about them."""
    number = normalise_mobile(phone)
    limits.hit(f"invite:{host.pk}", limit=_INVITATIONS[0], per=_INVITATIONS[1], at=at)
    return citizen_of(phone=number)


def _no_password() -> str:
    unusable = User()
    unusable.set_unusable_password()
    return unusable.password

"""Questions about people: what they may do, for whom they may act, and what forms take from their profile."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import DESK_ROLES, MemberRole, Role
from accounts.models import CitizenProfile, Enterprise, EnterpriseMember, Mandate, RoleAssignment, User

Visitor = User | AnonymousUser

_ROLES = "_roles_by_agency"


def roles_of(user: Visitor) -> dict[int, set[Role]]:
    """Return the user's roles by agency id; empty for a citizen, and for an officer without the second factor.

    Read once per user object, thus once per request: a role taken away is gone at the next request.
    """
    if not isinstance(user, User) or not user.is_active or user.is_kept_from_desk:
        return {}
    roles: dict[int, set[Role]] | None = getattr(user, _ROLES, None)
    if roles is None:
        roles = _assigned_roles(user)
        setattr(user, _ROLES, roles)
    return roles


def _assigned_roles(user: User) -> dict[int, set[Role]]:
    roles: dict[int, set[Role]] = defaultdict(set)
    for agency_id, role in RoleAssignment.objects.filter(user=user).values_list("agency_id", "role"):
        roles[agency_id].add(Role(role))
    return dict(roles)


def has_role(user: Visitor, role: Role, agency_id: int) -> bool:
    return role in roles_of(user).get(agency_id, set())


def agencies_of(user: Visitor, role: Role) -> set[int]:
    """Return the ids of the agencies in which the user holds the role."""
    return {agency_id for agency_id, roles in roles_of(user).items() if role in roles}


def desk_agencies_of(user: Visitor) -> set[int]:
    """Return the ids of the agencies in which the user works on dossiers in any role."""
    return {agency_id for agency_id, roles in roles_of(user).items() if roles.intersection(DESK_ROLES)}


def is_officer(user: Visitor) -> bool:
    """Tell whether the user may open the desk now."""
    return bool(roles_of(user))


def must_prove_twice(user: User) -> bool:
    """Tell whether the user is one whose desk opens with a second factor only; says nothing about this session."""
    return user.is_staff or user.is_superuser or RoleAssignment.objects.filter(user=user).exists()


def may_act_for(user: Visitor, *, at: datetime | None = None) -> set[int]:
    """Return the ids of the citizens whose leave the user holds at the moment, by default now."""
    if not isinstance(user, User):
        return set()
    moment = at or timezone.now()
    return set(open_mandates(at=moment).filter(representative=user).values_list("grantor_id", flat=True))


def open_mandates(*, at: datetime) -> QuerySet[Mandate]:
    return Mandate.objects.filter(revoked_at__isnull=True, valid_until__gt=at)


def mandates_given(user: User, *, at: datetime) -> QuerySet[Mandate]:
    return open_mandates(at=at).filter(grantor=user).select_related("representative").order_by("valid_until", "id")


def mandates_held(user: User, *, at: datetime) -> QuerySet[Mandate]:
    return open_mandates(at=at).filter(representative=user).select_related("grantor").order_by("valid_until", "id")


def enterprises_of(user: Visitor) -> set[int]:
    """Return the ids of the enterprises for which the user may file."""
    if not isinstance(user, User):
        return set()
    return set(EnterpriseMember.objects.filter(user=user).values_list("enterprise_id", flat=True))


def memberships_of(user: User) -> QuerySet[EnterpriseMember]:
    """Return the user's places in enterprises, each with its enterprise, for lists and choices."""
    return EnterpriseMember.objects.filter(user=user).select_related("enterprise").order_by("enterprise__name", "id")


@dataclass
class Place:
    """An enterprise as one member sees it; only its owner sees the others, and whom they may take out."""

    enterprise: Enterprise
    is_owner: bool
    members: list[EnterpriseMember]


def enterprises_with_members(user: User) -> list[Place]:
    """Return the user's enterprises, in three queries at most."""
    mine = list(memberships_of(user))
    owned = [membership.enterprise_id for membership in mine if membership.role == MemberRole.OWNER]
    members: dict[int, list[EnterpriseMember]] = defaultdict(list)
    rows = EnterpriseMember.objects.filter(enterprise_id__in=owned).select_related("user").order_by("-role", "id")
    for member in rows:
        members[member.enterprise_id].append(member)
    return [Place(row.enterprise, row.enterprise_id in owned, members[row.enterprise_id]) for row in mine]


def profile_values(user: User) -> dict[str, object]:
    """Return what a form takes from the profile; the keys stand whether or not the citizen filled them in."""
    kept = CitizenProfile.objects.select_related("commune__province", "province").filter(user=user).first()
    profile = kept or CitizenProfile(user=user)
    commune = profile.commune
    province_code = commune.province_id if commune else profile.province_id
    return {
        "full_name": user.full_name,
        "phone": user.phone or "",
        "email": user.email,
        "identity_number": profile.identity_number or "",
        "birth_on": profile.birth_on,
        "gender": profile.gender,
        "address": {
            "province": province_code or "",
            "commune": commune.code if commune else "",
            "street": profile.street,
        },
        "address_text": _address_text(profile),
    }


def _address_text(profile: CitizenProfile) -> str:
    commune = profile.commune
    province = commune.province if commune else profile.province
    parts = [profile.street, commune.name if commune else "", province.name if province else ""]
    return ", ".join(part for part in parts if part)

"""What the two administrators' roles may do in the administration, as one table.

The province's administrator looks after procedures, texts, calendars, agencies and roles; the system's administrator
after officers' accounts and the plumbing, and never sees a dossier. Nothing is granted row by row in the database.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts import selectors
from accounts.enums import Role
from accounts.models import User

_ALL = ("view", "add", "change", "delete")
_EDIT = ("view", "change")

# Role: model: actions.
PERMISSIONS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.PROVINCE_ADMIN: {
        "procedures.sector": _ALL,
        "procedures.procedure": ("view", "add", "change"),
        "procedures.procedureversion": ("view", "change", "delete"),
        "procedures.formgroup": _ALL,
        "procedures.formfield": _ALL,
        "procedures.requiredpaper": _ALL,
        "procedures.fee": _ALL,
        "procedures.timelimit": _ALL,
        "procedures.routestep": _ALL,
        "procedures.offering": _ALL,
        "core.workcalendar": _ALL,
        "core.dayoverride": _ALL,
        "accounts.agency": ("view", "add", "change"),
        "accounts.province": _EDIT,
        "accounts.commune": _EDIT,
        "accounts.roleassignment": _ALL,
        "accounts.user": ("view",),
        "accounts.enterprise": ("view",),
        "accounts.enterprisemember": ("view",),
        "accounts.mandate": ("view",),
        "notifications.template": _EDIT,
        "notifications.noticerule": _EDIT,
        "notifications.message": _EDIT,
        "notifications.attempt": ("view",),
        "notifications.receipt": ("view",),
        "notifications.reachability": ("view", "change", "delete"),
        "notifications.channelpause": ("view", "change", "delete"),
        "dossiers.dossier": ("view",),
    },
    Role.SYSTEM_ADMIN: {
        "accounts.user": ("view", "add", "change"),
        "accounts.roleassignment": _ALL,
        "accounts.agency": ("view",),
        "core.workcalendar": ("view",),
        "notifications.channelpause": ("view", "change", "delete"),
        "notifications.receipt": ("view",),
    },
}
ADMIN_ROLES = frozenset(PERMISSIONS)


def may_open_admin(user: User | AnonymousUser) -> bool:
    """Tell whether the person may enter the administration now."""
    if not user.is_authenticated or not user.is_active or not user.is_staff or user.is_kept_from_desk:
        return False
    return user.is_superuser or bool(_admin_roles(user))


class AdminRolePermissions:
    """The part of a backend that answers ``has_perm`` from the table instead of from rows in the database."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or not may_open_admin(user_obj):
            return set()
        return {
            f"{app}.{action}_{model}"
            for role in _admin_roles(user_obj)
            for name, actions in PERMISSIONS[role].items()
            for app, model in [name.split(".")]
            for action in actions
        }

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Tell whether any model of the app is open to the person; asked for the index and the side bar."""
        return any(name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj))


def _admin_roles(user: User | AnonymousUser) -> set[Role]:
    held = {role for roles in selectors.roles_of(user).values() for role in roles}
    return held & ADMIN_ROLES

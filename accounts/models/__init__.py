from .agency import Agency, Commune, Province, RoleAssignment
from .codes import OneTimeCode
from .enterprise import Enterprise, EnterpriseMember, Mandate
from .user import CitizenProfile, User

__all__ = [
    "Agency",
    "CitizenProfile",
    "Commune",
    "Enterprise",
    "EnterpriseMember",
    "Mandate",
    "OneTimeCode",
    "Province",
    "RoleAssignment",
    "User",
]

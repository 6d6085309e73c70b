from .agency import Agency, Commune, Province, RoleAssignment
from .codes import OneTimeCode
from .enterprise import Enterprise, EnterpriseMember, Mandate
from .token import ApiToken
from .user import CitizenProfile, User

__all__ = [
    "Agency",
    "ApiToken",
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

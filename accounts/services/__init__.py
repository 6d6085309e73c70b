"""What can be done with people: the only writers of their rows."""

from .codes import LIFETIME as CODE_LIFETIME
from .codes import CodeRefused, CodeWornOut, forget_codes, request_code, use_code, used_share
from .passwords import confirm_password, set_password, sign_in_by_password
from .people import (
    BadTerm,
    LastOwner,
    NotTheOwner,
    NotYourself,
    add_member,
    citizen_of,
    give_mandate,
    remove_member,
    revoke_mandate,
)
from .phones import PhoneTaken, change_phone
from .profile import IdentityTaken, ProfileData, save_profile
from .second_factor import (
    AlreadyEnrolled,
    has_second_factor,
    new_secret,
    renew_recovery_codes,
)
from .second_factor import (
    enrol as enrol_second_factor,
)
from .second_factor import (
    prove as prove_second_factor,
)
from .second_factor import (
    remove as remove_second_factor,
)
from .tokens import MAX_LIFETIME as MAX_TOKEN_LIFETIME
from .tokens import TokenRefused, issue_token, revoke_token, user_of_token

__all__ = [
    "CODE_LIFETIME",
    "MAX_TOKEN_LIFETIME",
    "AlreadyEnrolled",
    "BadTerm",
    "CodeRefused",
    "CodeWornOut",
    "IdentityTaken",
    "LastOwner",
    "NotTheOwner",
    "NotYourself",
    "PhoneTaken",
    "ProfileData",
    "TokenRefused",
    "add_member",
    "change_phone",
    "citizen_of",
    "confirm_password",
    "enrol_second_factor",
    "forget_codes",
    "give_mandate",
    "has_second_factor",
    "issue_token",
    "new_secret",
    "prove_second_factor",
    "remove_member",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_code",
    "revoke_mandate",
    "revoke_token",
    "save_profile",
    "set_password",
    "sign_in_by_password",
    "use_code",
    "used_share",
    "user_of_token",
]

"""Vietnamese mobile numbers in one spelling: 84 followed by nine digits."""

import re

# Mobile prefixes after the numbering reform of 2018: 03x, 05x, 07x, 08x, 09x, nine digits after the leading 0 or 84.
_MOBILE = re.compile(r"^(?:\+?84|0)([35789]\d{8})$", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-()]")


class InvalidPhone(ValueError):
    """The text is not a Vietnamese mobile number."""


def normalise_mobile(text: str) -> str:
    """Return a Vietnamese mobile number as ``84xxxxxxxxx`` (11 digits), the spelling Zalo and SMS gateways take.

    :raises InvalidPhone: anything else, a foreign or a fixed number included.
    """
    found = _MOBILE.match(_SEPARATORS.sub("", text))
    if found is None:
        raise InvalidPhone
    return "84" + found.group(1)


def display_mobile(phone: str) -> str:
    """Return a normalised number as people write it: ``0901 234 567``."""
    local = "0" + phone[2:] if phone.startswith("84") else phone
    return f"{local[:4]} {local[4:7]} {local[7:]}".strip()


def mask_mobile(phone: str) -> str:
    """Return the number with all but its last three digits hidden."""
    return "•" * max(len(phone) - 3, 0) + phone[-3:]

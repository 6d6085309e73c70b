"""What a check may find; plain words without Django, because the child process speaks them too."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NO_EXTENSION = "no_extension"
    NOT_ALLOWED = "not_allowed"
    HEIC = "heic"
    OLD_OFFICE = "old_office"
    PACKED = "packed"
    MACRO = "macro"
    MISMATCH = "mismatch"
    UNREADABLE = "unreadable"
    TOO_COMPLEX = "too_complex"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    PASSWORD = "password"  # noqa: S105 - a reason, not a secret
    ACTIVE = "active"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    SUSPICIOUS = "suspicious"
    INFECTED = "infected"


class Doubt(StrEnum):
    """Why a file is taken, with a word to the citizen first."""

    BLANK = "blank"
    BLURRED = "blurred"


class Refused(Exception):
    """Raised inside the child by whatever finds a reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

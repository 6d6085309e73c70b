"""The name under which a file is shown; where it is stored is named by the server alone."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 200
_SEPARATORS = re.compile(r"[/\\]")
_SPACES = re.compile(r"\s+")
# Names that Windows keeps for devices, whatever the ending (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def display_name(raw: str) -> str:
    """Return a name that is safe to show and to save: one path part, NFC, no control or direction marks, never empty.

    What follows a NUL byte is kept as text, so that the last extension is the one that is checked.
    """
    visible = "".join(char for char in raw if char.isspace() or unicodedata.category(char)[0] != "C")
    part = _SEPARATORS.split(unicodedata.normalize("NFC", visible))[-1]
    name = _SPACES.sub(" ", part).translate(_FORBIDDEN).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name) or "tep"


def _shortened(name: str) -> str:
    if len(name) <= MAX_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:MAX_LENGTH].rstrip(" .")
    return stem[: MAX_LENGTH - len(extension) - 1].rstrip(" .") + dot + extension

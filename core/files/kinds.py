"""The five kinds of file that citizens may send, by name and by first bytes."""

from __future__ import annotations

from dataclasses import dataclass

from core.files.findings import Reason, Refused


@dataclass(frozen=True)
class Kind:
    key: str
    content_type: str
    extensions: tuple[str, ...]
    magic: bytes
    is_inline: bool  # browsers show it in the page


_OOXML = "application/vnd.openxmlformats-officedocument."
PDF = Kind("pdf", "application/pdf", ("pdf",), b"%PDF-", is_inline=True)
JPEG = Kind("jpeg", "image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff", is_inline=True)
PNG = Kind("png", "image/png", ("png",), b"\x89PNG\r\n\x1a\n", is_inline=True)
DOCX = Kind("docx", _OOXML + "wordprocessingml.document", ("docx",), b"PK\x03\x04", is_inline=False)
XLSX = Kind("xlsx", _OOXML + "spreadsheetml.sheet", ("xlsx",), b"PK\x03\x04", is_inline=False)
KINDS = (PDF, JPEG, PNG, DOCX, XLSX)

ACCEPT = ",".join(f".{extension}" for kind in KINDS for extension in kind.extensions)
INLINE_TYPES = frozenset(kind.content_type for kind in KINDS if kind.is_inline)
_BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}

# Files people often have at hand, each with its own advice.
_ADVICE = {
    Reason.HEIC: ("heic", "heif"),
    Reason.OLD_OFFICE: ("doc", "xls", "rtf", "odt", "ods"),
    Reason.PACKED: ("zip", "rar", "7z", "gz", "tar"),
    Reason.MACRO: ("docm", "xlsm", "dotm", "xltm", "xlsb"),
}
_REASON_BY_EXTENSION = {extension: reason for reason, names in _ADVICE.items() for extension in names}
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")


def extension_of(name: str) -> str:
    """Return what stands behind the last dot, in lower case."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def by_name(name: str) -> Kind:
    """Return the kind that the name promises.

    :raises Refused: no ending, or one that is not allowed.
    """
    extension = extension_of(name)
    if not extension:
        raise Refused(Reason.NO_EXTENSION)
    kind = _BY_EXTENSION.get(extension)
    if kind is None:
        raise Refused(_REASON_BY_EXTENSION.get(extension, Reason.NOT_ALLOWED))
    return kind


def by_name_and_content(name: str, head: bytes) -> Kind:
    """Return the kind on which the name and the first bytes agree.

    :raises Refused: the kind is not allowed, or name and content disagree.
    """
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        raise Refused(Reason.HEIC)
    kind = by_name(name)
    if not head.startswith(kind.magic):
        raise Refused(Reason.MISMATCH)
    return kind

"""DOCX and XLSX (ECMA-376): a zip that is only what it says, without macros, foreign templates or XML traps."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from core.files import archives
from core.files.findings import Reason, Refused
from core.files.limits import Limits

_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_TYPES = "[Content_Types].xml"
_MACRO_MARKS = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "activex", "intlmacrosheet")
_MACRO_PARTS = ("vbaproject.bin", "/activex/", "/macrosheets/", "/dialogsheets/")
_EMBEDDED_PARTS = ("/embeddings/", "oleobject")
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF")
_XML_CHUNK = 1 << 16


class _Enough(Exception):
    """The root element has begun: no DTD can follow."""


def inspect(path: Path, *, kind: str, limits: Limits) -> None:
    """Check an Office file.

    :raises Refused: with the reason.
    """
    with archives.opened(path, limits) as archive:
        names = {entry.filename for entry in archive.infolist()}
        _check_names(names)
        if _TYPES not in names:
            raise Refused(Reason.MISMATCH)
        archives.check_content(archive, _ARCHIVES)
        for name in names:
            if name.lower().endswith((".xml", ".rels", ".vml")):
                _refuse_dtd(archive, name)
        _check_types(archive, kind)
        for name in names:
            if name.lower().endswith(".rels"):
                _check_relations(archive, name)


def _check_names(names: set[str]) -> None:
    for name in names:
        lowered = f"/{name.lower()}"
        if any(part in lowered for part in _MACRO_PARTS):
            raise Refused(Reason.MACRO)
        if any(part in lowered for part in _EMBEDDED_PARTS):
            raise Refused(Reason.EMBEDDED)


def _check_types(archive: ZipFile, kind: str) -> None:
    types = [attributes.get("ContentType", "") for _tag, attributes in _elements(archive, _TYPES)]
    if any(mark in value.lower() for value in types for mark in _MACRO_MARKS):
        raise Refused(Reason.MACRO)
    if _MAIN[kind] not in types:
        raise Refused(Reason.MISMATCH)


def _check_relations(archive: ZipFile, name: str) -> None:
    """A link that a reader may click stays; whatever the program itself would fetch is refused."""
    for tag, attributes in _elements(archive, name):
        if not tag.endswith("Relationship"):
            continue
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        if kind in ("vbaproject", "xlmacrosheet"):
            raise Refused(Reason.MACRO)
        if attributes.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
            raise Refused(Reason.EXTERNAL)


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_ignored: object) -> None:
        raise Refused(Reason.SUSPICIOUS)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _refuse_dtd(archive: ZipFile, name: str) -> None:
    """Read as far as the root element; entities, internal or external, need a DTD before it."""
    parser = _parser()

    def enough(*_ignored: object) -> None:
        raise _Enough

    parser.StartElementHandler = enough
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(_XML_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _Enough:
        return
    except expat.ExpatError as error:
        raise Refused(Reason.UNREADABLE) from error


def _elements(archive: ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag, attributes))
    try:
        parser.Parse(archive.read(name), True)
    except expat.ExpatError as error:
        raise Refused(Reason.UNREADABLE) from error
    return found

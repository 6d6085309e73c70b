"""Zip files, judged by their lists before anything is inflated."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.files import eicar
from core.files.findings import Reason, Refused
from core.files.limits import Limits

_END = b"PK\x05\x06"
_END_LENGTH = 22
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_RATIO_FROM = 1 << 20  # bytes; small files may pack well
_HEAD = 4096
_CHUNK = 1 << 16
_ENCRYPTED = 0x1


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[ZipFile]:
    """Open a zip whose list keeps the limits.

    :raises Refused: too many entries, too much to inflate, overlapping or escaping entries, something glued on.
    """
    end = _check_end(path, limits)
    try:
        with ZipFile(path) as archive:
            _check_entries(archive.infolist(), limits)
            _check_places(path, archive, end)
            yield archive
    except (BadZipFile, EOFError, NotImplementedError, struct.error, zlib.error, UnicodeDecodeError) as error:
        raise Refused(Reason.UNREADABLE) from error


def _check_end(path: Path, limits: Limits) -> int:
    """Return where the closing record stands; it must be the very end, so that nothing is glued behind."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - _END_LENGTH - 0xFFFF, 0))
        tail = stream.read()
    at = tail.rfind(_END)
    if at < 0:
        raise Refused(Reason.UNREADABLE)
    if len(tail) - at != _END_LENGTH:
        raise Refused(Reason.SUSPICIOUS)
    entries, length, start = struct.unpack("<HLL", tail[at + 10 : at + 20])
    if entries > limits.zip_entries:
        raise Refused(Reason.TOO_COMPLEX)
    if start + length != size - _END_LENGTH:
        raise Refused(Reason.SUSPICIOUS)
    return start


def _check_entries(entries: list[ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.zip_entries or sum(entry.file_size for entry in entries) > limits.inflated:
        raise Refused(Reason.TOO_COMPLEX)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise Refused(Reason.SUSPICIOUS)
    for entry in entries:
        _check_entry(entry, limits)


def _check_entry(entry: ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(Reason.PASSWORD)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise Refused(Reason.SUSPICIOUS)
    if entry.file_size > _RATIO_FROM and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise Refused(Reason.TOO_COMPLEX)
    path = PurePosixPath(entry.orig_filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in entry.orig_filename or "\0" in entry.orig_filename:
        raise Refused(Reason.SUSPICIOUS)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(Reason.SUSPICIOUS)


def _check_places(path: Path, archive: ZipFile, end: int) -> None:
    """Every entry lies where nobody else lies, the first at the very beginning."""
    free = 0
    with path.open("rb") as stream:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
            if entry.header_offset < free or (free == 0 and entry.header_offset != 0):
                raise Refused(Reason.SUSPICIOUS)
            stream.seek(entry.header_offset)
            *_rest, name_length, extra_length = _LOCAL.unpack(stream.read(_LOCAL.size))
            free = entry.header_offset + _LOCAL.size + name_length + extra_length + entry.compress_size
    if free > end:
        raise Refused(Reason.SUSPICIOUS)


def check_content(archive: ZipFile, forbidden: tuple[bytes, ...]) -> None:
    """Inflate every entry once: its length and checksum must be true, and it must be no archive or program itself."""
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            head = stream.read(_HEAD)
            if eicar.is_in(head):
                raise Refused(Reason.INFECTED)
            if head.startswith(forbidden):
                raise Refused(Reason.EMBEDDED)
            while stream.read(_CHUNK):
                pass

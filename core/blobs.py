"""Bytes kept under their own SHA-256: written once, whole or not at all, the same content only once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

_FOLDER = "blobs"
_CHUNK = 1 << 20


class BlobStorage(FileSystemStorage):
    """Files below MEDIA_ROOT that appear under their name only when every byte lies on the disk."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep the name: the same name is the same content."""
        return name

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                for chunk in content.chunks(_CHUNK):
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage() -> Storage:
    return storages["blobs"]


def name_of(sha256: str) -> str:
    """Return the storage name of a digest.

    :raises ValueError: not 64 lower-case hexadecimal digits.
    """
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return f"{_FOLDER}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def put(path: Path) -> tuple[str, int]:
    """Keep a copy of a file and return its SHA-256 and its size in bytes.

    Bytes that are kept already are written again, so that their new date saves them from a sweep under way.
    """
    sha256 = digest(path)
    with path.open("rb") as stream:
        _storage().save(name_of(sha256), File(stream))
    return sha256, path.stat().st_size


def open_blob(sha256: str) -> File:
    """Open the bytes for reading.

    :raises FileNotFoundError: they are not kept.
    """
    return _storage().open(name_of(sha256), "rb")


def exists(sha256: str) -> bool:
    return _storage().exists(name_of(sha256))


def delete(name: str) -> None:
    """Delete by storage name, as ``orphans`` returns it."""
    _storage().delete(name)


def orphans(*, known: Callable[[list[str]], Collection[str]], before: datetime) -> Iterator[str]:
    """Yield storage names older than ``before`` whose digests ``known`` does not give back, folder by folder.

    Leftovers of a write that was cut are among them.
    """
    storage = _storage()
    for first in _folders(_FOLDER):
        for second in _folders(f"{_FOLDER}/{first}"):
            folder = f"{_FOLDER}/{first}/{second}"
            names = storage.listdir(folder)[1]
            kept = known(names) if names else ()
            for name in names:
                if name not in kept and _is_older(f"{folder}/{name}", before):
                    yield f"{folder}/{name}"


def _is_older(name: str, moment: datetime) -> bool:
    try:
        return _storage().get_modified_time(name) < moment
    except FileNotFoundError:
        return False


def _folders(name: str) -> list[str]:
    try:
        return _storage().listdir(name)[0]
    except FileNotFoundError:
        return []

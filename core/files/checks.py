"""The front door: is this file what it says, harmless, and small enough; and a safe copy of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from core.files import eicar, kinds, messages, sandbox
from core.files.findings import Doubt, Reason, Refused
from core.files.limits import Limits

_HEAD = 32


class Rejected(Exception):
    """The file is not taken; ``message`` tells the citizen why and what to do, in their language."""

    def __init__(self, reason: Reason, *, size: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.size = size

    @property
    def message(self) -> str:
        limits = limits_now()
        return messages.REASONS[self.reason] % {
            "size": filesizeformat(self.size),
            "limit": filesizeformat(limits.size),
            "pages": limits.pages,
            "megapixels": limits.pixels // 1_000_000,
        }


@dataclass(frozen=True)
class Checked:
    """A file that passed; ``path`` is the copy to keep, and lives as long as the check's context."""

    path: Path
    content_type: str
    pages: int | None
    doubt: Doubt | None


def limits_now() -> Limits:
    """Return the limits of this province."""
    return Limits(**settings.FILE_LIMITS)


def check_promise(name: str, size: int) -> None:
    """Judge a file by its name and length, before anybody spends an hour on sending it.

    :raises Rejected: it would not be taken.
    """
    try:
        _check_size(size, limits_now())
        kinds.by_name(name)
    except Refused as refused:
        raise Rejected(refused.reason, size=size) from refused


@contextmanager
def checked(path: Path, name: str) -> Iterator[Checked]:
    """Check a file under the name its sender gave it.

    :raises Rejected: it is not taken.
    """
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        try:
            found = _check(path, name, Path(folder) / "clean", limits_now())
        except Refused as refused:
            raise Rejected(refused.reason, size=path.stat().st_size) from refused
        yield found


def _check(path: Path, name: str, clean: Path, limits: Limits) -> Checked:
    _check_size(path.stat().st_size, limits)
    if eicar.is_in_file(path):
        raise Refused(Reason.INFECTED)
    with path.open("rb") as stream:
        kind = kinds.by_name_and_content(name, stream.read(_HEAD))
    pages, doubt, is_rewritten = sandbox.inspect(kind.key, path, clean, limits)
    return Checked(clean if is_rewritten else path, kind.content_type, pages, doubt)


def _check_size(size: int, limits: Limits) -> None:
    if size == 0:
        raise Refused(Reason.EMPTY)
    if size > limits.size:
        raise Refused(Reason.TOO_BIG)

"""Resumable uploads, the server's side of tus 1.0 (https://tus.io/protocols/resumable-upload).

A row counts the bytes, a file holds them. A block is claimed in the row by compare-and-set and written then, so that
of two senders one wins and only the winner ever writes. After a crash between the two the file is shorter than the
row says; what counts is the smaller of both, and the sender goes on from there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.conf import settings
from django.db.models import F, Sum

from core import blobs, limits
from core.files import checks, names
from dossiers import papers
from dossiers.models import Dossier, Paper, Upload

if TYPE_CHECKING:
    from accounts.models import User

BLOCK = 1024 * 1024  # bytes claimed and flushed at once
_READ = 4096  # what a broken connection may take with it
_BATCH = 200
_LEFTOVER_AGE = timedelta(hours=24)
_FINISH_AFTER = timedelta(minutes=5)


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class WrongOffset(Exception):
    """The sender is not where we are; ``offset`` is where we are."""

    def __init__(self, offset: int) -> None:
        super().__init__(str(offset))
        self.offset = offset


class TooManyUploads(Exception):
    """The person has too many unfinished uploads, or too many bytes in them."""


class TooLong(Exception):
    """More bytes than were announced."""


class StorageFull(Exception):
    """The bytes could not be written; none of this block counts."""


@dataclass(frozen=True)
class Swept:
    """What a sweep did."""

    expired: int
    finished: int
    leftovers: int
    orphans: int
    scanned: int


def begin(*, dossier: Dossier, component: str, name: str, length: int, actor: User, at: datetime) -> Upload:
    """Open an upload of that many bytes; what can be told by name and length is told now.

    :raises papers.PapersClosed: not now, not here, or not by this person.
    :raises checks.Rejected: the file would not be taken.
    :raises TooManyUploads: too much is on its way already.
    """
    papers.check_open(dossier=dossier, component=component, actor=actor)
    shown = names.display_name(name)
    checks.check_promise(shown, length)
    mine = Upload.objects.filter(uploaded_by=actor, paper__isnull=True, expires_at__gt=at)
    bytes_on_their_way = mine.aggregate(total=Sum("length"))["total"] or 0
    most_bytes = settings.UPLOADS_PER_PERSON // 2 * checks.limits_now().size
    if mine.count() >= settings.UPLOADS_PER_PERSON or bytes_on_their_way + length > most_bytes:
        raise TooManyUploads
    return Upload.objects.create(
        dossier=dossier,
        component=component,
        name=shown,
        length=length,
        uploaded_by=actor,
        created_at=at,
        expires_at=at + timedelta(hours=settings.UPLOAD_HOURS),
    )


def mine(*, public_id: UUID, actor: User, at: datetime) -> Upload:
    """Return an upload of this person.

    :raises Upload.DoesNotExist: there is none, or it is somebody else's, or its time is over.
    """
    found = Upload.objects.select_related("dossier__terms", "dossier__procedure", "paper")
    return found.get(public_id=public_id, uploaded_by=actor, expires_at__gt=at)


def offset_of(upload: Upload) -> int:
    """Return how many bytes are safely here."""
    if upload.paper_id is not None:
        return upload.length
    part = part_of(upload.public_id)
    return min(upload.offset, part.stat().st_size if part.exists() else 0)


def part_of(public_id: UUID) -> Path:
    """Return where the bytes of an upload wait; the name is ours alone."""
    return Path(settings.MEDIA_ROOT) / "parts" / str(public_id)


def receive(*, upload: Upload, offset: int, stream: Readable, length: int) -> int:
    """Take up to ``length`` bytes from the stream at an offset and return the new offset; a cut keeps what came.

    :raises WrongOffset: the sender is not where we are, or another one was faster.
    :raises TooLong: more bytes than were announced.
    :raises StorageFull: the disk did not take them.
    """
    _agree(upload, offset)
    if offset + length > upload.length:
        raise TooLong
    part = part_of(upload.public_id)
    part.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(part, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        while length > 0 and (block := _read_block(stream, min(length, BLOCK))):
            _keep(upload, handle, block)
            length -= len(block)
    finally:
        os.close(handle)
    return upload.offset


def _agree(upload: Upload, offset: int) -> None:
    here = offset_of(upload)
    if offset != here:
        raise WrongOffset(here)
    if here < upload.offset:
        # A crash lost bytes that the row has counted.
        _move(upload, here)


def _move(upload: Upload, offset: int) -> None:
    """Set the row's offset if nobody else has moved it.

    :raises WrongOffset: somebody has.
    """
    row = Upload.objects.filter(pk=upload.pk, offset=upload.offset, paper__isnull=True)
    if not row.update(offset=offset):
        current = Upload.objects.filter(pk=upload.pk).first()
        raise WrongOffset(offset_of(current) if current else 0)
    upload.offset = offset


def _keep(upload: Upload, handle: int, block: bytes) -> None:
    before = upload.offset
    _move(upload, before + len(block))
    try:
        written = 0
        while written < len(block):
            written += os.pwrite(handle, block[written:], before + written)
        os.fsync(handle)
    except OSError as error:
        _move(upload, before)
        raise StorageFull from error


def _read_block(stream: Readable, size: int) -> bytes:
    """Read one block, or as much of it as comes before the line is cut."""
    block = bytearray()
    try:
        while len(block) < size and (part := stream.read(min(_READ, size - len(block)))):
            block += part
    except OSError:
        return bytes(block)
    return bytes(block)


def finish(*, upload: Upload, at: datetime) -> Paper | None:
    """Attach a complete upload, once; return None while bytes are missing.

    The bytes are copied first: whatever a late sender does, what was checked is what is kept.

    :raises checks.Rejected: the file is not taken; the upload is gone.
    :raises papers.PaperError: the dossier does not take it any more; the upload is gone.
    :raises Upload.DoesNotExist: it was ended meanwhile.
    """
    if upload.paper_id is not None:
        return upload.paper
    if upload.offset < upload.length:
        return None
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        whole = Path(folder) / "whole"
        try:
            shutil.copyfile(part_of(upload.public_id), whole)
        except FileNotFoundError:
            # Somebody else has just finished it, or the disk has lost it.
            upload.refresh_from_db(fields=["paper", "offset"])
            return upload.paper
        if whole.stat().st_size < upload.length:
            return None
        return _attach(upload, whole, at=at)


def _attach(upload: Upload, whole: Path, *, at: datetime) -> Paper:
    try:
        paper = papers.attach(
            dossier=upload.dossier,
            component=upload.component,
            name=upload.name,
            path=whole,
            actor=upload.uploaded_by,
            at=at,
        )
    except (checks.Rejected, papers.PaperError):
        end(upload=upload)
        raise
    # An earlier upload of the same file has led to the same paper.
    Upload.objects.filter(paper=paper).exclude(pk=upload.pk).delete()
    Upload.objects.filter(pk=upload.pk).update(paper=paper)
    upload.paper = paper
    part_of(upload.public_id).unlink(missing_ok=True)
    return paper


def end(*, upload: Upload) -> None:
    """Forget an upload and its bytes."""
    Upload.objects.filter(pk=upload.pk).delete()
    part_of(upload.public_id).unlink(missing_ok=True)


def sweep(at: datetime) -> Swept:
    """Clear what is over, finish what a crash left complete, and ask the scanner about what waits.

    Harmless when it runs twice at once.
    """
    return Swept(
        expired=_end_expired(at),
        finished=_finish_complete(at),
        leftovers=_delete_leftovers(at),
        orphans=_delete_orphans(at),
        scanned=papers.rescan(limit=_BATCH),
    )


def _end_expired(at: datetime) -> int:
    over = list(Upload.objects.filter(expires_at__lte=at)[:_BATCH])
    for upload in over:
        end(upload=upload)
    return len(over)


def _finish_complete(at: datetime) -> int:
    """Attach uploads whose last byte came while the server died."""
    complete = Upload.objects.filter(offset=F("length"), paper__isnull=True, created_at__lt=at - _FINISH_AFTER)
    done = 0
    for upload in complete.select_related("dossier__terms", "dossier__procedure", "uploaded_by")[:_BATCH]:
        try:
            done += finish(upload=upload, at=at) is not None
        except (checks.Rejected, papers.PaperError, limits.Limited, Upload.DoesNotExist):
            continue
    return done


def _delete_leftovers(at: datetime) -> int:
    """Delete part files without a row, such as those of a deleted draft."""
    folder = Path(settings.MEDIA_ROOT) / "parts"
    old = [part for part in folder.glob("*") if part.stat().st_mtime < (at - _LEFTOVER_AGE).timestamp()]
    kept = {str(key) for key in Upload.objects.filter(public_id__in=_uuids(old)).values_list("public_id", flat=True)}
    leftovers = [part for part in old if part.name not in kept]
    for part in leftovers:
        part.unlink(missing_ok=True)
    return len(leftovers)


def _uuids(parts: list[Path]) -> list[str]:
    return [part.name for part in parts if len(part.name) == 36][:10_000]


def _delete_orphans(at: datetime) -> int:
    count = 0
    for name in blobs.orphans(known=papers.known, before=at - _LEFTOVER_AGE):
        blobs.delete(name)
        count += 1
    return count

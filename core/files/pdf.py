"""PDF: opened by qpdf, searched for what acts by itself; never rewritten, so that a signature on it stays good."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import is_zipfile

import pikepdf
from PIL import Image, UnidentifiedImageError

from core.files import eicar, legibility
from core.files.findings import Doubt, Reason, Refused
from core.files.limits import Limits

_TAIL = 2048
_HTML = (b"<html", b"<script", b"<!doctype html", b"<body")
# Actions and dictionary keys that run, start or fetch something (ISO 32000-1, 12.6.4 and 12.7).
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/RichMediaExecute"}
_ACTIVE_KEYS = ("/JS", "/RichMediaContent", "/XFA")
_EMBEDDED_KEYS = ("/EmbeddedFiles", "/EF")
_HEAD = 4096
_CHUNK = 1 << 16
_LOOK_AT_PAGES = 5
_CANT_DRAW = (
    pikepdf.PdfError,
    pikepdf.UnsupportedImageTypeError,
    UnidentifiedImageError,
    NotImplementedError,
    OSError,
    ValueError,
)


def inspect(path: Path, *, limits: Limits) -> tuple[int, Doubt | None]:
    """Return the number of pages and a doubt about their legibility.

    :raises Refused: damaged, encrypted, too long, too deep, or with something in it that acts.
    """
    _check_frame(path)
    try:
        with pikepdf.open(path, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise Refused(Reason.PASSWORD)
            if len(document.objects) > limits.pdf_objects:
                raise Refused(Reason.TOO_COMPLEX)
            pages = len(document.pages)
            if pages > limits.pages:
                raise Refused(Reason.TOO_MANY_PAGES)
            if pages == 0:
                raise Refused(Reason.UNREADABLE)
            _check_objects(document, limits)
            return pages, _doubt(document, limits)
    except pikepdf.PasswordError as error:
        raise Refused(Reason.PASSWORD) from error
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError) as error:
        raise Refused(Reason.UNREADABLE) from error


def _check_frame(path: Path) -> None:
    """Refuse a file that is also something else, or that ends too early."""
    data = path.read_bytes()
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Refused(Reason.UNREADABLE)
    if data[end + 5 :].strip(b"\r\n\t \0") or is_zipfile(path):
        raise Refused(Reason.SUSPICIOUS)
    if any(mark in data[:1024].lower() for mark in _HTML):
        raise Refused(Reason.SUSPICIOUS)


def _check_objects(document: pikepdf.Pdf, limits: Limits) -> None:
    left = limits.inflated
    for found in document.objects:
        for dictionary in _dictionaries(found):
            _check_dictionary(dictionary)
        if isinstance(found, pikepdf.Stream):
            left -= _check_stream(found, left, limits)


def _dictionaries(found: pikepdf.Object, depth: int = 0) -> Iterator[pikepdf.Object]:
    """Walk the direct dictionaries of one object; indirect ones come by themselves."""
    if depth > 50:
        raise Refused(Reason.TOO_COMPLEX)
    if isinstance(found, pikepdf.Array):
        children = list(found)
    elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
        yield found
        children = list(found.as_dict().values()) if isinstance(found, pikepdf.Dictionary) else _values(found)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _dictionaries(child, depth + 1)


def _values(stream: pikepdf.Object) -> list[pikepdf.Object]:
    return [stream[key] for key in stream.keys()]  # noqa: SIM118 - iterating a stream yields no keys


def _check_dictionary(dictionary: pikepdf.Object) -> None:
    if any(key in dictionary for key in _ACTIVE_KEYS):
        raise Refused(Reason.ACTIVE)
    if any(key in dictionary for key in _EMBEDDED_KEYS):
        raise Refused(Reason.EMBEDDED)
    action = dictionary.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        raise Refused(Reason.ACTIVE)
    if dictionary.get("/Subtype") in ("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/3D"):
        raise Refused(Reason.EMBEDDED)


def _check_stream(stream: pikepdf.Stream, left: int, limits: Limits) -> int:
    """Inflate a stream as far as the limits allow and return its inflated length; pictures are only begun.

    Streams without a filter lie open and were searched with the file itself.
    """
    is_image = stream.get("/Subtype") == pikepdf.Name.Image
    if is_image and _pixels(stream) > limits.pixels:
        raise Refused(Reason.TOO_MANY_PIXELS)
    if _filters(stream) != ["/FlateDecode"]:
        return 0
    engine = zlib.decompressobj()
    try:
        head = engine.decompress(stream.read_raw_bytes(), _HEAD)
        if eicar.is_in(head):
            raise Refused(Reason.INFECTED)
        return len(head) if is_image else len(head) + _drained(engine, left)
    except zlib.error:
        return 0  # damaged here, which readers pass over too


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get("/Filter")
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _pixels(image: pikepdf.Object) -> int:
    return int(image.get("/Width", 0)) * int(image.get("/Height", 0))


def _drained(engine: zlib._Decompress, left: int) -> int:
    length = 0
    while engine.unconsumed_tail:
        length += len(engine.decompress(engine.unconsumed_tail, _CHUNK))
        if length > left:
            raise Refused(Reason.TOO_COMPLEX)
    return length


def _doubt(document: pikepdf.Pdf, limits: Limits) -> Doubt | None:
    for page in document.pages[:_LOOK_AT_PAGES]:
        found = _doubt_of_page(page, limits)
        if found is not None:
            return found
    return None


def _doubt_of_page(page: pikepdf.Page, limits: Limits) -> Doubt | None:
    """Look at a page that is nothing but one photo or scan, or nothing at all."""
    if "/Font" in page.resources:
        return None
    if _is_empty(page):
        return Doubt.BLANK
    images = [image for image in page.images.values() if isinstance(image, pikepdf.Stream)]
    if len(images) != 1:
        return None
    if not 0 < _pixels(images[0]) <= limits.pixels // 2:
        return None
    try:
        return legibility.doubt(_small(images[0]))
    except _CANT_DRAW:
        return None  # a picture that we can't draw is no reason for a word


def _is_empty(page: pikepdf.Page) -> bool:
    content = page.obj.get("/Contents")
    is_written = isinstance(content, pikepdf.Array) or (
        isinstance(content, pikepdf.Stream) and content.read_raw_bytes().strip()
    )
    return not is_written and "/Annots" not in page.obj


def _small(image: pikepdf.Stream) -> Image.Image:
    picture = pikepdf.PdfImage(image).as_pil_image()
    return picture.convert("RGB") if picture.mode not in ("1", "L", "RGB") else picture

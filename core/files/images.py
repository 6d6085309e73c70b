"""Photos and scans: decoded within a limit and written anew, without EXIF, GPS or whatever was glued on."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from core.files import eicar, legibility
from core.files.findings import Doubt, Reason, Refused
from core.files.limits import Limits

_FORMATS = {"jpeg": "JPEG", "png": "PNG"}
_SAVE: dict[str, dict[str, int | bool]] = {"JPEG": {"quality": 90}, "PNG": {"compress_level": 4}}
_JPEG_MODES = ("L", "RGB")
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")


def rewrite(source: Path, target: Path, *, kind: str, limits: Limits) -> Doubt | None:
    """Write a clean copy, turned upright, and return a doubt about its legibility.

    :raises Refused: more pixels than the limit, or not an image of this kind.
    """
    image_format = _FORMATS[kind]
    # Pillow only warns between one and two times its limit; here the limit is an error.
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[image_format]) as opened:
                _refuse_hidden_text(opened)
                image = _upright(opened)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused(Reason.TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(Reason.UNREADABLE) from error
    clean = _storable(image, _JPEG_MODES if image_format == "JPEG" else _PNG_MODES)
    clean.save(target, image_format, **_SAVE[image_format])
    return legibility.doubt(clean)


def _refuse_hidden_text(image: Image.Image) -> None:
    values = (value.encode("latin-1", "ignore") for value in image.info.values() if isinstance(value, str))
    if any(eicar.is_in(value) for value in values):
        raise Refused(Reason.INFECTED)


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    return ImageOps.exif_transpose(image)


def _storable(image: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """Return the bare pixels in a mode that the format knows; comments, colour profiles and the like stay behind."""
    if image.mode not in modes:
        image = image.convert("RGBA" if "RGBA" in modes and image.has_transparency_data else "RGB")
    transparency = image.info.get("transparency")
    image.info = {} if transparency is None else {"transparency": transparency}
    return image

"""A cheap look at a scan before an officer sees it: nearly empty, or so blurred that nothing has an edge."""

from __future__ import annotations

from PIL import Image, ImageFilter, ImageStat

from core.files.findings import Doubt

_LOOK_AT = 1000  # pixels of the longer side
# Spread of the grey values below which a page shows nothing: paper noise stays under it, one line of text does not.
_BLANK_BELOW = 4.0
# Spread of a Laplacian below which nothing has an edge: sharp text lies above 15 here, an unreadable photo below 3.
_BLURRED_BELOW = 3.0
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def doubt(image: Image.Image) -> Doubt | None:
    """Return what an officer would probably complain about."""
    grey = _flattened(image).convert("L")
    grey.thumbnail((_LOOK_AT, _LOOK_AT), reducing_gap=2.0)
    if min(grey.size) < 3:
        return Doubt.BLANK
    if ImageStat.Stat(grey).stddev[0] < _BLANK_BELOW:
        return Doubt.BLANK
    edges = grey.filter(_LAPLACIAN).crop((1, 1, grey.width - 1, grey.height - 1))
    if ImageStat.Stat(edges).stddev[0] < _BLURRED_BELOW:
        return Doubt.BLURRED
    return None


def _flattened(image: Image.Image) -> Image.Image:
    """Lay a see-through image on white paper, as a reader sees it."""
    if not image.has_transparency_data:
        return image
    over = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)

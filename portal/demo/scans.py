"""Made-up scans: a page with a title and a few lines, so that papers can be looked at in the demo."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from core.folding import fold

_SIZE = (1240, 1754)  # A4 at 150 dots per inch
_INK, _PAPER, _GREY = (30, 30, 40), (252, 252, 249), (150, 150, 158)


@lru_cache(maxsize=64)
def scan(title: str) -> bytes:
    """Return a JPEG that looks like the scan of a paper with this title, and says that it is made up.

    Pillow's own font has no Vietnamese letters, so the words stand without diacritics.
    """
    page = Image.new("RGB", _SIZE, _PAPER)
    pen = ImageDraw.Draw(page)
    large, small = ImageFont.load_default(46), ImageFont.load_default(28)
    pen.rectangle((70, 70, _SIZE[0] - 70, _SIZE[1] - 70), outline=_GREY, width=3)
    for number, line in enumerate(_wrapped(fold(title).upper(), 40)):
        pen.text((_SIZE[0] // 2, 220 + 70 * number), line, font=large, fill=_INK, anchor="mm")
    pen.text((_SIZE[0] // 2, 520), "BAN MINH HOA, KHONG CO GIA TRI PHAP LY", font=small, fill=_GREY, anchor="mm")
    for row in range(18):
        width = 1000 - (row * 137) % 420
        pen.line((150, 640 + 52 * row, 150 + width, 640 + 52 * row), fill=_GREY, width=2)
    pen.ellipse((820, 1440, 1020, 1640), outline=(178, 34, 52), width=6)
    out = BytesIO()
    page.save(out, "JPEG", quality=60)
    return out.getvalue()


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split()[:18]:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:4]

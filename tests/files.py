"""Files as citizens send them."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image, ImageDraw, ImageFilter

from core.files import eicar

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + eicar.SIGNATURE + b"$H+H*"


def page_of_text(size: tuple[int, int] = (800, 1100), *, blur: float = 0) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for row in range(6, size[1] // 20):
        draw.text((60, row * 20), "Giay khai sinh so 123 quyen so 01 ngay 14 thang 7 nam 2025", fill="black")
    return image.filter(ImageFilter.GaussianBlur(blur)) if blur else image


def saved(image: Image.Image, image_format: str = "JPEG", **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, image_format, **options)
    return target.getvalue()


def jpeg() -> bytes:
    return saved(page_of_text(), quality=85)


def png() -> bytes:
    return saved(page_of_text((400, 600)), "PNG")


def jpeg_with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "DIEN-THOAI-CUA-TOI"
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 57.0, 25.1), 3: "E", 4: (106.0, 49.0, 16.2)})
    return saved(page_of_text((800, 600)), exif=exif, comment=b"chup tai nha")


def pdf(pages: int = 1, *, text: str = "Giay chung sinh", change=None, **save: object) -> bytes:
    """Return a PDF with words on each page; ``change(document)`` may spoil it before it is saved."""
    document = pikepdf.new()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    resources = document.make_indirect(pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font))))
    content = document.make_stream(f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode())
    for _number in range(pages):
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page, MediaBox=[0, 0, 595, 842], Resources=resources, Contents=content
        )
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
    if change is not None:
        change(document)
    target = io.BytesIO()
    document.save(target, deterministic_id="encryption" not in save, **save)
    return target.getvalue()


def scanned_pdf(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PDF")
    return target.getvalue()


def empty_pages_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def types(part: str, content_type: str) -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )


def relations(*items: tuple[str, str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"{mode}/>'
        for number, (kind, target, mode) in enumerate(items)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def zipped(entries: dict[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return target.getvalue()


def word_parts(body: str = "<w:body><w:p/></w:body>") -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": types("word/document.xml", _WORD),
        "_rels/.rels": relations((f"{OFFICE}/officeDocument", "word/document.xml", "")),
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="urn:w">{body}</w:document>',
    }


def docx(extra: dict[str, str | bytes] | None = None) -> bytes:
    return zipped({**word_parts(), **(extra or {})})


def docx_with_link() -> bytes:
    link = relations((f"{OFFICE}/hyperlink", "https://dichvucong.gov.vn/", ' TargetMode="External"'))
    return docx({"word/_rels/document.xml.rels": link})


def xlsx() -> bytes:
    return zipped(
        {
            "[Content_Types].xml": types("xl/workbook.xml", _SHEET),
            "_rels/.rels": relations((f"{OFFICE}/officeDocument", "xl/workbook.xml", "")),
            "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="urn:x"/>',
        }
    )


def make(name: str) -> bytes:
    """Return the file of this name."""
    return globals()[name]()

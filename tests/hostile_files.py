"""Files as attackers send them, each made by code, so that no hostile byte lies in the tree.

The names are those of tests/corpus/C5_uploads.json.
"""

import io
import random
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image

from tests.files import EICAR, OFFICE, docx, jpeg, pdf, png, relations, saved, types, word_parts, xlsx, zipped


def eicar_plain() -> bytes:
    return EICAR


def eicar_docx() -> bytes:
    return docx({"word/media/image1.png": EICAR})


def eicar_pdf_stream() -> bytes:
    packed = zlib.compress(EICAR)
    return written_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            b"<</Filter[/FlateDecode]/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
        ]
    )


def eicar_pdf_attachment() -> bytes:
    def attach(document: pikepdf.Pdf) -> None:
        document.attachments["giay.txt"] = EICAR

    return pdf(change=attach, compress_streams=True)


def eicar_png() -> bytes:
    return png() + EICAR


def exe() -> bytes:
    return b"MZ\x90\x00" + bytes(200)


def elf() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(200)


def html() -> bytes:
    return b"<!DOCTYPE html><script>alert(1)</script>"


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def heic() -> bytes:
    return b"\x00\x00\x00\x18ftypheic" + bytes(100)


def pdf_then_zip() -> bytes:
    return pdf() + zipped({"a.html": html()})


def html_in_pdf_head() -> bytes:
    return b"%PDF-1.4\n<html><script>alert(1)</script></html>\n" + pdf()


def pdf_then_html() -> bytes:
    return pdf() + html()


def zip_then_docx() -> bytes:
    return b"PK\x03\x04" + exe() + docx()


def docx_then_html() -> bytes:
    return docx() + html()


def nested_zip() -> bytes:
    inner = zipped({"a": bytes(1 << 20)})
    for _level in range(4):
        inner = zipped({f"{number}.zip": inner for number in range(8)})
    return docx({"word/media/a.zip": inner})


def ratio_bomb() -> bytes:
    return docx({"word/media/a.bin": bytes(64 << 20)})


def lying_size_bomb() -> bytes:
    """Ten gigabytes by the list, a few bytes in truth."""
    data = bytearray(docx({"word/media/a.bin": b"a" * 100}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 0xFFFFFF00)
    return bytes(data)


def understated_size_bomb() -> bytes:
    """Little by the list, four megabytes in truth."""
    data = bytearray(docx({"word/media/a.bin": bytes(4 << 20)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    return bytes(data)


def hundred_thousand_entries() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number in range(3000):
            archive.writestr(f"{number}", b"")
    data = bytearray(target.getvalue())
    struct.pack_into("<HH", data, len(data) - 14, 0xFFFE, 0xFFFE)
    return bytes(data)


def overlapping_entries() -> bytes:
    """Two names in the list point at the same bytes."""
    entries = {**word_parts(), "word/a.bin": b"a" * 5000, "word/b.bin": b"a" * 5000}
    data = bytearray(zipped(entries, compression=zipfile.ZIP_STORED))
    last = data.rfind(b"PK\x01\x02")
    before = data.rfind(b"PK\x01\x02", 0, last)
    data[last + 42 : last + 46] = data[before + 42 : before + 46]
    return bytes(data)


def zip_slip() -> bytes:
    return docx({"../../../../tmp/a.xml": "<a/>"})


def zip_backslash_slip() -> bytes:
    return docx({"..\\..\\a.xml": "<a/>"})


def zip_symlink() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in word_parts().items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("word/passwd")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(docx())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def docx_with_macro() -> bytes:
    return docx({"word/vbaProject.bin": b"Attribute VB_Name"})


def docm_as_docx() -> bytes:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return docx({"[Content_Types].xml": types("word/document.xml", kind)})


def docx_with_template() -> bytes:
    template = relations((f"{OFFICE}/attachedTemplate", "http://192.0.2.1/a.dotm", ' TargetMode="External"'))
    return docx({"word/_rels/settings.xml.rels": template})


def docx_with_ole() -> bytes:
    return docx({"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + bytes(100)})


def docx_with_xxe() -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    return docx({"word/document.xml": text})


def docx_with_utf16_dtd() -> bytes:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    return docx({"word/document.xml": text.encode("utf-16")})


def docx_with_billion_laughs() -> bytes:
    rows = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return docx({"word/styles.xml": f'<!DOCTYPE a [<!ENTITY l0 "lol">{rows}]><a>&l9;</a>'})


def xlsx_named_docx() -> bytes:
    return xlsx()


def plain_zip() -> bytes:
    return zipped({"giay.txt": "giay"})


def pixel_flood() -> bytes:
    """A PNG of a few hundred bytes that says it is 65,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(500))) + chunk(b"IEND", b"")


def warning_sized_png() -> bytes:
    """More pixels than the limit, fewer than twice as many: Pillow alone would only warn."""
    return saved(Image.new("1", (8_000, 8_000)), "PNG")


def png_text_bomb() -> bytes:
    """A text chunk that inflates to a hundred megabytes."""
    data = b"Comment\x00\x00" + zlib.compress(bytes(100 << 20), 9)
    chunk = struct.pack(">L", len(data)) + b"zTXt" + data + struct.pack(">L", zlib.crc32(b"zTXt" + data))
    clean = png()
    return clean[:33] + chunk + clean[33:]


def half_jpeg() -> bytes:
    whole = jpeg()
    return whole[: len(whole) // 2]


def half_png() -> bytes:
    whole = png()
    return whole[: len(whole) // 2]


def half_pdf() -> bytes:
    whole = pdf()
    return whole[: len(whole) // 2]


def half_docx() -> bytes:
    whole = docx()
    return whole[: len(whole) // 2]


def noise(kind: bytes) -> bytes:
    return kind + random.Random(5).randbytes(3000)


def noise_pdf() -> bytes:
    return noise(b"%PDF-1.7\n") + b"\n%%EOF\n"


def noise_jpeg() -> bytes:
    return noise(b"\xff\xd8\xff")


def written_pdf(objects: list[bytes]) -> bytes:
    """Return a PDF of these objects, numbered from 1, the first of them its catalogue."""
    data, places = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    return data + head + table + tail


def long_pdf() -> bytes:
    pages = range(3, 20_003)
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return written_pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 20000/Kids[%b]>>" % kids, *([page] * len(pages))]
    )


def encrypted_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="a", user="b"))


def owner_locked_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="a", user=""))


def _root(**entries: object):
    def change(document: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            document.Root[f"/{key}"] = value

    return change


def pdf_open_script() -> bytes:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    return pdf(change=_root(OpenAction=action))


def pdf_hidden_script() -> bytes:
    """A script inside an object stream, where a search through the bytes sees nothing."""
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))

    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].obj["/AA"] = pikepdf.Dictionary(O=document.make_indirect(action))

    return pdf(change=change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def pdf_escaped_script() -> bytes:
    return pdf_open_script().replace(b"/JavaScript", b"/J#61vaScript")


def pdf_launch() -> bytes:
    return pdf(change=_root(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))))


def pdf_xfa() -> bytes:
    return pdf(change=_root(AcroForm=pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"), Fields=[])))


def pdf_attachment() -> bytes:
    def attach(document: pikepdf.Pdf) -> None:
        document.attachments["a.exe"] = exe()

    return pdf(change=attach)


def blown_up(head: bytes, megabytes: int) -> bytes:
    """Return a zlib stream that inflates to ``head`` and that many megabytes of spaces (multiples of 16)."""
    begin, engine = zlib.compressobj(9), zlib.compressobj(9, wbits=-15)
    start = begin.compress(head) + begin.flush(zlib.Z_FULL_FLUSH)
    block = engine.compress(b" " * (16 << 20)) + engine.flush(zlib.Z_FULL_FLUSH)
    return start + block * (megabytes // 16)


def pdf_stream_bomb() -> bytes:
    """A page whose content inflates to 300 MB."""
    packed = blown_up(b"q ", 304)
    return written_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
        ]
    )


def pdf_object_stream_bomb() -> bytes:
    """The catalogue lies in an object stream of two megabytes that inflates to two gigabytes."""
    packed = blown_up(b"1 0 <</Type/Catalog/Pages 2 0 R>>", 2048)
    objects = {
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
    }
    data, rows = b"%PDF-1.5\n", struct.pack(">BLH", 0, 0, 65535) + struct.pack(">BLH", 2, 4, 0)
    for number, content in objects.items():
        rows += struct.pack(">BLH", 1, len(data), 0)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    rows += struct.pack(">BLH", 1, len(data), 0)
    head = b"5 0 obj\n<</Type/XRef/Size 6/Root 1 0 R/W[1 4 2]/Length %d>>stream\n" % len(rows)
    return data + head + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(data)


def pdf_deep_arrays() -> bytes:
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 5000 + b"]" * 5000)


def empty() -> bytes:
    return b""


def office_97() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def make(name: str) -> bytes:
    """Return the file that the corpus calls by this name."""
    return globals()[name]()

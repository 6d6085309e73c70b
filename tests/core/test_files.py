import json
import resource
from pathlib import Path

import pytest
from PIL import Image

from core.files import checks, clamd, kinds, messages, names, sandbox
from core.files.findings import Doubt, Reason, Refused
from core.files.limits import Limits
from tests import files, hostile_files
from tests.scanner import Clamd

CORPUS = json.loads((Path(__file__).parents[1] / "corpus" / "C5_uploads.json").read_text())


def processor_seconds() -> float:
    """Return what we and our ended children have used; a busy machine changes nothing about it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@pytest.fixture
def check(tmp_path):
    def run(content: bytes, name: str) -> tuple[checks.Checked, bytes]:
        path = tmp_path / "upload"
        path.write_bytes(content)
        with checks.checked(path, name) as found:
            return found, found.path.read_bytes()

    return run


@pytest.mark.parametrize(
    ("make", "name", "content_type", "pages"),
    [
        ("pdf", "giấy chứng sinh.PDF", "application/pdf", 1),
        ("jpeg", "IMG_0001.JPG", "image/jpeg", 1),
        ("jpeg", "anh.jpeg", "image/jpeg", 1),
        ("png", "anh.png", "image/png", 1),
        ("docx", "don.docx", kinds.DOCX.content_type, None),
        ("docx_with_link", "don.docx", kinds.DOCX.content_type, None),
        ("xlsx", "bang.xlsx", kinds.XLSX.content_type, None),
    ],
)
def test_what_citizens_send_is_taken(check, make, name, content_type, pages):
    found, _content = check(files.make(make), name)
    assert (found.content_type, found.pages, found.doubt) == (content_type, pages, None)


@pytest.mark.parametrize("item", CORPUS["files"], ids=lambda item: item["id"])
def test_hostile_file_is_refused_in_two_seconds_with_a_word_of_help(check, item):
    content = hostile_files.make(item["make"])
    before = processor_seconds()
    with pytest.raises(checks.Rejected) as caught:
        check(content, item["name"])
    assert processor_seconds() - before < 2
    assert caught.value.reason in item["refused"]
    assert "%(" not in caught.value.message


@pytest.mark.parametrize("item", CORPUS["names"], ids=lambda item: repr(item["raw"]))
def test_name_is_made_safe_to_show(item):
    assert names.display_name(item["raw"]) == item["shown"]


@pytest.mark.parametrize("raw", ["a" * 300 + ".pdf", "Giấy " * 100 + ".pdf", "a" * 400, "a." + "b" * 400])
def test_long_name_is_cut_and_keeps_its_ending(raw):
    shown = names.display_name(raw)
    assert len(shown) <= 200
    assert shown.endswith(".pdf") == raw.endswith(".pdf")


def test_safe_name_stays_as_it_is_when_made_safe_again():
    for item in CORPUS["names"]:
        assert names.display_name(item["shown"]) == item["shown"]


def test_photo_is_kept_without_place_device_and_comment_and_upright(check, tmp_path):
    raw = files.jpeg_with_gps()
    assert b"DIEN-THOAI" in raw
    _found, clean = check(raw, "anh.jpg")
    (tmp_path / "clean.jpg").write_bytes(clean)
    with Image.open(tmp_path / "clean.jpg") as image:
        assert dict(image.getexif()) == {}
        assert image.size == (600, 800)
    assert b"DIEN-THOAI" not in clean
    assert b"chup tai nha" not in clean


def test_pdf_and_docx_are_kept_byte_for_byte_for_the_sake_of_signatures(check):
    for content, name in ((files.pdf(), "a.pdf"), (files.docx(), "a.docx")):
        assert check(content, name)[1] == content


@pytest.mark.parametrize(
    ("image_format", "mode"),
    [("JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
)
def test_every_colour_mode_of_a_scanner_is_taken(check, image_format, mode):
    image = Image.new("I;16", (900, 900)) if mode == "I;16" else files.page_of_text((900, 900)).convert(mode)
    found, _clean = check(files.saved(image, image_format), "a.png" if image_format == "PNG" else "a.jpg")
    assert found.pages == 1


def test_pages_of_a_pdf_are_counted(check):
    assert check(files.pdf(pages=7), "a.pdf")[0].pages == 7


@pytest.mark.parametrize(
    ("content", "name", "doubt"),
    [
        (lambda: files.saved(Image.new("RGB", (900, 1200), "white")), "a.jpg", Doubt.BLANK),
        (lambda: files.saved(Image.new("RGB", (900, 1200), (90, 90, 90))), "a.jpg", Doubt.BLANK),
        (lambda: files.saved(files.page_of_text(blur=8)), "a.jpg", Doubt.BLURRED),
        (lambda: files.scanned_pdf(Image.new("RGB", (900, 1200), "white")), "a.pdf", Doubt.BLANK),
        (lambda: files.scanned_pdf(files.page_of_text(blur=8)), "a.pdf", Doubt.BLURRED),
        (files.empty_pages_pdf, "a.pdf", Doubt.BLANK),
        (lambda: files.scanned_pdf(files.page_of_text()), "a.pdf", None),
        (lambda: files.saved(files.page_of_text(blur=1)), "a.jpg", None),
    ],
)
def test_blank_or_blurred_scan_is_taken_with_a_warning(check, content, name, doubt):
    assert check(content(), name)[0].doubt == doubt


def test_file_above_the_limit_is_refused_and_the_message_names_both_sizes(check, settings):
    settings.FILE_LIMITS = {"size": 1000}
    with pytest.raises(checks.Rejected) as caught:
        check(bytes(3000), "a.pdf")
    assert caught.value.reason is Reason.TOO_BIG
    assert "2" in caught.value.message
    assert "1000" in caught.value.message


def test_every_reason_and_every_doubt_has_its_words():
    assert set(messages.REASONS) == set(Reason)
    assert set(messages.DOUBTS) == set(Doubt)


def test_child_that_eats_memory_is_ended_and_the_file_refused(tmp_path):
    source = tmp_path / "a.png"
    source.write_bytes(files.saved(Image.new("RGB", (7000, 7000)), "PNG"))
    with pytest.raises(Refused) as caught:
        sandbox.inspect("png", source, tmp_path / "clean", Limits(memory=200 * 1024 * 1024))
    assert caught.value.reason in (Reason.TOO_COMPLEX, Reason.UNREADABLE)


def test_child_that_takes_too_long_is_ended_and_the_file_refused(tmp_path):
    source = tmp_path / "a.png"
    source.write_bytes(files.png())
    with pytest.raises(Refused) as caught:
        sandbox.inspect("png", source, tmp_path / "clean", Limits(wall_seconds=0))
    assert caught.value.reason is Reason.TOO_COMPLEX


def test_child_gets_no_environment(tmp_path, monkeypatch):
    seen = {}

    def run(command, **options):
        seen.update(options)
        return sandbox.subprocess.CompletedProcess(command, 0, stdout=b'{"refused": "empty"}', stderr=b"")

    monkeypatch.setattr(sandbox.subprocess, "run", run)
    with pytest.raises(Refused):
        sandbox.inspect("png", tmp_path, tmp_path, Limits())
    assert seen["env"] == {}


# --- the scanner, at the wire


def scan(path, **options):
    server = Clamd(**options)
    server.start()
    try:
        with path.open("rb") as stream:
            return clamd.is_infected(stream, address=server.address), server
    finally:
        server.join(5)


def test_clean_stream_is_clean_and_arrives_whole(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(bytes(range(256)) * 1000)
    infected, server = scan(path)
    assert not infected
    assert server.received == path.read_bytes()


def test_infected_stream_is_found(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(files.EICAR)
    assert scan(path)[0]


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: Strange ERROR\0", b"OK\0"])
def test_scanner_without_a_verdict_leaves_the_file_waiting(tmp_path, answer):
    path = tmp_path / "a"
    path.write_bytes(b"a")
    with pytest.raises(clamd.ScannerUnavailable):
        scan(path, answer=answer)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.sock"])
def test_scanner_that_is_down_leaves_the_file_waiting(tmp_path, address):
    path = tmp_path / "a"
    path.write_bytes(b"a")
    with path.open("rb") as stream, pytest.raises(clamd.ScannerUnavailable):
        clamd.is_infected(stream, address=address)

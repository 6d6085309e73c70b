import io
from datetime import timedelta

import pytest
from django.utils import timezone

from core.files import checks
from dossiers import papers, tasks, uploads
from dossiers.enums import PaperState
from dossiers.models import Paper, Upload
from tests import factories, files

pytestmark = pytest.mark.django_db

AT = factories.MONDAY
KEY = "giay-chung-sinh"


@pytest.fixture
def desk():
    return factories.Desk()


@pytest.fixture
def draft(desk):
    return desk.draft()


@pytest.fixture
def content():
    return files.pdf()


@pytest.fixture
def upload(desk, draft, content):
    return uploads.begin(
        dossier=draft, component=KEY, name="giấy.pdf", length=len(content), actor=desk.citizen, at=timezone.now()
    )


def again(upload) -> Upload:
    """Return the row as another request would read it."""
    return uploads.mine(public_id=upload.public_id, actor=upload.uploaded_by, at=timezone.now())


class CutLine:
    """Gives some bytes and then breaks, as a request does when the phone loses its line."""

    def __init__(self, data: bytes) -> None:
        self.stream = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        part = self.stream.read(min(size, 100))
        if not part:
            raise ConnectionResetError
        return part


# --- the services


def test_whole_upload_becomes_a_paper(upload, content):
    reached = uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    paper = uploads.finish(upload=upload, at=AT)
    assert reached == len(content)
    assert (paper.name, paper.state) == ("giấy.pdf", PaperState.SAFE)
    assert not uploads.part_of(upload.public_id).exists()


def test_half_an_upload_is_no_paper(upload, content):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content[:200]), length=200)
    assert uploads.finish(upload=upload, at=AT) is None
    assert not Paper.objects.exists()


def test_cut_line_keeps_what_came_and_the_rest_completes_it(upload, content):
    half = len(content) // 2
    reached = uploads.receive(upload=upload, offset=0, stream=CutLine(content[:half]), length=len(content))
    assert reached == uploads.offset_of(again(upload)) == half
    later = again(upload)
    uploads.receive(upload=later, offset=half, stream=io.BytesIO(content[half:]), length=len(content) - half)
    assert uploads.finish(upload=later, at=AT).size == len(content)


def test_line_that_breaks_five_hundred_times_still_ends_in_the_same_file(desk, draft, monkeypatch):
    monkeypatch.setattr(uploads, "BLOCK", 512)
    content = files.jpeg()
    upload = uploads.begin(
        dossier=draft, component=KEY, name="a.jpg", length=len(content), actor=desk.citizen, at=timezone.now()
    )
    step = -(-len(content) // 500)
    offset = cuts = 0
    while offset < len(content):
        row = again(upload)
        stream = CutLine(content[offset : offset + step])
        offset = uploads.receive(upload=row, offset=offset, stream=stream, length=len(content) - offset)
        cuts += 1
    assert cuts >= 490
    assert uploads.part_of(upload.public_id).read_bytes() == content


def test_of_two_senders_at_the_same_place_one_wins(upload, content):
    first, second = again(upload), again(upload)
    uploads.receive(upload=first, offset=0, stream=io.BytesIO(content[:300]), length=300)
    with pytest.raises(uploads.WrongOffset) as caught:
        uploads.receive(upload=second, offset=0, stream=io.BytesIO(b"x" * 300), length=300)
    assert caught.value.offset == 300
    assert uploads.part_of(upload.public_id).read_bytes() == content[:300]


def test_sender_overtaken_in_the_middle_writes_nothing_more(upload, content, monkeypatch):
    monkeypatch.setattr(uploads, "BLOCK", 100)
    slow = again(upload)

    class Overtaken(io.BytesIO):
        def read(self, size: int = -1, /) -> bytes:
            if self.tell() == 100:
                faster = again(upload)
                uploads.receive(upload=faster, offset=100, stream=io.BytesIO(content[100:200]), length=100)
            return super().read(size)

    with pytest.raises(uploads.WrongOffset):
        uploads.receive(upload=slow, offset=0, stream=Overtaken(content[:100] + b"x" * 200), length=300)
    assert uploads.part_of(upload.public_id).read_bytes() == content[:200]


@pytest.mark.parametrize("offset", [1, 10_000])
def test_sender_elsewhere_is_told_where_we_are(upload, offset):
    with pytest.raises(uploads.WrongOffset) as caught:
        uploads.receive(upload=upload, offset=offset, stream=io.BytesIO(b"a"), length=1)
    assert caught.value.offset == 0


def test_more_bytes_than_announced_are_not_taken(upload, content):
    with pytest.raises(uploads.TooLong):
        uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content) + 1)
    assert uploads.offset_of(again(upload)) == 0


def test_after_a_crash_the_smaller_of_row_and_file_counts(upload, content):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content[:400]), length=400)
    with uploads.part_of(upload.public_id).open("r+b") as part:
        part.truncate(150)  # the row had counted what the disk did not get
    row = again(upload)
    assert uploads.offset_of(row) == 150
    uploads.receive(upload=row, offset=150, stream=io.BytesIO(content[150:]), length=len(content) - 150)
    assert uploads.part_of(upload.public_id).read_bytes() == content


def test_bytes_the_row_has_not_counted_do_not_count(upload, content):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content[:100]), length=100)
    with uploads.part_of(upload.public_id).open("ab") as part:
        part.write(b"y" * 50)
    assert uploads.offset_of(again(upload)) == 100


def test_full_disk_counts_nothing_and_the_upload_goes_on_later(upload, content, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(uploads.os, "fsync", full)
        with pytest.raises(uploads.StorageFull):
            uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    row = again(upload)
    assert uploads.offset_of(row) == 0
    uploads.receive(upload=row, offset=0, stream=io.BytesIO(content), length=len(content))
    assert uploads.finish(upload=row, at=AT) is not None


def test_what_was_checked_is_what_is_kept(upload, content, monkeypatch):
    """A late sender may still hold the part file open while the check runs."""
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    part = uploads.part_of(upload.public_id)
    real = papers.attach

    def attach(**what):
        part.write_bytes(b"MZ" * 100)
        return real(**what)

    monkeypatch.setattr(papers, "attach", attach)
    paper = uploads.finish(upload=upload, at=AT)
    assert paper.size == len(content)


def test_finishing_twice_gives_the_same_paper(upload, content):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    twin = again(upload)
    assert uploads.finish(upload=upload, at=AT) == uploads.finish(upload=twin, at=AT)
    assert uploads.finish(upload=again(upload), at=AT) == Paper.objects.get()


def test_same_file_uploaded_twice_is_one_paper(desk, draft, content):
    found = set()
    for _turn in range(2):
        upload = uploads.begin(
            dossier=draft, component=KEY, name="a.pdf", length=len(content), actor=desk.citizen, at=timezone.now()
        )
        uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
        found.add(uploads.finish(upload=upload, at=AT).pk)
    assert len(found) == 1


@pytest.mark.parametrize(("name", "length"), [("a.exe", 10), ("a.pdf", 0), ("a.pdf", 10**9), ("IMG.heic", 10)])
def test_what_name_and_length_tell_is_told_before_the_first_byte(desk, draft, name, length):
    with pytest.raises(checks.Rejected):
        uploads.begin(dossier=draft, component=KEY, name=name, length=length, actor=desk.citizen, at=AT)
    assert not Upload.objects.exists()


def test_person_has_so_many_uploads_open_and_no_more(desk, draft, settings):
    settings.UPLOADS_PER_PERSON = 2
    begin = {"dossier": draft, "component": KEY, "name": "a.pdf", "length": 10, "actor": desk.citizen}
    uploads.begin(**begin, at=AT)
    uploads.begin(**begin, at=AT)
    with pytest.raises(uploads.TooManyUploads):
        uploads.begin(**begin, at=AT)
    uploads.begin(**begin, at=AT + timedelta(hours=25))


def test_person_has_so_many_bytes_under_way_and_no_more(desk, draft, settings):
    settings.UPLOADS_PER_PERSON, settings.FILE_LIMITS = 4, {"size": 100}
    begin = {"dossier": draft, "component": KEY, "name": "a.pdf", "length": 90, "actor": desk.citizen}
    uploads.begin(**begin, at=AT)
    uploads.begin(**begin, at=AT)
    with pytest.raises(uploads.TooManyUploads):
        uploads.begin(**begin, at=AT)


# --- the sweep


def test_sweep_leaves_no_expired_upload_and_no_bytes_of_it(upload, content, settings):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content[:100]), length=100)
    now = timezone.now()
    assert uploads.sweep(now + timedelta(hours=23)).expired == 0
    assert uploads.sweep(now + timedelta(hours=25)).expired == 1
    assert not Upload.objects.exists()
    assert list((settings.MEDIA_ROOT / "parts").iterdir()) == []


def test_sweep_deletes_the_bytes_of_a_deleted_draft(desk, upload, content, settings):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    uploads.finish(upload=upload, at=AT)
    other = uploads.begin(
        dossier=upload.dossier, component=KEY, name="b.pdf", length=50, actor=desk.citizen, at=timezone.now()
    )
    uploads.receive(upload=other, offset=0, stream=io.BytesIO(content[:20]), length=20)
    Upload.objects.all().delete()
    Paper.objects.all().delete()
    swept = uploads.sweep(timezone.now() + timedelta(hours=25))
    assert (swept.orphans, swept.leftovers) == (1, 1)
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_sweep_keeps_the_bytes_of_papers_that_were_removed(upload, content, settings):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    paper = uploads.finish(upload=upload, at=AT)
    papers.remove(paper_id=paper.public_id, actor=paper.uploaded_by, at=AT)
    assert uploads.sweep(timezone.now() + timedelta(hours=25)).orphans == 0


def test_sweep_attaches_what_a_crash_left_complete(upload, content):
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    assert uploads.sweep(timezone.now() + timedelta(minutes=1)).finished == 0
    assert uploads.sweep(timezone.now() + timedelta(minutes=6)).finished == 1
    assert Paper.objects.get().name == "giấy.pdf"


def test_sweep_ends_a_complete_upload_that_is_not_taken(desk, draft):
    upload = uploads.begin(dossier=draft, component=KEY, name="a.pdf", length=68, actor=desk.citizen, at=timezone.now())
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(files.EICAR), length=68)
    assert uploads.sweep(timezone.now() + timedelta(minutes=6)).finished == 0
    assert not Upload.objects.exists()


def test_sweep_gives_waiting_papers_their_verdict(upload, content, settings):
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    uploads.receive(upload=upload, offset=0, stream=io.BytesIO(content), length=len(content))
    assert uploads.finish(upload=upload, at=AT).state == PaperState.PENDING
    assert uploads.sweep(timezone.now()).scanned == 0
    settings.CLAMD_ADDRESS = ""
    assert uploads.sweep(timezone.now()).scanned == 1
    assert Paper.objects.get().state == PaperState.SAFE


def test_periodic_job_sweeps_and_is_harmless_twice(upload):
    Upload.objects.update(expires_at=AT - timedelta(days=400))
    tasks.sweep_uploads()
    tasks.sweep_uploads(slot="again")
    assert not Upload.objects.exists()

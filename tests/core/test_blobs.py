import hashlib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import storages

from core import blobs

NOW = datetime.now(tz=UTC)


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "giay.pdf"
    path.write_bytes(b"noi dung")
    return path


def kept_files(settings):
    return sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())


def test_bytes_are_kept_under_their_digest(paper, settings):
    sha256, size = blobs.put(paper)
    assert (sha256, size) == (hashlib.sha256(b"noi dung").hexdigest(), 8)
    assert kept_files(settings) == [settings.MEDIA_ROOT / "blobs" / sha256[:2] / sha256[2:4] / sha256]
    assert blobs.exists(sha256)
    with blobs.open_blob(sha256) as stream:
        assert stream.read() == b"noi dung"


def test_same_bytes_are_kept_once(paper, settings):
    assert blobs.put(paper) == blobs.put(paper)
    assert len(kept_files(settings)) == 1


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 63 + "/", "é" * 64, "a" * 64 + "\n"]
)
def test_no_path_comes_out_of_a_name_that_is_no_digest(name):
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.open_blob(name)


def test_write_that_fails_half_way_leaves_nothing_behind(paper, settings, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        blobs.put(paper)
    assert kept_files(settings) == []
    assert not blobs.exists(blobs.digest(paper))


def test_reader_never_sees_half_a_blob(tmp_path):
    path = tmp_path / "gross"
    path.write_bytes(b"x" * (8 << 20))
    sha256, size = blobs.put(path)
    writer = threading.Thread(target=lambda: [blobs.put(path) for _again in range(5)])
    writer.start()
    while writer.is_alive():
        with blobs.open_blob(sha256) as stream:
            assert len(stream.read()) == size
    writer.join()


def test_sweep_names_what_nobody_knows_and_is_old_enough(paper, tmp_path, settings):
    known, _size = blobs.put(paper)
    stranger = tmp_path / "b"
    stranger.write_bytes(b"ai do")
    unknown, _size = blobs.put(stranger)
    leftover = settings.MEDIA_ROOT / "blobs" / "ab" / "cd" / ".tmp"
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(b"nua")

    def knows(names):
        return {known} & set(names)

    assert list(blobs.orphans(known=knows, before=NOW - timedelta(hours=1))) == []
    found = list(blobs.orphans(known=knows, before=NOW + timedelta(hours=1)))
    assert sorted(found) == sorted([blobs.name_of(unknown), "blobs/ab/cd/.tmp"])
    for name in found:
        blobs.delete(name)
    assert kept_files(settings) == [settings.MEDIA_ROOT / blobs.name_of(known)]


def test_sweep_of_an_empty_store_finds_nothing():
    assert list(blobs.orphans(known=set, before=NOW)) == []


def test_another_storage_can_take_the_place_by_setting(paper, settings):
    settings.STORAGES = {**settings.STORAGES, "blobs": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    sha256, _size = blobs.put(paper)
    assert blobs.exists(sha256)
    assert list(storages["blobs"].listdir("blobs")[0]) == [sha256[:2]]

"""Hostile input C5 over HTTP, and files of other people: never a 5xx, a word of help, nothing changed."""

import json
import socket
import struct
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from dossiers import papers, uploads
from dossiers.enums import PaperState
from dossiers.models import Paper, Upload
from tests import factories, files, hostile_files

pytestmark = pytest.mark.django_db

AT = factories.MONDAY
KEY = "giay-chung-sinh"
CORPUS = json.loads((Path(__file__).parents[1] / "corpus" / "C5_uploads.json").read_text())
BYTES = "application/offset+octet-stream"


@pytest.fixture
def desk():
    return factories.Desk()


@pytest.fixture
def draft(desk):
    return desk.draft()


@pytest.fixture
def paper(desk, draft, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(files.pdf())
    return papers.attach(dossier=draft, component=KEY, name="a.pdf", path=path, actor=desk.citizen, at=AT)


@pytest.fixture
def form_url(draft):
    return reverse("papers:component", kwargs={"public_id": draft.public_id, "key": KEY})


def kept(settings) -> list[Path]:
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize("item", CORPUS["files"], ids=lambda item: item["id"])
def test_hostile_file_is_refused_by_the_form_and_changes_nothing(client, desk, form_url, settings, item):
    client.force_login(desk.citizen)
    sent = SimpleUploadedFile(item["name"], hostile_files.make(item["make"]), content_type="application/pdf")
    response = client.post(form_url, {"file": sent, "whole": "1"})
    assert response.status_code == 422
    assert "govuk-error-message" in response.text
    assert not Paper.objects.exists()
    assert kept(settings) == []


@pytest.mark.parametrize("item", CORPUS["names"], ids=lambda item: repr(item["raw"]))
def test_name_of_an_upload_never_reaches_the_disk_nor_a_header_as_it_came(client, desk, draft, settings, item):
    upload = uploads.begin(
        dossier=draft, component=KEY, name=item["raw"] + "a.pdf", length=10, actor=desk.citizen, at=timezone.now()
    )
    part = uploads.part_of(upload.public_id)
    assert part.parent == settings.MEDIA_ROOT / "parts"
    assert part.name == str(upload.public_id)
    assert not set(upload.name) & set('/\\\0\r\n"<>\u202e')


def test_declared_content_type_is_ignored(client, desk, form_url):
    client.force_login(desk.citizen)
    sent = SimpleUploadedFile("a.pdf", files.pdf(), content_type="text/html")
    client.post(form_url, {"file": sent, "whole": "1"})
    response = client.get(reverse("papers:file", kwargs={"public_id": Paper.objects.get().public_id}))
    b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("state", [PaperState.PENDING, PaperState.REJECTED])
def test_no_byte_of_a_paper_that_is_not_safe_is_served_to_anybody(client, desk, draft, paper, state):
    desk.submit(draft, AT)
    Paper.objects.update(state=state)
    address = reverse("papers:file", kwargs={"public_id": paper.public_id})
    for user in (desk.citizen, desk.receiver, desk.processor, desk.leader, desk.returner):
        client.force_login(user)
        for method in (client.get, client.head):
            assert method(address).status_code in (404, 405)


# --- other people's


def addresses(draft, paper, upload):
    return [
        ("get", reverse("papers:component", kwargs={"public_id": draft.public_id, "key": KEY})),
        ("post", reverse("papers:component", kwargs={"public_id": draft.public_id, "key": KEY})),
        ("get", reverse("papers:file", kwargs={"public_id": paper.public_id})),
        ("post", reverse("papers:remove", kwargs={"public_id": paper.public_id})),
        ("head", reverse("papers:upload", kwargs={"public_id": upload.public_id})),
        ("patch", reverse("papers:upload", kwargs={"public_id": upload.public_id})),
        ("delete", reverse("papers:upload", kwargs={"public_id": upload.public_id})),
    ]


@pytest.fixture
def upload(desk, draft):
    return uploads.begin(dossier=draft, component=KEY, name="a.pdf", length=10, actor=desk.citizen, at=timezone.now())


def strangers(desk):
    elsewhere = factories.agency("H19.27", "UBND phường Long Bình")
    return [
        factories.citizen(),
        factories.officer(Role.PROCESS, Role.RECEIVE, at=elsewhere),
        factories.officer(Role.HOTLINE, at=desk.agency),
        factories.officer(Role.SYSTEM_ADMIN, at=desk.agency),
        desk.processor,  # a draft is nobody's but the citizen's
    ]


def test_strangers_find_nothing_at_any_address(client, desk, draft, paper, upload):
    for user in strangers(desk):
        client.force_login(user)
        for method, address in addresses(draft, paper, upload):
            headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
            assert getattr(client, method)(address, headers=headers).status_code == 404, (method, address)
    assert papers.of(draft).count() == 1
    assert Upload.objects.count() == 1


def test_officer_of_the_unit_can_neither_see_nor_end_the_citizens_upload(client, desk, draft, upload):
    desk.submit(draft, AT)
    client.force_login(desk.receiver)
    address = reverse("papers:upload", kwargs={"public_id": upload.public_id})
    assert client.delete(address, headers={"Tus-Resumable": "1.0.0"}).status_code == 404


def test_nobody_signed_in_is_led_to_the_sign_in_and_sees_nothing(client, draft, paper, upload):
    for method, address in addresses(draft, paper, upload):
        response = getattr(client, method)(address, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"})
        assert response.status_code in (302, 401)


def test_stranger_begins_no_upload_in_somebody_elses_draft(client, draft):
    from base64 import b64encode

    client.force_login(factories.citizen())
    pairs = {"dossier": str(draft.public_id), "component": KEY, "filename": "a.pdf"}
    metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": metadata}
    assert client.post(reverse("papers:uploads"), headers=headers, content_type=BYTES).status_code == 404
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/giay-to/../../etc/passwd/",
        "/giay-to/%2e%2e%2f%2e%2e%2fetc%2fpasswd/",
        f"/giay-to/{uuid.UUID(int=0)}/",
        f"/giay-to/{uuid.UUID(int=0)}/..%2f..%2fetc/",
        "/tai-len/..%2f..%2fvar%2fportal.sqlite3/",
        f"/tai-len/{uuid.UUID(int=0)}%00/",
    ],
)
def test_address_that_tries_to_leave_the_store_finds_nothing(client, desk, address):
    client.force_login(desk.citizen)
    assert client.get(address).status_code in (404, 405)


# --- broken forms


def posted(client, url, body: bytes, boundary: str = "grenze"):
    return client.generic("POST", url, body, content_type=f"multipart/form-data; boundary={boundary}")


def part(name: str, content: bytes, filename: str = "") -> bytes:
    extra = f'; filename="{filename}"' if filename else ""
    head = f'--grenze\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def test_broken_forms_are_refused_and_leave_nothing(client, desk, form_url, settings):
    client.force_login(desk.citizen)
    whole, end = part("whole", b"1"), b"--grenze--\r\n"
    sent = part("file", files.pdf(), "a.pdf")
    broken = {
        "no final boundary": sent,
        "cut in the file": sent[:300],
        "two files under one name": sent + sent + whole + end,
        "two files, one of them hostile": sent + part("file", hostile_files.exe(), "b.pdf") + whole + end,
        "file in the place of text": part("file", files.pdf()) + whole + end,
        "nothing at all": b"",
    }
    for what, body in broken.items():
        assert posted(client, form_url, body).status_code in (400, 422), what
    assert posted(client, form_url, sent + whole + end, boundary="g" * 5000).status_code == 400
    assert not Paper.objects.exists()
    assert kept(settings) == []


def test_form_longer_than_any_of_ours_is_refused_by_its_declared_length(client, desk, form_url, settings):
    settings.FILE_LIMITS = {"size": 1000}
    client.force_login(desk.citizen)
    body = part("file", bytes(3 << 20), "a.pdf") + part("whole", b"1") + b"--grenze--\r\n"
    assert posted(client, form_url, body).status_code in (400, 413)
    assert not Paper.objects.exists()


# --- a real server and a line that breaks


@pytest.mark.django_db(transaction=True)
def test_connection_reset_half_way_keeps_a_consistent_half(live_server, client, desk, settings):
    draft, content = desk.draft(), files.jpeg()
    upload = uploads.begin(
        dossier=draft, component=KEY, name="a.jpg", length=len(content), actor=desk.citizen, at=timezone.now()
    )
    client.force_login(desk.citizen)
    client.get(reverse("papers:component", kwargs={"public_id": draft.public_id, "key": KEY}))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    token = client.cookies["csrftoken"].value
    address = reverse("papers:upload", kwargs={"public_id": upload.public_id})
    host, port = live_server.thread.host, live_server.thread.port
    common = {"Tus-Resumable": "1.0.0", "Cookie": cookies, "X-CSRFToken": token, "Content-Type": BYTES}

    def ask(method, data=b"", **headers):
        connection = HTTPConnection(host, port, timeout=10)
        connection.request(method, address, body=data, headers={**common, **headers})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response

    def cut(offset, size, *, reset):
        """Announce everything, send some of it, and let the line break, with a reset or with a hang-up."""
        lines = {**common, "Host": f"{host}:{port}", "Upload-Offset": offset, "Content-Length": len(content) - offset}
        head = "\r\n".join(f"{key}: {value}" for key, value in lines.items())
        with socket.create_connection((host, port), timeout=10) as line:
            line.sendall(f"PATCH {address} HTTP/1.1\r\n{head}\r\n\r\n".encode() + content[offset : offset + size])
            if reset:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    offset = 0
    for turn in range(20):
        before, reset = offset, turn % 2 == 0
        cut(offset, 2000, reset=reset)
        offset = settled(upload, at_least=before if reset else before + 2000)
        if offset:
            assert uploads.part_of(upload.public_id).read_bytes()[:offset] == content[:offset]
    assert 20_000 <= offset < len(content)
    assert not Paper.objects.exists()
    offset = int(ask("HEAD").getheader("Upload-Offset"))
    answer = ask("PATCH", content[offset:], **{"Upload-Offset": str(offset)})
    assert answer.status == 204
    assert Paper.objects.get().state == PaperState.SAFE


def settled(upload, *, at_least: int) -> int:
    """Return the offset that the server has kept, once it has noticed the broken line."""
    before, since, deadline = -1, time.monotonic(), time.monotonic() + 20
    while time.monotonic() < deadline:
        now = uploads.offset_of(Upload.objects.get(pk=upload.pk))
        if now != before:
            before, since = now, time.monotonic()
        elif now >= at_least and time.monotonic() - since > 0.1:
            return now
    raise AssertionError("the server did not keep what came")

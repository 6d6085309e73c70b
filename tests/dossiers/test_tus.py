"""The tus 1.0 protocol as a client meets it."""

import base64
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers import uploads
from dossiers.models import Paper, Upload
from tests import factories, files

pytestmark = pytest.mark.django_db

AT = factories.MONDAY
KEY = "giay-chung-sinh"
BYTES = "application/offset+octet-stream"


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
def signed_in(client, desk):
    client.force_login(desk.citizen)
    return client


def announce(client, dossier, *, length, name="giấy.pdf", component=KEY, **headers):
    pairs = {"dossier": str(dossier.public_id), "component": component, "filename": name}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    given = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": metadata, **headers}
    return client.post(reverse("papers:uploads"), headers=given, content_type=BYTES)


def patch(client, url, data, offset, **headers):
    given = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers}
    return client.patch(url, data, content_type=BYTES, headers=given)


def head(client, url):
    return client.head(url, headers={"Tus-Resumable": "1.0.0"})


def test_client_uploads_in_pieces_and_gets_its_paper(signed_in, draft, content):
    made = announce(signed_in, draft, length=len(content))
    assert made.status_code == 201
    url = made["Location"]
    assert (head(signed_in, url)["Upload-Offset"], head(signed_in, url)["Upload-Length"]) == ("0", str(len(content)))
    first = patch(signed_in, url, content[:300], 0)
    assert (first.status_code, first["Upload-Offset"]) == (204, "300")
    assert "X-Paper" not in first
    assert head(signed_in, url)["Upload-Offset"] == "300"
    last = patch(signed_in, url, content[300:], 300)
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(content)))
    assert last["X-Paper"] == str(Paper.objects.get().public_id)
    assert head(signed_in, url)["Upload-Offset"] == str(len(content))


def test_every_answer_names_the_version_and_is_kept_by_nobody(signed_in, draft):
    for response in (
        announce(signed_in, draft, length=10),
        announce(signed_in, draft, length=0),
        head(signed_in, reverse("papers:upload", kwargs={"public_id": uuid.uuid4()})),
    ):
        assert response["Tus-Resumable"] == "1.0.0"
        assert response["Cache-Control"] == "no-store"


def test_abilities_are_told_to_everybody(client):
    response = client.options(reverse("papers:uploads"))
    assert response["Tus-Extension"] == "creation,expiration,termination"
    assert response["Tus-Max-Size"] == str(20 * 1024 * 1024)


def test_other_versions_are_not_spoken(signed_in, draft):
    response = announce(signed_in, draft, length=10, **{"Tus-Resumable": "0.2.2"})
    assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")


def test_last_byte_that_came_while_the_server_died_is_not_lost(signed_in, draft, content):
    url = announce(signed_in, draft, length=len(content))["Location"]
    row = Upload.objects.get()
    uploads.receive(upload=row, offset=0, stream=io.BytesIO(content), length=len(content))
    assert head(signed_in, url)["Upload-Offset"] == str(len(content))
    assert Paper.objects.exists()


def test_ended_upload_is_gone_with_its_bytes(signed_in, draft, content):
    url = announce(signed_in, draft, length=len(content))["Location"]
    patch(signed_in, url, content[:100], 0)
    part = uploads.part_of(Upload.objects.get().public_id)
    assert part.exists()
    assert signed_in.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 204
    assert not part.exists()
    assert head(signed_in, url).status_code == 404


def test_refused_file_answers_with_a_reason_for_script_and_person(signed_in, draft):
    url = announce(signed_in, draft, length=len(files.EICAR), name="a.pdf")["Location"]
    response = patch(signed_in, url, files.EICAR, 0)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "infected"
    assert response.json()["error"]["message"]
    assert not Upload.objects.exists()


def test_session_that_ended_can_be_resumed_after_a_new_sign_in(signed_in, desk, draft, content):
    url = announce(signed_in, draft, length=len(content))["Location"]
    patch(signed_in, url, content[:200], 0)
    signed_in.logout()
    response = patch(signed_in, url, content[200:], 200)
    assert (response.status_code, response.json()["error"]["code"]) == (401, "signed_out")
    assert response["X-Sign-In"] == reverse("accounts:sign_in")
    signed_in.force_login(desk.citizen)
    assert head(signed_in, url)["Upload-Offset"] == "200"
    assert patch(signed_in, url, content[200:], 200).status_code == 204


def test_dossier_submitted_on_the_way_takes_the_file_no_more(signed_in, desk, draft, content):
    url = announce(signed_in, draft, length=len(content))["Location"]
    patch(signed_in, url, content[:200], 0)
    desk.submit(draft, AT)
    response = patch(signed_in, url, content[200:], 200)
    assert (response.status_code, response.json()["error"]["code"]) == (403, "closed")
    assert not Paper.objects.exists()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Offset": "5"}, 409),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "1e3"}, 400),
        ({"Upload-Offset": "٣"}, 400),
        ({"Upload-Offset": ""}, 400),
        ({"Content-Type": "application/json"}, 415),
    ],
)
def test_continuation_that_is_wrong_changes_nothing(signed_in, draft, content, headers, status):
    url = announce(signed_in, draft, length=len(content))["Location"]
    kind = headers.pop("Content-Type", BYTES)
    given = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", **headers}
    assert signed_in.patch(url, content, content_type=kind, headers=given).status_code == status
    assert head(signed_in, url)["Upload-Offset"] == "0"


def test_continuation_longer_than_announced_is_refused(signed_in, draft, content):
    url = announce(signed_in, draft, length=10)["Location"]
    assert patch(signed_in, url, content, 0).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": ""},
        {"Upload-Length": "-5"},
        {"Upload-Length": "abc"},
        {"Upload-Length": "9" * 30},
        {"Upload-Metadata": ""},
        {"Upload-Metadata": "dossier %%%,component a,filename b"},
        {"Upload-Metadata": "dossier bm90LXV1aWQ=,component YQ==,filename Yg=="},
        {"Upload-Metadata": "dossier /////w==,component YQ==,filename Yg=="},
    ],
)
def test_announcement_that_is_wrong_begins_nothing(signed_in, draft, headers):
    assert announce(signed_in, draft, length=10, **headers).status_code == 400
    assert not Upload.objects.exists()


def test_too_many_open_uploads_are_told_so(signed_in, draft, settings):
    settings.UPLOADS_PER_PERSON = 2
    for _turn in range(2):
        announce(signed_in, draft, length=10)
    assert announce(signed_in, draft, length=10).status_code == 429


def test_announcement_for_a_place_that_does_not_exist_is_refused(signed_in, draft):
    assert announce(signed_in, draft, length=10, component="la").status_code == 403


def test_expired_upload_is_not_found(signed_in, draft):
    url = announce(signed_in, draft, length=10)["Location"]
    Upload.objects.update(expires_at=timezone.now())
    assert head(signed_in, url).status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_wrong_method_on_the_collection(signed_in, method):
    assert getattr(signed_in, method)(reverse("papers:uploads")).status_code == 405


def test_announcement_without_the_token_of_the_form_is_a_forgery(desk, draft):
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(desk.citizen)
    assert announce(forger, draft, length=10).status_code == 403
    assert not Upload.objects.exists()

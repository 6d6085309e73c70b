"""Papers by program: attach, list, download, take off."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers import services
from dossiers.enums import PaperState, Status
from dossiers.models import Dossier, Paper
from tests import factories, files
from tests.factories import MONDAY

COMPONENT = "giay-chung-sinh"


def attach(client, address, content=None, *, size=None, name="giấy.pdf", component=COMPONENT):
    content = files.pdf() if content is None else content
    sent = SimpleUploadedFile(name, content, content_type="text/html")
    body = {"component": component, "size": len(content) if size is None else size, "file": sent}
    return client.post(f"{address}papers/", body, format="multipart")


def download(client, url, **headers):
    """Return the answer and the bytes of a file; the test client closes what was read to its end."""
    given = client.get(url, **headers)
    return given, b"".join(given)


@pytest.fixture
def draft(desk):
    return f"/api/v1/me/drafts/{desk.draft().public_id}/"


def test_a_paper_is_attached_listed_and_downloaded(citizen, draft):
    made = attach(citizen, draft)
    assert made.status_code == 201, made.json()
    listed = citizen.get(f"{draft}papers/").json()
    assert listed["files"] == [made.json()]
    assert [(item["component"], item["can_attach"]) for item in listed["asked"]] == [(COMPONENT, True)]
    given, content = download(citizen, made.json()["url"])
    assert hashlib.sha256(content).hexdigest() == made.json()["sha256"]
    assert given["Content-Type"] == "application/octet-stream"
    assert given["Content-Disposition"].startswith("attachment")
    assert given["Cache-Control"] == "private, no-store"


def test_a_file_is_given_whatever_the_caller_accepts(citizen, draft):
    url = attach(citizen, draft).json()["url"]
    given, _content = download(citizen, url, HTTP_ACCEPT="application/pdf")
    assert given.status_code == 200


def test_a_file_that_was_cut_is_refused(citizen, draft):
    refused = attach(citizen, draft, size=10_000_000)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "paper_cut")
    assert Paper.objects.count() == 0


def test_harmful_code_is_refused_with_words(citizen, draft):
    refused = attach(citizen, draft, files.EICAR, name="a.pdf")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "paper_refused")
    assert Paper.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"component": COMPONENT, "size": 3}, {"component": COMPONENT, "size": "many"}])
def test_a_form_without_its_parts_is_refused(citizen, draft, body):
    assert citizen.post(f"{draft}papers/", body, format="multipart").status_code == 400


def test_a_part_that_nobody_asked_for_is_refused(citizen, draft):
    body = {"component": COMPONENT, "size": 3, "file": SimpleUploadedFile("a.txt", b"abc"), "state": "safe"}
    refused = citizen.post(f"{draft}papers/", body, format="multipart")
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["state"])


def test_a_form_longer_than_any_file_is_refused_by_its_declared_length(citizen, draft, settings):
    settings.FILE_LIMITS = settings.FILE_LIMITS | {"size": 1000}
    refused = attach(citizen, draft, b"x" * 1_100_000)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


def test_json_is_no_form(citizen, draft):
    assert citizen.post(f"{draft}papers/", {"component": COMPONENT}, format="json").status_code == 415


def test_a_paper_of_a_received_dossier_stays_as_it_is(citizen, desk, draft):
    paper = attach(citizen, draft).json()
    dossier = Dossier.objects.get()
    desk.submit(dossier, MONDAY)
    dossier.refresh_from_db(fields=["code"])
    assert attach(citizen, f"/api/v1/me/dossiers/{dossier.code}/").json()["error"]["code"] == "papers_closed"
    assert citizen.delete(f"/api/v1/me/papers/{paper['id']}/").status_code == 409


def test_a_paper_asked_for_again_is_supplied(citizen, desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, items=[factories.ASKED_PAPER])
    address = f"/api/v1/me/dossiers/{dossier.code}/"
    version = citizen.get(address).json()["version"]
    missing = citizen.post(f"{address}supply/", {"expected_version": version})
    assert list(missing.json()["error"]["fields"]) == ["paper.giay-chung-sinh"]
    assert attach(citizen, address).status_code == 201
    assert citizen.post(f"{address}supply/", {"expected_version": version}).status_code == 200


def test_a_paper_is_taken_off(citizen, draft):
    address = f"/api/v1/me/papers/{attach(citizen, draft).json()['id']}/"
    assert citizen.delete(address).status_code == 204
    assert citizen.get(f"{draft}papers/").json()["files"] == []


@pytest.mark.parametrize("state", [PaperState.PENDING, PaperState.REJECTED])
def test_a_file_that_is_not_safe_is_given_to_nobody(citizen, receiver, desk, draft, state):
    paper = attach(citizen, draft).json()
    Paper.objects.update(state=state)
    assert citizen.get(paper["url"]).status_code == 404
    assert citizen.get(f"{draft}papers/").json()["files"][0]["url"] == ""


def test_a_paper_is_read_by_its_citizen_and_by_the_desk_that_holds_it(
    citizen, receiver, stranger, desk, other_desk, program, draft
):
    paper = attach(citizen, draft).json()["id"]
    own, at_desk = f"/api/v1/me/papers/{paper}/", f"/api/v1/officer/papers/{paper}/"
    assert receiver.get(at_desk).status_code == 404
    desk.submit(Dossier.objects.get(), MONDAY)
    given, _content = download(receiver, at_desk)
    assert given.status_code == 200
    assert stranger.get(own).status_code == 404
    assert stranger.delete(own).status_code == 404
    assert program(other_desk.receiver).get(at_desk).status_code == 404
    assert (citizen.get(at_desk).status_code, receiver.get(own).status_code) == (403, 403)


def test_a_paper_waiting_for_its_check_keeps_the_draft_from_being_filed(citizen, draft):
    attach(citizen, draft)
    Paper.objects.update(state=PaperState.PENDING)
    refused = citizen.post(f"{draft}submit/", {}, HTTP_IDEMPOTENCY_KEY="submit-it-0001")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "papers_being_checked")

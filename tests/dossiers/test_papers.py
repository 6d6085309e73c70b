import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core import blobs
from core.files import checks
from dossiers import papers, services
from dossiers.enums import PaperState, Status
from dossiers.models import Dossier, Paper
from tests import factories, files
from tests.scanner import Clamd

pytestmark = pytest.mark.django_db

AT = factories.MONDAY
KEY = "giay-chung-sinh"


@pytest.fixture
def desk():
    return factories.Desk()


@pytest.fixture
def attach(desk, tmp_path):
    def run(dossier, content=None, name="giấy chứng sinh.pdf", *, actor=None, component=KEY, at=AT):
        path = tmp_path / "sent"
        path.write_bytes(files.pdf() if content is None else content)
        return papers.attach(
            dossier=dossier, component=component, name=name, path=path, actor=actor or desk.citizen, at=at
        )

    return run


@pytest.fixture
def supplement(desk):
    """Return a dossier whose paper was asked for again."""
    dossier = desk.dossier(Status.IN_PROCESS)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.processor, at=AT, items=[factories.ASKED_PAPER])
    return Dossier.objects.get(pk=dossier.pk)


def component_url(dossier, key=KEY):
    return reverse("papers:component", kwargs={"public_id": dossier.public_id, "key": key})


def file_url(paper):
    return reverse("papers:file", kwargs={"public_id": paper.public_id})


def fetch(client, paper, **query):
    """Return the answer with its bytes read, so that the file is closed."""
    response = client.get(file_url(paper), query)
    response.bytes = b"".join(response.streaming_content) if response.streaming else b""
    return response


# --- the services


def test_paper_is_checked_kept_and_attached(desk, attach):
    paper = attach(desk.draft())
    assert (paper.name, paper.content_type, paper.pages, paper.state) == (
        "giấy chứng sinh.pdf",
        "application/pdf",
        1,
        PaperState.SAFE,
    )
    with blobs.open_blob(paper.sha256) as stream:
        assert stream.read() == files.pdf()


def test_receipt_lists_name_size_and_digest(desk, attach):
    dossier = desk.draft()
    paper = attach(dossier)
    assert papers.listing(dossier) == [papers.Line(KEY, paper.name, paper.size, paper.sha256)]


def test_same_file_twice_in_one_place_is_one_paper(desk, attach):
    dossier = desk.draft()
    assert attach(dossier).pk == attach(dossier, name="khac.pdf").pk
    assert papers.of(dossier).count() == 1


def test_removed_paper_stays_in_the_history_and_may_be_attached_again(desk, attach):
    dossier = desk.draft()
    first = attach(dossier)
    papers.remove(paper_id=first.public_id, actor=desk.citizen, at=AT)
    papers.remove(paper_id=first.public_id, actor=desk.citizen, at=AT + timedelta(hours=1))
    assert papers.listing(dossier) == []
    assert Paper.objects.get(pk=first.pk).removed_at == AT
    assert attach(dossier).pk != first.pk


def test_refused_file_leaves_no_row_and_no_bytes(desk, attach, settings):
    dossier = desk.draft()
    with pytest.raises(checks.Rejected):
        attach(dossier, files.EICAR)
    assert not Paper.objects.exists()
    assert not (settings.MEDIA_ROOT / "blobs").exists()


def test_blurred_photo_is_attached_with_a_word_to_the_citizen(desk, attach):
    paper = attach(desk.draft(), files.saved(files.page_of_text(blur=8)), "anh.jpg")
    assert paper.state == PaperState.SAFE
    assert papers.row_of(paper).note


def test_place_that_the_procedure_does_not_have_takes_no_paper(desk, attach):
    with pytest.raises(papers.PapersClosed):
        attach(desk.draft(), component="la")


@pytest.mark.parametrize("status", [status for status in Status if status not in (Status.DRAFT, Status.SUPPLEMENT)])
def test_filed_dossier_takes_no_paper(desk, attach, status):
    with pytest.raises(papers.PapersClosed):
        attach(desk.dossier(status))


def test_supplement_takes_only_the_papers_asked_for(desk, attach, supplement):
    assert attach(supplement).component == KEY
    other = desk.dossier(Status.SUPPLEMENT)  # asks for an answer, not for a paper
    with pytest.raises(papers.PapersClosed):
        attach(other)


def test_same_file_attached_again_on_request_counts_as_new(desk, attach, tmp_path):
    dossier = desk.draft()
    old = attach(dossier)
    for step in ("submit", "receive", "start"):
        getattr(desk, step)(dossier, AT)
    later = AT + timedelta(hours=2)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.processor, at=later, items=[factories.ASKED_PAPER])
    new = attach(Dossier.objects.get(pk=dossier.pk), at=later + timedelta(hours=1))
    assert new.pk != old.pk
    assert list(papers.of(dossier)) == [new]


def test_stranger_and_officer_attach_nothing_to_a_citizens_draft(desk, attach):
    dossier = desk.draft()
    for actor in (factories.citizen(), desk.receiver, desk.processor, desk.leader):
        with pytest.raises(papers.PapersClosed):
            attach(dossier, actor=actor)


def test_dossier_submitted_meanwhile_takes_the_paper_no_more(desk, attach):
    draft = desk.draft()
    desk.submit(draft, AT)
    with pytest.raises(papers.PapersClosed):
        attach(draft)  # judged by a row read before
    assert not Paper.objects.exists()


def test_dossier_takes_so_many_papers_and_no_more(desk, attach, settings):
    settings.PAPERS_PER_DOSSIER = 2
    dossier = desk.draft()
    attach(dossier, files.pdf(text="1"))
    attach(dossier, files.pdf(text="2"))
    with pytest.raises(papers.TooManyPapers) as caught:
        attach(dossier, files.pdf(text="3"))
    assert "2" in str(caught.value.message)
    attach(dossier, files.pdf(text="2"))


def test_panels_take_the_same_number_of_queries_for_one_paper_and_for_three(desk, attach):
    dossier = desk.draft()
    attach(dossier, files.pdf(text="1"))
    papers.panels(dossier=dossier, user=desk.citizen, on=AT.date())

    def count() -> int:
        fresh = Dossier.objects.select_related("terms").get(pk=dossier.pk)
        with CaptureQueriesContext(connection) as seen:
            papers.panels(dossier=fresh, user=desk.citizen, on=AT.date())
        return len(seen)

    with_one = count()
    attach(dossier, files.pdf(text="2"))
    attach(dossier, files.pdf(text="3"))
    assert count() == with_one


# --- with a scanner


def test_scanner_that_finds_something_refuses_the_paper(desk, attach, settings):
    server = Clamd(answer=b"stream: Win.Test FOUND\0")
    server.start()
    settings.CLAMD_ADDRESS = server.address
    with pytest.raises(checks.Rejected):
        attach(desk.draft())
    server.join(5)
    assert not Paper.objects.exists()


def test_paper_waits_while_the_scanner_is_down_and_is_served_to_nobody(desk, attach, settings, client):
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    paper = attach(desk.draft())
    assert paper.state == PaperState.PENDING
    client.force_login(desk.citizen)
    assert fetch(client, paper).status_code == 404
    assert papers.rescan(limit=10) == 0
    assert Paper.objects.get().state == PaperState.PENDING


@pytest.mark.parametrize(
    ("answer", "state", "status"),
    [(b"stream: OK\0", PaperState.SAFE, 200), (b"stream: Win.Test FOUND\0", PaperState.REJECTED, 404)],
)
def test_waiting_paper_gets_its_verdict_when_the_scanner_is_back(desk, attach, settings, client, answer, state, status):
    settings.CLAMD_ADDRESS = "tcp://127.0.0.1:1"
    paper = attach(desk.draft())
    server = Clamd(answer=answer)
    server.start()
    settings.CLAMD_ADDRESS = server.address
    assert papers.rescan(limit=10) == 1
    server.join(5)
    assert Paper.objects.get().state == state
    client.force_login(desk.citizen)
    assert fetch(client, paper).status_code == status


# --- the pages


def test_component_shows_its_papers_as_page_and_as_fragment(desk, attach, client):
    dossier = desk.draft()
    attach(dossier)
    client.force_login(desk.citizen)
    page = client.get(component_url(dossier))
    fragment = client.get(component_url(dossier), headers={"HX-Request": "true"})
    assert "<html" in page.text
    assert "<html" not in fragment.text
    for shown in (page.text, fragment.text):
        assert "giấy chứng sinh.pdf" in shown
        assert "Giấy chứng sinh" in shown


def sent(name="giay.pdf", content=None):
    return SimpleUploadedFile(name, files.pdf() if content is None else content, content_type="text/html")


def test_form_without_a_script_attaches_and_leads_back(desk, client):
    dossier = desk.draft()
    client.force_login(desk.citizen)
    response = client.post(component_url(dossier), {"file": sent(), "whole": "1"})
    assert (response.status_code, response["Location"]) == (302, component_url(dossier))
    assert papers.of(dossier).get().content_type == "application/pdf"


def test_form_leads_back_to_our_own_pages_only(desk, client):
    dossier = desk.draft()
    client.force_login(desk.citizen)
    form = {"file": sent(), "whole": "1", "next": "/nop-ho-so/ban-nhap/1/giay-to/"}
    assert client.post(component_url(dossier), form)["Location"] == "/nop-ho-so/ban-nhap/1/giay-to/"
    form = {"file": sent(), "whole": "1", "next": "https://evil.example/"}
    assert client.post(component_url(dossier), form)["Location"] == component_url(dossier)


@pytest.mark.parametrize("form", [{"whole": "1"}, {"whole": "1", "file": ("a.exe", b"MZ" + bytes(50))}])
def test_form_with_a_wrong_file_comes_back_with_a_word_of_help(desk, client, form):
    dossier = desk.draft()
    client.force_login(desk.citizen)
    form = {key: sent(*value) if key == "file" else value for key, value in form.items()}
    response = client.post(component_url(dossier), form)
    assert response.status_code == 422
    assert "govuk-error-message" in response.text
    assert not Paper.objects.exists()


def test_paper_is_removed_from_the_page(desk, attach, client):
    dossier = desk.draft()
    paper = attach(dossier)
    client.force_login(desk.citizen)
    response = client.post(reverse("papers:remove", kwargs={"public_id": paper.public_id}))
    assert (response.status_code, response["Location"]) == (302, component_url(dossier))
    assert not papers.of(dossier).exists()


def test_paper_of_a_filed_dossier_is_not_removed_and_the_page_says_so(desk, attach, client):
    dossier = desk.draft()
    paper = attach(dossier)
    desk.submit(dossier, AT)
    client.force_login(desk.citizen)
    response = client.post(reverse("papers:remove", kwargs={"public_id": paper.public_id}))
    assert response.status_code == 422
    assert papers.of(dossier).exists()


def test_filed_dossier_shows_its_papers_without_a_form(desk, attach, client):
    dossier = desk.draft()
    attach(dossier)
    desk.submit(dossier, AT)
    for user in (desk.citizen, desk.receiver):
        client.force_login(user)
        text = client.get(component_url(dossier)).text
        assert "giấy chứng sinh.pdf" in text
        assert "data-upload" not in text


@pytest.mark.parametrize(
    ("content", "name", "disposition", "frames"),
    [
        (files.pdf, "giấy khai.pdf", "inline; filename*=utf-8''gi%E1%BA%A5y%20khai.pdf", "SAMEORIGIN"),
        (files.jpeg, "anh.jpg", 'inline; filename="anh.jpg"', "SAMEORIGIN"),
        (files.docx, "don.docx", 'attachment; filename="don.docx"', "DENY"),
    ],
)
def test_file_is_served_inert(desk, attach, client, content, name, disposition, frames):
    paper = attach(desk.draft(), content(), name)
    client.force_login(desk.citizen)
    response = fetch(client, paper)
    assert response["Content-Disposition"] == disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == frames
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert {"private", "no-store"} <= set(response["Cache-Control"].replace(" ", "").split(","))
    assert len(response.bytes) == paper.size


def test_every_kind_but_pdf_is_served_in_a_sandbox(desk, attach, client):
    client.force_login(desk.citizen)
    for content, name in ((files.jpeg, "anh.jpg"), (files.docx, "don.docx")):
        assert "sandbox" in fetch(client, attach(desk.draft(), content(), name))["Content-Security-Policy"]


def test_pdf_is_downloaded_when_asked_for(desk, attach, client):
    paper = attach(desk.draft())
    client.force_login(desk.citizen)
    response = fetch(client, paper, **{"tai-ve": "1"})
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_officers_of_the_unit_open_a_filed_paper_and_others_do_not(desk, attach, client):
    dossier = desk.draft()
    paper = attach(dossier)
    desk.submit(dossier, AT)
    elsewhere = factories.officer(Role.PROCESS, at=factories.agency("H19.27", "UBND phường Long Bình"))
    for user, status in ((desk.receiver, 200), (desk.processor, 200), (elsewhere, 404), (factories.citizen(), 404)):
        client.force_login(user)
        assert fetch(client, paper).status_code == status


def test_paper_whose_bytes_are_lost_is_not_found(desk, attach, client, settings):
    paper = attach(desk.draft())
    blobs.delete(blobs.name_of(paper.sha256))
    client.force_login(desk.citizen)
    assert fetch(client, paper).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_papers_attached_at_once_keep_the_cap(desk, tmp_path, settings):
    settings.PAPERS_PER_DOSSIER = 1
    dossier = desk.draft()
    outcomes = []

    def send(number):
        path = tmp_path / str(number)
        path.write_bytes(files.pdf(text=str(number)))
        try:
            papers.attach(dossier=dossier, component=KEY, name="a.pdf", path=path, actor=desk.citizen, at=AT)
            outcomes.append("attached")
        except papers.TooManyPapers:
            outcomes.append("full")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["attached", "full", "full", "full"]

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from portal.middleware import ContentSecurityPolicy

pytestmark = pytest.mark.django_db


def policy(path: str) -> dict[str, str]:
    """Return the directives that an answer under an address carries."""
    answer = ContentSecurityPolicy(lambda _request: HttpResponse())(RequestFactory().get(path))
    directives = [part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")]
    return {name: "".join(values) for name, *values in directives}


def test_pages_run_and_load_only_what_is_ours():
    directives = policy("/ho-so/")
    for name in ("default-src", "script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"):
        assert directives[name] == "'self'"
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert directives[name] == "'none'"


def test_the_administration_alone_may_evaluate_scripts():
    assert "'unsafe-eval'" in policy("/quan-tri/")["script-src"]
    assert "'unsafe-inline'" in policy("/quan-tri/procedures/")["style-src"]
    assert "unsafe" not in str(policy("/quan-triA/")) + str(policy("/x/quan-tri/"))


def test_the_administration_is_no_frame_of_others_and_sends_forms_only_to_us():
    directives = policy("/quan-tri/")
    assert directives["frame-ancestors"] == "'none'"
    assert directives["form-action"] == "'self'"


@pytest.mark.parametrize("path", ["/", "/khong-co-trang-nay/"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]

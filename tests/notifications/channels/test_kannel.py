"""Kannel's sendsms at the wire, and its reports with the secret in the address."""

from urllib.parse import parse_qs, urlsplit

import pytest

from notifications.channels.base import Callback, Forged, Malformed, Next, Report, SendError
from notifications.channels.kannel import CODES, Kannel
from notifications.enums import Fault, ReceiptStatus
from tests.factories import MONDAY
from tests.notifications.channels.conftest import REFERENCE, verdict

SECRET = "s3cret"


@pytest.fixture
def kannel(stub, settings) -> Kannel:
    settings.KANNEL_URL = stub.url_for("/cgi-bin/sendsms")
    settings.KANNEL_USERNAME, settings.KANNEL_PASSWORD = "mot", "cua"
    settings.KANNEL_FROM = "1022"
    settings.KANNEL_CALLBACK_URL = "http://portal:8000/"
    settings.KANNEL_SECRET = "s3cret"
    return Kannel()


@pytest.mark.parametrize(
    ("body", "coding"), [("Ho so A da tiep nhan", "0"), ("Đồng Nai xin lỗi Ông/Bà", "2"), ("à la carte", "0")]
)
def test_a_text_goes_out_in_the_coding_it_needs_and_asks_for_every_report(kannel, stub, outgoing, body, coding):
    stub.expect_request("/cgi-bin/sendsms", method="GET").respond_with_data("0: Accepted for delivery", status=202)
    assert kannel.send(outgoing(body=body)).provider_ref == REFERENCE
    query = {name: values[0] for name, values in parse_qs(stub.log[0][0].query_string.decode()).items()}
    report_to = urlsplit(query.pop("dlr-url"))
    assert query == {
        "username": "mot",
        "password": "cua",
        "from": "1022",
        "to": "84901234567",
        "text": body,
        "coding": coding,
        "charset": "UTF-8",
        "dlr-mask": "31",
    }
    assert f"{report_to.scheme}://{report_to.netloc}{report_to.path}" == "http://portal:8000/webhooks/kannel/s3cret/"
    assert report_to.query == f"ref={REFERENCE}&code=%d"


def test_a_queued_text_is_taken_too(kannel, stub, outgoing):
    stub.expect_request("/cgi-bin/sendsms").respond_with_data("3: Queued for later delivery", status=202)
    assert kannel.send(outgoing()).provider_ref == REFERENCE


@pytest.mark.parametrize("status", CODES)
def test_every_code_of_the_table_has_its_consequence(kannel, stub, outgoing, status):
    stub.expect_request("/cgi-bin/sendsms").respond_with_data("x", status=status)
    assert verdict(kannel, outgoing()) == (f"http_{status}", CODES[status].next, CODES[status].fault)


def test_the_table_says_what_was_observed():
    assert CODES[400].next is Next.DEAD
    assert CODES[403].alerts


@pytest.mark.parametrize(("status", "body"), [(200, "hello"), (202, "<html>"), (302, ""), (500, "x"), (429, "")])
def test_anything_else_is_tried_again(kannel, stub, outgoing, status, body):
    stub.expect_request("/cgi-bin/sendsms").respond_with_data(body, status=status)
    assert verdict(kannel, outgoing())[1] is Next.RETRY


def callback(secret: str = SECRET, **query) -> Callback:
    return Callback(secret, {"ref": REFERENCE, "code": "1"} | query, b"", {}, MONDAY)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("1", ReceiptStatus.DELIVERED),
        ("2", ReceiptStatus.FAILED),
        ("4", ReceiptStatus.SENT),
        ("8", ReceiptStatus.SENT),
        ("16", ReceiptStatus.FAILED),
    ],
)
def test_reports_are_understood(kannel, code, status):
    assert kannel.reports(callback(code=code)) == [Report(REFERENCE, status, code=code)]


@pytest.mark.parametrize("secret", ["", "s3cre", "s3crett", "S3CRET", "đ"])
def test_a_wrong_secret_is_forged(kannel, secret):
    with pytest.raises(Forged):
        kannel.reports(callback(secret))


def test_without_a_secret_of_ours_nothing_is_believed(kannel, settings):
    settings.KANNEL_SECRET = ""
    with pytest.raises(Forged):
        kannel.reports(callback(""))


@pytest.mark.parametrize("query", [{"code": "3"}, {"code": ""}, {"code": "delivered"}, {"ref": "1"}, {"ref": ""}])
def test_reports_that_make_no_sense_are_malformed(kannel, query):
    with pytest.raises(Malformed):
        kannel.reports(callback(**query))


def test_an_answer_that_is_no_answer_is_a_send_error(kannel, stub, outgoing):
    stub.expect_request("/cgi-bin/sendsms").respond_with_data("", status=202)
    with pytest.raises(SendError) as caught:
        kannel.send(outgoing())
    assert caught.value.verdict.fault is Fault.TECHNICAL

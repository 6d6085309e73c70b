"""eSMS at the wire: what goes out, every code, and its callbacks."""

import pytest

from notifications.channels.base import Callback, Forged, Malformed, Next, Report
from notifications.channels.esms import CODES, Esms
from notifications.enums import Fault, ReceiptStatus
from tests.factories import MONDAY
from tests.notifications.channels.conftest import COMMON_FAULTS, REFERENCE, verdict

SECRET = "s3cret"


@pytest.fixture
def esms(stub, settings) -> Esms:
    settings.ESMS_URL = stub.url_for("/send/")
    settings.ESMS_API_KEY, settings.ESMS_SECRET_KEY, settings.ESMS_BRANDNAME = "key", "secret", "MOTCUA"
    settings.ESMS_CALLBACK_URL, settings.ESMS_SECRET = "https://motcua.example.vn", "s3cret"
    return Esms()


@pytest.mark.parametrize(("body", "is_unicode"), [("Ho so A", "0"), ("Hồ sơ A", "1")])
def test_a_text_goes_out_with_our_id_as_its_request_id(esms, stub, outgoing, body, is_unicode):
    stub.expect_request(
        "/send/",
        method="POST",
        json={
            "ApiKey": "key",
            "SecretKey": "secret",
            "Brandname": "MOTCUA",
            "SmsType": "2",
            "Sandbox": "0",
            "CallbackUrl": "https://motcua.example.vn/webhooks/esms/s3cret/",
            "Phone": "84901234567",
            "Content": body,
            "IsUnicode": is_unicode,
            "RequestId": REFERENCE,
        },
    ).respond_with_json({"CodeResult": "100", "SMSID": "sms-1", "CountRegenerate": 0})
    assert esms.send(outgoing(body=body)).provider_ref == "sms-1"


def test_a_request_id_that_esms_has_seen_means_that_the_first_try_arrived(esms, stub, outgoing):
    stub.expect_request("/send/").respond_with_json({"CodeResult": "124", "ErrorMessage": "duplicate"})
    assert esms.send(outgoing()).provider_ref == ""


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_table_has_its_consequence(esms, stub, outgoing, code):
    stub.expect_request("/send/").respond_with_json({"CodeResult": code})
    assert verdict(esms, outgoing()) == (code, CODES[code].next, CODES[code].fault)


def test_the_table_says_what_the_documents_say():
    assert {code for code, verdict in CODES.items() if verdict.next is Next.DEAD} == {
        "107",
        "108",
        "118",
        "146",
        "177",
        "788",
        "789",
    }
    assert {code for code, verdict in CODES.items() if verdict.fault is Fault.PERMANENT} == {"107", "108"}


def test_an_unknown_code_is_tried_again_and_told(esms, stub, outgoing):
    stub.expect_request("/send/").respond_with_json({"CodeResult": 999})
    assert verdict(esms, outgoing()) == ("999", Next.RETRY, Fault.TECHNICAL)


@pytest.mark.parametrize(("status", "body", "error"), COMMON_FAULTS)
def test_a_broken_provider_is_no_answer(esms, stub, outgoing, status, body, error):
    stub.expect_request("/send/").respond_with_data(body, status=status)
    with pytest.raises(error):
        esms.send(outgoing())


def callback(secret: str = SECRET, **query) -> Callback:
    return Callback(secret, {"RequestId": REFERENCE, "SMSID": "sms-1"} | query, b"", {}, MONDAY)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"SendStatus": "1"}, ReceiptStatus.SENT),
        ({"SendStatus": "2"}, ReceiptStatus.SENT),
        ({"SendStatus": "7"}, ReceiptStatus.SENT),
        ({"SendStatus": "4"}, ReceiptStatus.FAILED),
        ({"SendStatus": "5", "SendSuccess": "1"}, ReceiptStatus.DELIVERED),
        ({"SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"}, ReceiptStatus.FAILED),
    ],
)
def test_reports_are_understood(esms, query, status):
    assert esms.reports(callback(**query)) == [Report(REFERENCE, status, code=query["SendStatus"])]


@pytest.mark.parametrize("secret", ["", "other", "s3cret "])
def test_a_wrong_secret_is_forged(esms, secret):
    with pytest.raises(Forged):
        esms.reports(callback(secret, SendStatus="5"))


@pytest.mark.parametrize("query", [{}, {"SendStatus": "9"}, {"SendStatus": "5", "RequestId": "7"}])
def test_reports_that_make_no_sense_are_malformed(esms, query):
    with pytest.raises(Malformed):
        esms.reports(callback(**query))

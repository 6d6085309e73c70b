"""Zalo ZNS at the wire: what goes out, every code that may come back, and its signed reports."""

import hashlib
import json
from datetime import timedelta

import pytest
import responses
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from responses.matchers import header_matcher, json_params_matcher

from notifications.channels.base import Callback, Forged, Malformed, Next, Report, SendError
from notifications.channels.zalo_zns import CODES, ZaloZns
from notifications.enums import Fault, ReceiptStatus
from tests.factories import MONDAY, local
from tests.notifications.channels.conftest import COMMON_FAULTS, REFERENCE, verdict

APP, SECRET = "1234567890", "oa-secret"


@pytest.fixture
def zalo(stub, settings) -> ZaloZns:
    settings.ZALO_ZNS_URL = stub.url_for("/message/template")
    settings.ZALO_ACCESS_TOKEN = "token"
    settings.ZALO_APP_ID, settings.ZALO_OA_SECRET = APP, SECRET
    return ZaloZns()


@responses.activate
def test_a_message_goes_out_by_template_with_our_id_to_track_it(zalo, settings, outgoing):
    # The stub server drops headers with an underscore, as WSGI servers do; so this one listens further up.
    del settings.ZALO_ZNS_URL
    responses.post(
        "https://business.openapi.zalo.me/message/template",
        json={"error": 0, "message": "Success", "data": {"msg_id": "zns-9", "sent_time": "1"}},
        match=[
            header_matcher({"access_token": "token"}),
            json_params_matcher(
                {
                    "phone": "84901234567",
                    "template_id": "77001",
                    "template_data": {"code": "A", "link": "x.vn/h/1"},
                    "tracking_id": REFERENCE,
                }
            ),
        ],
    )
    assert ZaloZns().send(outgoing()).provider_ref == "zns-9"
    assert len(REFERENCE) <= 48


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_table_has_its_consequence(zalo, stub, outgoing, code):
    stub.expect_request("/message/template").respond_with_json({"error": code, "message": "no"})
    expected = CODES[code]
    assert verdict(zalo, outgoing()) == (str(code), expected.next, expected.fault)


@pytest.mark.parametrize(
    ("codes", "next_", "fault"),
    [
        ([-100, -124, -216], Next.RETRY, None),
        ([-108, -110, -114, -118, -119, -135, -137, -139], Next.FALL, Fault.PERMANENT),
        ([-115, -144, -147], Next.FALL, None),
        ([-133], Next.WAIT, Fault.TEMPORARY),
    ],
)
def test_the_table_says_what_the_facts_say(codes, next_, fault):
    for code in codes:
        assert CODES[code].next is next_
        assert fault is None or CODES[code].fault is fault


def test_only_what_is_about_the_number_is_remembered_of_it():
    learned = {code for code, verdict in CODES.items() if verdict.learns}
    assert learned == {-110, -114, -118, -119, -135, -137, -139}


def test_what_needs_one_of_us_raises_an_alert():
    silent = {code for code, verdict in CODES.items() if not verdict.alerts}
    assert silent == {-100, -108, -110, -114, -118, -119, -133, -135, -137, -139}


def test_an_unknown_code_is_tried_again_and_told(zalo, stub, outgoing):
    stub.expect_request("/message/template").respond_with_json({"error": -9999})
    assert verdict(zalo, outgoing()) == ("-9999", Next.RETRY, Fault.TECHNICAL)


@pytest.mark.parametrize(
    ("at", "until"),
    [("2026-11-23 22:00", "2026-11-24 06:00"), ("2026-11-24 00:30", "2026-11-24 06:00")],
)
def test_at_night_the_message_waits_for_six_in_the_morning(zalo, stub, outgoing, at, until):
    stub.expect_request("/message/template").respond_with_json({"error": -133})
    with pytest.raises(SendError) as caught:
        zalo.send(outgoing(at=local(at)))
    assert caught.value.until == local(until)


def test_an_expired_token_is_told_by_http_too(zalo, stub, outgoing):
    stub.expect_request("/message/template").respond_with_data("", status=401)
    assert verdict(zalo, outgoing()) == ("http_401", Next.RETRY, Fault.TECHNICAL)


@pytest.mark.parametrize(("status", "body", "error"), COMMON_FAULTS)
def test_a_broken_provider_is_no_answer(zalo, stub, outgoing, status, body, error):
    stub.expect_request("/message/template").respond_with_data(body, status=status)
    with pytest.raises(error):
        zalo.send(outgoing())


def test_too_many_requests_says_when_to_come_back(zalo, stub, outgoing):
    stub.expect_request("/message/template").respond_with_data("", status=429, headers={"Retry-After": "90"})
    with pytest.raises(SendError) as caught:
        zalo.send(outgoing())
    assert caught.value.until == MONDAY + timedelta(seconds=90)


# Reports


def event(**fields) -> bytes:
    stamp = str(int(MONDAY.timestamp() * 1000))
    plain = {
        "event_name": "user_received_message",
        "app_id": APP,
        "message": {"msg_id": "zns-9", "tracking_id": REFERENCE, "delivery_time": stamp},
        "timestamp": stamp,
    }
    return json.dumps(plain | fields).encode()


def signature(body: bytes, *, secret: str = SECRET, app: str = APP, stamp: str | None = None) -> str:
    stamp = json.loads(body)["timestamp"] if stamp is None else stamp
    return "mac=" + hashlib.sha256(app.encode() + body + stamp.encode() + secret.encode()).hexdigest()


def callback(body: bytes, mac: str | None = None, *, at=MONDAY) -> Callback:
    headers = {"X-ZEvent-Signature": signature(body) if mac is None else mac}
    return Callback("", {}, body, headers, at)


def test_a_signed_delivery_event_is_a_report(zalo):
    assert zalo.reports(callback(event())) == [Report(REFERENCE, ReceiptStatus.DELIVERED, MONDAY)]


def test_without_our_id_zalos_own_is_used(zalo):
    body = event(message={"msg_id": "zns-9"})
    assert zalo.reports(callback(body)) == [Report("zns-9", ReceiptStatus.DELIVERED, None)]


def test_the_signature_is_over_the_bytes_as_they_came(zalo):
    body = event().replace(b", ", b" ,  ")
    assert len(zalo.reports(callback(body))) == 1
    with pytest.raises(Forged):
        zalo.reports(callback(body, signature(event())))


@pytest.mark.parametrize("name", ["follow", "user_send_text", "oa_send_text", ""])
def test_other_events_are_no_reports(zalo, name):
    assert zalo.reports(callback(event(event_name=name))) == []


FORGED = {
    "no signature": "",
    "another secret": signature(event(), secret="x"),
    "another app": signature(event(), app="9"),
    "another time stamp": signature(event(), stamp="1"),
    "another body": signature(event(event_name="follow")),
    "no prefix": signature(event()).removeprefix("mac="),
    "upper case": signature(event()).upper(),
    "cut": signature(event())[:-1],
    "md5": "mac=" + hashlib.md5(event()).hexdigest(),  # noqa: S324 - what a forger might try
    "not ascii": "mac=đ",
}


@pytest.mark.parametrize("mac", FORGED.values(), ids=FORGED.keys())
def test_forged_events_are_refused(zalo, mac):
    with pytest.raises(Forged):
        zalo.reports(callback(event(), mac))


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_replayed_or_post_dated_event_is_refused(zalo, seconds):
    with pytest.raises(Forged):
        zalo.reports(callback(event(), at=MONDAY + timedelta(seconds=seconds)))


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "9" * 30, "٣"])
def test_a_time_stamp_that_is_none_is_refused(zalo, stamp):
    body = event(timestamp=stamp)
    with pytest.raises(Forged):
        zalo.reports(callback(body))


def test_without_a_secret_of_ours_nothing_is_believed(zalo, settings):
    settings.ZALO_OA_SECRET = ""
    body = event()
    with pytest.raises(Forged):
        zalo.reports(callback(body, signature(body, secret="")))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_event_is_malformed(zalo, body):
    with pytest.raises(Malformed):
        zalo.reports(callback(body, "mac=x"))


@pytest.mark.parametrize("message", [None, [], "x", {}, {"msg_id": 7}])
def test_an_event_without_a_message_is_malformed(zalo, message):
    with pytest.raises(Malformed):
        zalo.reports(callback(event(message=message)))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255), st.booleans())
def test_one_changed_byte_is_one_too_many(place, change, in_signature):
    body, mac = bytearray(event()), bytearray(signature(event()).encode())
    target = mac if in_signature else body
    target[place % len(target)] ^= change
    forged = callback(bytes(body), mac.decode("latin-1"))
    with pytest.raises((Forged, Malformed)):
        ZaloZns().reports(forged)


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.ZALO_APP_ID, settings.ZALO_OA_SECRET = APP, SECRET

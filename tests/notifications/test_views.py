"""What the outside sees of messages: callbacks, short links, the fragment of a dossier's page, the demo's phone."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers import services as dossiers
from dossiers.enums import Status
from notifications import services
from notifications.enums import Kind, State, Topic
from notifications.models import Message, Receipt, ShortLink
from tests.factories import Desk, citizen
from tests.notifications.conftest import PHONE

pytestmark = pytest.mark.django_db

KANNEL = "/webhooks/kannel/s3cret/"


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.KANNEL_SECRET, settings.ESMS_SECRET = "s3cret", "s3cret"
    settings.ZALO_APP_ID, settings.ZALO_OA_SECRET = "1", "s3cret"


@pytest.fixture
def sent(owe, deliver, providers):
    providers()
    message = owe(at=timezone.now())
    deliver(timezone.now())
    message.refresh_from_db()
    return message


# Callbacks


@pytest.mark.parametrize("codes", list(permutations(["8", "1"])), ids="-".join)
def test_both_reports_of_kannel_end_in_delivered_in_either_order(client, sent, codes):
    for code in codes:
        assert client.get(KANNEL, {"ref": str(sent.pk), "code": code}).status_code == 200
    sent.refresh_from_db()
    assert sent.state == State.DELIVERED
    assert sent.receipts.count() == 2


def test_a_report_on_nothing_we_know_is_thanked_for_and_counted(client):
    answer = client.get(KANNEL, {"ref": "01976f3a-0000-7000-8000-000000000001", "code": "1"})
    assert answer.status_code == 200
    assert list(Receipt.objects.values_list("message", "applied_at")) == [(None, None)]


@pytest.mark.parametrize(
    ("address", "query", "status"),
    [
        ("/webhooks/kannel/", {"code": "1"}, 403),
        ("/webhooks/kannel/wrong/", {"code": "1"}, 403),
        (KANNEL, {"code": "99"}, 400),
        (KANNEL, {"code": "1", "ref": "no-uuid"}, 400),
        (KANNEL, {}, 400),
        ("/webhooks/esms/wrong/", {"SendStatus": "5"}, 403),
        ("/webhooks/esms/s3cret/", {"SendStatus": "5", "RequestId": "7"}, 400),
        ("/webhooks/zalo/", {}, 400),
        ("/webhooks/nobody/", {}, 404),
        ("/webhooks/simulator/", {}, 404),
    ],
)
def test_what_proves_nothing_or_makes_no_sense_changes_nothing(client, sent, address, query, status):
    assert client.get(address, {"ref": str(sent.pk)} | query).status_code == status
    assert not Receipt.objects.exists()
    sent.refresh_from_db()
    assert sent.state == State.ACCEPTED


def test_an_unsigned_event_of_zalo_changes_nothing(client, sent):
    body = {"event_name": "user_received_message", "message": {"tracking_id": str(sent.pk)}, "timestamp": "1"}
    answer = client.post(
        "/webhooks/zalo/", body, content_type="application/json", headers={"X-ZEvent-Signature": "mac=x"}
    )
    assert answer.status_code == 403
    assert not Receipt.objects.exists()


def test_a_body_beyond_64_kib_is_not_read(client):
    assert client.post("/webhooks/zalo/", b"x" * 70_000, content_type="application/json").status_code == 413


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(KANNEL).status_code == 405


def test_providers_need_no_csrf_token(sent):
    assert Client(enforce_csrf_checks=True).post(f"{KANNEL}?ref={sent.pk}&code=1").status_code == 200


def test_the_secret_of_a_callback_stays_out_of_the_log(client, sent, caplog):
    client.get(KANNEL, {"ref": str(sent.pk), "code": "1"})
    assert "s3cret" not in caplog.text


# Short links


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def told(desk, deliver):
    """Return a dossier that was told of, so that it has its short link."""
    dossier = desk.dossier(Status.RECEIVED)
    deliver()
    return dossier


def test_a_short_link_leads_the_owner_to_the_dossier(client, told, desk):
    client.force_login(desk.citizen)
    answer = client.get(f"/h/{ShortLink.objects.get().token}")
    assert (answer.status_code, answer["Location"]) == (302, f"/ho-so/{told.code}/")


@pytest.mark.parametrize("who", [None, "stranger", "officer"])
def test_a_short_link_leads_anybody_else_to_the_lookup_with_the_code_alone(client, told, desk, who):
    if who is not None:
        client.force_login(citizen() if who == "stranger" else desk.receiver)
    answer = client.get(f"/h/{ShortLink.objects.get().token}")
    assert (answer.status_code, answer["Location"]) == (302, f"/tra-cuu/?ma={told.code}")


def test_an_unknown_short_link_is_not_found_and_guessing_gets_slow(client):
    assert [client.get(f"/h/zzz{number}").status_code for number in range(61)] == [404] * 60 + [429]


def test_a_dossier_keeps_its_short_link_and_it_fits_the_messages(told, deliver, desk):
    token = ShortLink.objects.get().token
    assert len(token) >= 4
    dossiers.start(dossier_id=told.pk, actor=desk.receiver, at=told.received_at)
    deliver(told.received_at)
    assert ShortLink.objects.get().token == token


# The fragment


def fragment(code: str) -> str:
    return reverse("notifications:dossier_messages", args=[code])


def test_the_citizen_and_the_desk_see_each_messages_way(client, told, desk):
    services.pull(at=told.received_at + timedelta(minutes=1))
    for person in (desk.citizen, desk.receiver):
        client.force_login(person)
        answer = client.get(fragment(told.code))
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "23/11 10:00 Zalo" in page
        assert "đã được tiếp nhận" in page
        assert page.index("đã được tiếp nhận") < page.index("đã gửi thành công")


def test_a_message_is_headed_by_words_without_the_number_of_a_status(client, told, desk):
    client.force_login(desk.citizen)
    page = client.get(fragment(told.code)).content.decode()
    assert ">Được tiếp nhận</p>" in page


def test_the_fragment_is_a_page_of_its_own_without_scripts(client, told, desk):
    client.force_login(desk.citizen)
    page = client.get(fragment(told.code)).content.decode()
    part = client.get(fragment(told.code), headers={"HX-Request": "true"}).content.decode()
    assert "<html" in page
    assert told.code in page
    assert "<html" not in part
    assert "dossier-messages" in part


def test_nobody_else_sees_them(client, told):
    assert client.get(fragment(told.code)).status_code == 404
    client.force_login(citizen())
    assert client.get(fragment(told.code)).status_code == 404
    assert client.get(fragment("H19.26-000000-0000")).status_code == 404


def test_the_fragment_only_reads(client, told, desk):
    client.force_login(desk.citizen)
    assert client.post(fragment(told.code)).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_messages(client, desk, deliver):
    counts = []
    client.force_login(desk.citizen)
    for status in (Status.SUBMITTED, Status.RETURNED):
        dossier = desk.dossier(status)
        deliver()
        with CaptureQueriesContext(connection) as queries:
            client.get(fragment(dossier.code))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The phone


def test_the_phone_shows_what_came_by_zalo_and_sms(client, told, deliver):
    Message.objects.filter(topic=Topic.RECEIVED).update(channel=Kind.SMS, body="Ho so da tiep nhan. Xem: x/h/1")
    page = client.get("/dien-thoai/", {"so": told.applicant_phone}).content.decode()
    assert "đã gửi thành công" in page
    assert "Ho so da tiep nhan" in page
    assert f'href="/h/{ShortLink.objects.get().token}"' in page


def test_the_phone_is_asked_for_news_and_answers_only_when_there_is_some(client, told, deliver, desk):
    address = client.get("/dien-thoai/", {"so": told.applicant_phone}).context["address"]
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 204
    desk.dossier(Status.SUBMITTED)
    deliver()
    answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()


def test_a_link_in_an_sms_can_be_tapped(client, told, settings):
    token = ShortLink.objects.get().token
    Message.objects.filter(topic=Topic.RECEIVED).update(
        channel=Kind.SMS, body=f"Xem: {settings.SHORT_LINK_BASE}/{token}. <b>1022</b>"
    )
    page = client.get("/dien-thoai/", {"so": told.applicant_phone}).content.decode()
    assert f'<a href="/h/{token}">{settings.SHORT_LINK_BASE}/{token}</a>. &lt;b&gt;' in page


@pytest.mark.parametrize("number", ["", "113", "abc", "'; DROP TABLE", "0" * 5000])
def test_an_odd_number_shows_another_phone(client, number):
    assert client.get("/dien-thoai/", {"so": number}).status_code == 200


def test_a_number_is_read_as_people_write_it(client, owe, deliver, providers):
    providers()
    owe()
    deliver()
    assert "đã được tiếp nhận" in client.get("/dien-thoai/", {"so": "0901 234 567"}).content.decode()


def test_outside_the_demo_there_is_no_phone(client, settings):
    settings.DEMO = False
    assert client.get("/dien-thoai/", {"so": PHONE}).status_code == 404

"""What a citizen does on a filed dossier's page: write to the officer, withdraw it."""

import html

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier, ThreadMessage
from tests.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def at(name, dossier):
    return reverse(f"citizen:{name}", args=[dossier.code])


def text_of(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def signed_in(client, desk):
    client.force_login(desk.citizen)
    return client


@pytest.fixture
def in_process(desk):
    return desk.dossier(Status.IN_PROCESS)


# Words to the officer


def test_a_message_reaches_the_thread(signed_in, desk, in_process):
    response = signed_in.post(at("write", in_process), {"text": "  Tôi hỏi\r\n\r\n\r\n\r\nhai dòng  "})
    assert response.status_code == 303
    assert response["Location"] == f"{at('dossier', in_process)}#thread"
    said = ThreadMessage.objects.get()
    assert (said.side, said.author, said.text) == ("citizen", desk.citizen, "Tôi hỏi\n\nhai dòng")


def test_htmx_gets_the_thread_alone(signed_in, in_process):
    response = signed_in.post(at("write", in_process), {"text": "Xin hỏi"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response.templates[0].name == "citizen/_thread.html"
    assert "Xin hỏi" in text_of(response)
    assert "<html" not in text_of(response)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "a" * 2001])
@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_an_empty_or_endless_message_comes_back_with_what_to_do(signed_in, in_process, text, htmx):
    response = signed_in.post(at("write", in_process), {"text": text}, headers=htmx)
    assert response.status_code == 422
    assert response.context["form"].errors["text"]
    assert not ThreadMessage.objects.exists()


def test_marks_in_a_message_are_shown_as_typed(signed_in, in_process):
    nasty = "<script>alert(1)</script> {{7*7}} {% debug %} javascript:x =cmd|'/c calc'!A1"
    signed_in.post(at("write", in_process), {"text": nasty})
    content = signed_in.get(at("dossier", in_process)).content.decode()
    assert "<script>alert(1)</script>" not in content
    assert "{{7*7}} {% debug %}" in content


def test_a_flood_of_messages_is_held_up(signed_in, in_process):
    answers = [signed_in.post(at("write", in_process), {"text": "a"}).status_code for _number in range(21)]
    assert answers == [303] * 20 + [429]


def test_a_message_in_the_moment_of_another_change_is_kept_on_the_page(signed_in, in_process, monkeypatch):
    def somebody_was_faster(**_given):
        raise services.StaleDossier(None)

    monkeypatch.setattr(services, "write", somebody_was_faster)
    response = signed_in.post(at("write", in_process), {"text": "Tôi hỏi"})
    assert response.status_code == 409
    assert "Tôi hỏi" in text_of(response)


# Withdrawal


def test_withdrawing_asks_once_more_and_says_that_it_is_final(signed_in, in_process):
    response = signed_in.get(at("withdraw", in_process))
    assert response.status_code == 200
    assert "không thể hoàn tác" in text_of(response)
    assert Dossier.objects.get().status == Status.IN_PROCESS


def test_a_withdrawn_dossier_is_closed_with_the_citizens_reason(signed_in, in_process):
    data = {"version": in_process.version, "reason": "Nộp nhầm"}
    response = signed_in.post(at("withdraw", in_process), data)
    assert (response.status_code, response["Location"]) == (303, at("dossier", in_process))
    assert [str(message) for message in get_messages(response.wsgi_request)]
    now = Dossier.objects.get()
    assert (now.status, now.closed_at) == (Status.WITHDRAWN, MONDAY)
    assert now.events.last().reason == "Nộp nhầm"
    assert at("withdraw", now) not in text_of(signed_in.get(at("dossier", now)))


def test_a_dossier_that_changed_meanwhile_is_not_withdrawn_unseen(signed_in, desk, in_process):
    services.propose(dossier_id=in_process.pk, actor=desk.processor, at=MONDAY, result="Số 15")
    response = signed_in.post(at("withdraw", in_process), {"version": in_process.version, "reason": "Nộp nhầm"})
    assert response.status_code == 409
    assert "Nộp nhầm" in text_of(response)
    assert Dossier.objects.get().status == Status.IN_PROCESS


@pytest.mark.parametrize("data", [{}, {"version": "x"}, {"version": "-1"}, {"version": "4", "reason": "a" * 501}])
def test_a_broken_withdrawal_comes_back(signed_in, in_process, data):
    assert signed_in.post(at("withdraw", in_process), data).status_code == 422
    assert Dossier.objects.get().status == Status.IN_PROCESS


@pytest.mark.parametrize("status", [Status.FINISHED, Status.RETURNED, Status.STOPPED, Status.REFUSED])
def test_what_can_no_longer_be_withdrawn_says_so(signed_in, desk, status):
    dossier = desk.dossier(status)
    assert signed_in.get(at("withdraw", dossier)).status_code == 409
    assert signed_in.post(at("withdraw", dossier), {"version": dossier.version}).status_code == 409
    assert Dossier.objects.get().status == status


# A session that ended meanwhile


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_message_typed_over_an_ended_session_is_there_again_after_signing_in(client, desk, in_process, htmx):
    door = client.post(at("write", in_process), {"text": "Tôi hỏi về giấy tờ"}, headers=htmx)
    assert (door.get("HX-Redirect") or door["Location"]).endswith(f"?next={at('dossier', in_process)}")
    assert ThreadMessage.objects.count() == 0
    client.force_login(desk.citizen)
    assert "Tôi hỏi về giấy tờ</textarea>" in text_of(client.get(at("dossier", in_process)))
    assert "Tôi hỏi về giấy tờ" not in text_of(client.get(at("dossier", in_process)))


def test_the_script_is_never_given_the_sign_in_page_as_a_part_of_this_one(client, in_process):
    answer = client.post(at("write", in_process), {"text": "x"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")


def test_the_reason_of_a_withdrawal_outlives_the_session_too(client, desk, in_process):
    client.post(at("withdraw", in_process), {"version": in_process.version, "reason": "Nộp nhầm"})
    client.force_login(desk.citizen)
    assert "Nộp nhầm</textarea>" in text_of(client.get(at("withdraw", in_process)))
    assert Dossier.objects.get(pk=in_process.pk).status == Status.IN_PROCESS


def test_a_stranger_fills_no_session_about_a_dossier_that_does_not_exist(client):
    client.post("/ho-so/H19.26-261123-9999/nhan-tin/", {"text": "x" * 2000})
    assert "typed" not in str(dict(client.session))

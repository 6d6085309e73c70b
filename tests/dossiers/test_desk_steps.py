"""Every step of the desk through its page: done, wrong, stale, not possible, not theirs, not there."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.enums import Role
from core.folding import fold
from dossiers import services
from dossiers.enums import EventKind, Status
from dossiers.models import Dossier
from dossiers.views.officer_actions import BY_SLUG
from tests import factories
from tests.factories import MONDAY, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
S, K = Status, EventKind


def step(dossier, slug):
    return reverse("desk:step", args=[dossier.code, slug])


def post(client, dossier, slug, **sent):
    return client.post(step(dossier, slug), {"version": dossier.version} | sent)


def now(dossier):
    return Dossier.objects.get(pk=dossier.pk)


def propose(desk, dossier):
    services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Số 15")


def wish(desk, dossier):
    services.request_extension(
        dossier_id=dossier.pk,
        actor=desk.processor,
        at=MONDAY,
        reason="Chờ xác minh",
        new_due_at=local("2026-11-30 10:00"),
    )


def late(desk, dossier):
    services.mark_overdue(dossier_id=dossier.pk, at=now(dossier).due_at + timedelta(minutes=1))


def late_twice(desk, dossier):
    late(desk, dossier)
    services.commit_date(
        dossier_id=dossier.pk,
        actor=desk.leader,
        at=MONDAY + timedelta(days=2, hours=1),
        new_due_at=local("2026-11-26 17:00"),
        reason="Chờ xác minh",
    )
    late(desk, dossier)


# (slug, who, status, what goes before, what is sent, status after, kind of event)
STEPS = [
    ("tiep-nhan", "receiver", S.SUBMITTED, None, {}, S.RECEIVED, K.RECEIVE),
    ("tu-choi", "receiver", S.SUBMITTED, None, {"reason": "Không thuộc thẩm quyền"}, S.REFUSED, K.REFUSE),
    (
        "chuyen-xu-ly",
        "receiver",
        S.RECEIVED,
        None,
        {"unit": "{unit}", "assignee": "{processor}"},
        S.IN_PROCESS,
        K.START,
    ),
    (
        "yeu-cau-bo-sung",
        "processor",
        S.IN_PROCESS,
        None,
        {"field:child.name:asked": "on", "field:child.name:reason": "wrong"},
        S.SUPPLEMENT,
        K.REQUEST_SUPPLEMENT,
    ),
    (
        "yeu-cau-nop-tien",
        "processor",
        S.IN_PROCESS,
        None,
        {"what": "Lệ phí trước bạ", "amount_vnd": "1.250.000", "due_at": "30/11/2026"},
        S.OBLIGATION,
        K.REQUEST_OBLIGATION,
    ),
    (
        "ghi-nhan-nop-tien",
        "processor",
        S.OBLIGATION,
        None,
        {"amount_vnd": "1 250 000 đ", "receipt_number": "BL-7"},
        S.IN_PROCESS,
        K.SETTLE_OBLIGATION,
    ),
    ("phan-cong", "leader", S.RECEIVED, None, {"assignee": "{processor}"}, S.RECEIVED, K.ASSIGN),
    ("chuyen-don-vi", "processor", S.IN_PROCESS, None, {"unit": "{other}"}, S.IN_PROCESS, K.FORWARD),
    ("trinh-ket-qua", "processor", S.IN_PROCESS, None, {"result": "Giấy khai sinh số 15"}, S.IN_PROCESS, K.PROPOSE),
    ("duyet-ket-qua", "leader", S.IN_PROCESS, propose, {"result": "Giấy khai sinh số 15"}, S.FINISHED, K.FINISH),
    ("tra-ket-qua", "returner", S.FINISHED, None, {"note": "Người nộp tự nhận"}, S.RETURNED, K.RETURN_RESULT),
    ("dung", "leader", S.IN_PROCESS, None, {"reason": "Đang có tranh chấp"}, S.STOPPED, K.STOP),
    ("tiep-tuc", "leader", S.STOPPED, None, {}, S.IN_PROCESS, K.RESUME),
    ("dong", "leader", S.STOPPED, None, {"reason": "Không còn căn cứ"}, S.STOPPED, K.CLOSE),
    (
        "xin-gia-han",
        "processor",
        S.IN_PROCESS,
        None,
        {"reason": "Chờ xác minh", "new_due_at": "30/11/2026"},
        S.IN_PROCESS,
        K.REQUEST_EXTENSION,
    ),
    ("duyet-gia-han", "leader", S.IN_PROCESS, wish, {"letter_number": "12/TXL"}, S.IN_PROCESS, K.EXTEND),
    ("tu-choi-gia-han", "leader", S.IN_PROCESS, wish, {"reason": "Còn đủ thời gian"}, S.IN_PROCESS, K.DENY_EXTENSION),
    (
        "hen-lai",
        "processor",
        S.IN_PROCESS,
        late,
        {"reason": "Chờ xác minh", "new_due_at": "01/12/2026"},
        S.IN_PROCESS,
        K.COMMIT_DATE,
    ),
    ("xin-loi", "leader", S.IN_PROCESS, late_twice, {"words": "Chúng tôi xin lỗi Ông/Bà"}, S.IN_PROCESS, K.APOLOGISE),
    ("nhan-tin", "processor", S.IN_PROCESS, None, {"text": "Hồ sơ đang được xem"}, S.IN_PROCESS, K.WRITE),
    ("hoan-tac", "receiver", S.RECEIVED, None, {"reason": "Bấm nhầm"}, S.SUBMITTED, K.UNDO),
]
WITH_NEEDS = [case for case in STEPS if case[4] and case[0] not in ("chuyen-xu-ly", "tra-ket-qua", "hoan-tac")]


def prepared(desk, other_desk, case):
    _slug, _who, status, before, sent, _after, _kind = case
    dossier = desk.dossier(status)
    if before:
        before(desk, dossier)
    ids = {"unit": desk.agency.pk, "other": other_desk.agency.pk, "processor": desk.processor.pk}
    return now(dossier), {name: value.format(**ids) for name, value in sent.items()}


@pytest.mark.parametrize("case", STEPS, ids=lambda case: case[0])
def test_the_form_stands_open_and_the_step_is_taken_with_one_press(client, desk, other_desk, case):
    slug, who, _status, _before, _sent, after, kind = case
    dossier, sent = prepared(desk, other_desk, case)
    client.force_login(getattr(desk, who))
    form = client.get(step(dossier, slug))
    assert form.status_code == 200
    assert f'value="{dossier.version}"' in form.content.decode()
    response = post(client, dossier, slug, **sent)
    assert response.status_code == 303, response.content.decode()
    assert now(dossier).status == after
    assert dossier.events.order_by("seq").last().kind == kind


@pytest.mark.parametrize("case", STEPS, ids=lambda case: case[0])
def test_every_page_says_whether_the_step_can_be_taken_back(client, desk, other_desk, case):
    dossier, _sent = prepared(desk, other_desk, case)
    client.force_login(getattr(desk, case[1]))
    text = fold(client.get(step(dossier, case[0])).content.decode())
    assert ("hoan tac buoc nay trong 10 phut" in text) != ("khong hoan tac duoc" in text)


@pytest.mark.parametrize("case", STEPS, ids=lambda case: case[0])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_units_officer_finds_no_step(client, desk, other_desk, case, method):
    dossier, sent = prepared(desk, other_desk, case)
    client.force_login(getattr(other_desk, case[1]))
    response = getattr(client, method)(step(dossier, case[0]), {"version": dossier.version} | sent)
    assert response.status_code == 404
    assert now(dossier).version == dossier.version


@pytest.mark.parametrize("case", WITH_NEEDS, ids=lambda case: case[0])
@pytest.mark.parametrize("blank", ["", "   "])
def test_what_is_needed_is_asked_for_beside_its_field(client, desk, other_desk, case, blank):
    dossier, sent = prepared(desk, other_desk, case)
    client.force_login(getattr(desk, case[1]))
    response = post(client, dossier, case[0], **dict.fromkeys(sent, blank))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert now(dossier).version == dossier.version


@pytest.mark.parametrize("case", STEPS, ids=lambda case: case[0])
def test_a_step_has_no_other_methods(client, desk, other_desk, case):
    dossier, _sent = prepared(desk, other_desk, case)
    client.force_login(getattr(desk, case[1]))
    assert client.put(step(dossier, case[0])).status_code == 405
    assert client.delete(step(dossier, case[0])).status_code == 405


def test_every_action_has_a_case():
    assert set(BY_SLUG) == {case[0] for case in STEPS} | {"ghi-chu"}


def test_an_unknown_step_does_not_exist(client, desk):
    dossier = desk.dossier(S.SUBMITTED)
    client.force_login(desk.receiver)
    assert client.get(step(dossier, "phep-la")).status_code == 404


# Who was faster


def test_of_two_officers_one_wins_and_the_other_is_told_who(client, desk):
    dossier = desk.dossier(S.SUBMITTED)
    with time_machine.travel(local("2026-11-23 10:12"), tick=False):
        client.force_login(desk.receiver)
        assert post(client, dossier, "tiep-nhan").status_code == 303
        response = post(client, dossier, "tu-choi", reason="Không thuộc thẩm quyền của phường")
    assert response.status_code == 409
    text = response.content.decode()
    assert "Lê Thị Tiếp" in text
    assert "10:12" in text
    assert "Không thuộc thẩm quyền của phường" in text  # what was typed is kept
    assert reverse("desk:dossier", args=[dossier.code]) in text
    assert now(dossier).status == S.RECEIVED


def test_a_double_click_takes_the_step_once(client, desk):
    dossier = desk.dossier(S.SUBMITTED)
    client.force_login(desk.receiver)
    assert [post(client, dossier, "tiep-nhan").status_code for _click in range(2)] == [303, 409]
    assert dossier.events.filter(kind=K.RECEIVE).count() == 1


@pytest.mark.parametrize(
    ("slug", "who", "status", "answer"),
    [
        ("duyet-ket-qua", "leader", S.SUBMITTED, 409),
        ("tra-ket-qua", "returner", S.RETURNED, 409),
        ("tiep-nhan", "processor", S.SUBMITTED, 403),
        ("duyet-ket-qua", "leader", S.IN_PROCESS, 403),  # nothing was proposed
        ("duyet-gia-han", "leader", S.IN_PROCESS, 409),  # nothing was asked for
        ("hen-lai", "processor", S.IN_PROCESS, 409),  # nothing is late
        ("hoan-tac", "leader", S.RECEIVED, 409),  # somebody else's step
    ],
)
def test_a_step_that_is_not_there_is_refused_on_the_page_and_on_the_way_in(client, desk, slug, who, status, answer):
    dossier = desk.dossier(status)
    client.force_login(getattr(desk, who))
    page = client.get(step(dossier, slug))
    assert page.status_code == answer
    assert "<title>Đã có người thao tác trước" not in page.content.decode()
    sent = {"result": "x", "reason": "x", "letter_number": "1", "new_due_at": "01/12/2026"}
    assert post(client, dossier, slug, **sent).status_code == answer
    assert now(dossier).version == dossier.version


def test_nobody_approves_their_own_proposal(client, desk):
    both = factories.officer(Role.PROCESS, Role.APPROVE, at=desk.agency)
    dossier = desk.dossier(S.IN_PROCESS)
    services.propose(dossier_id=dossier.pk, actor=both, at=MONDAY, result="Số 15")
    client.force_login(both)
    assert post(client, now(dossier), "duyet-ket-qua", result="Số 15").status_code == 403


# htmx


def test_htmx_is_told_where_to_go_and_gets_fragments_for_the_rest(client, desk):
    dossier = desk.dossier(S.SUBMITTED)
    client.force_login(desk.receiver)
    hx = {"headers": {"HX-Request": "true"}}
    wrong = client.post(step(dossier, "tu-choi"), {"version": dossier.version, "reason": ""}, **hx)
    assert wrong.status_code == 422
    assert wrong.content.decode().lstrip().startswith('<div id="step"')
    done = client.post(step(dossier, "tiep-nhan"), {"version": dossier.version}, **hx)
    assert done.status_code == 204
    assert done["HX-Redirect"] == reverse("desk:dossier", args=[dossier.code])
    stale = client.post(step(dossier, "tiep-nhan"), {"version": dossier.version}, **hx)
    assert stale.status_code == 409
    assert stale.content.decode().lstrip().startswith('<div id="step"')

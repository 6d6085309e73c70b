"""What single forms of the desk take and refuse: days, sums, people, and the supplement in one pass."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core.folding import fold
from dossiers import services
from dossiers.enums import ExtensionState, ItemKind, ReasonCode, Status
from dossiers.models import Dossier, InternalNote, Task
from tests.factories import MONDAY, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
S = Status


def step(dossier, slug):
    return reverse("desk:step", args=[dossier.code, slug])


def post(client, dossier, slug, **sent):
    return client.post(step(dossier, slug), {"version": dossier.version} | sent)


def now(dossier):
    return Dossier.objects.get(pk=dossier.pk)


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


def test_days_are_typed_as_people_write_them_and_end_when_the_unit_closes(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    post(client, dossier, "xin-gia-han", reason="Chờ xác minh", new_due_at="30/11/2026")
    assert dossier.extensions.get().new_due_at == local("2026-11-30 17:00")


@pytest.mark.parametrize(
    "day", ["31/02/2027", "2027", "hôm qua", "01/01/0001", "30/11/9999", "29/11/2026", "20/11/2026"]
)
def test_a_day_that_is_none_or_off_or_past_is_told(client, desk, day):
    dossier = desk.dossier(S.IN_PROCESS)
    late(desk, dossier)
    client.force_login(desk.processor)
    response = post(client, now(dossier), "hen-lai", reason="Chờ xác minh", new_due_at=day)
    assert response.status_code == 422
    assert response.context["form"].errors["new_due_at"]


@pytest.mark.parametrize("amount", ["0", "-5", "1,5 triệu", "1e9", "9" * 20, "１００"])
def test_an_amount_is_a_sum_in_whole_dong(client, desk, amount):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    response = post(client, dossier, "yeu-cau-nop-tien", what="Lệ phí", amount_vnd=amount)
    if amount == "１００":  # full-width digits are digits
        assert response.status_code == 303
    else:
        assert response.status_code == 422
        assert "amount_vnd" in response.context["form"].errors


def test_an_amount_in_words_is_answered_with_an_example(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    response = post(client, dossier, "yeu-cau-nop-tien", what="Lệ phí", amount_vnd="một trăm")
    assert "Viết số tiền bằng chữ số, tính bằng đồng, ví dụ 1.250.000." in response.content.decode()
    assert 'value="một trăm"' in response.content.decode()


def test_another_unit_can_be_chosen_without_a_script(client, desk, other_desk):
    dossier = desk.dossier(S.RECEIVED)
    client.force_login(desk.receiver)
    response = post(client, dossier, "chuyen-xu-ly", unit=other_desk.agency.pk, note="Gấp", _reload="1")
    assert response.status_code == 200
    form = response.context["form"]
    assert [officer.pk for officer in form.fields["assignee"].queryset] == [other_desk.processor.pk]
    assert "Gấp" in response.content.decode()
    assert now(dossier).version == dossier.version
    sent = {"unit": other_desk.agency.pk, "assignee": other_desk.processor.pk}
    response = post(client, dossier, "chuyen-xu-ly", **sent)
    assert response.status_code == 303
    assert now(dossier).assignee == other_desk.processor


def test_an_officer_of_another_unit_cant_be_assigned(client, desk, other_desk):
    dossier = desk.dossier(S.RECEIVED)
    client.force_login(desk.leader)
    assert post(client, dossier, "phan-cong", assignee=other_desk.processor.pk).status_code == 422
    assert post(client, dossier, "phan-cong", assignee=desk.returner.pk).status_code == 422


def test_who_gives_a_dossier_away_goes_back_to_the_desk(client, desk, other_desk):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    assert post(client, dossier, "chuyen-don-vi", unit=other_desk.agency.pk)["Location"] == "/can-bo/"


def test_a_note_is_kept_for_officers(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    assert client.get(step(dossier, "ghi-chu")).status_code == 200
    assert post(client, dossier, "ghi-chu", text="Đã gọi điện").status_code == 303
    assert InternalNote.objects.get().text == "Đã gọi điện"
    assert post(client, dossier, "ghi-chu", text=" ").status_code == 422


def test_a_message_does_not_mind_what_others_did_meanwhile(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Xin hỏi")
    client.force_login(desk.processor)
    assert post(client, dossier, "nhan-tin", text="Xin trả lời").status_code == 303


def test_a_step_past_its_own_limit_can_still_wait_for_the_citizen(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    with time_machine.travel(local("2026-11-26 09:00"), tick=False):
        client.force_login(desk.processor)
        response = post(client, dossier, "yeu-cau-nop-tien", what="Lệ phí", amount_vnd="50000")
    assert response.status_code == 303
    assert now(dossier).step_minutes_left == 0


def test_a_denied_extension_leaves_the_date_and_settles_the_task(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    wish(desk, dossier)
    client.force_login(desk.leader)
    post(client, now(dossier), "tu-choi-gia-han", reason="Còn đủ thời gian")
    assert dossier.extensions.get().state == ExtensionState.DENIED
    assert not Task.objects.filter(dossier=dossier, done_at__isnull=True).exists()
    assert now(dossier).due_at == dossier.due_at


# The supplement, asked in one pass


def test_the_form_of_a_supplement_lists_every_answer_and_paper(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    form = client.get(step(dossier, "yeu-cau-bo-sung")).context["form"]
    listed = {row.place.key: row.place.now for group in form.groups for row in group.rows}
    assert listed == {"child.name": "Nguyễn Minh An", "child.born": "", "giay-chung-sinh": ""}


def test_everything_marked_is_asked_for_at_once(client, desk):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    sent = {
        "field:child.name:asked": "on",
        "field:child.name:reason": "wrong",
        "field:child.name:comment": "Ghi đúng như giấy",
        "paper:giay-chung-sinh:asked": "on",
        "paper:giay-chung-sinh:reason": "unreadable",
        "guidance": "Gọi 1022 khi cần",
    }
    assert post(client, dossier, "yeu-cau-bo-sung", **sent).status_code == 303
    request = dossier.supplements.get()
    assert request.guidance == "Gọi 1022 khi cần"
    assert [(item.kind, item.key, item.reason, item.comment) for item in request.items.all()] == [
        (ItemKind.FIELD, "child.name", ReasonCode.WRONG, "Ghi đúng như giấy"),
        (ItemKind.PAPER, "giay-chung-sinh", ReasonCode.UNREADABLE, ""),
    ]


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"field:child.name:asked": "on"}, "field:child.name:reason"),
        ({"field:child.name:reason": "wrong"}, "field:child.name:asked"),
        ({"field:child.name:asked": "on", "field:child.name:reason": "phép lạ"}, "field:child.name:reason"),
        ({"field:child.secret:asked": "on", "field:child.secret:reason": "wrong"}, "__all__"),
    ],
)
def test_a_place_needs_its_mark_and_its_reason(client, desk, sent, place):
    dossier = desk.dossier(S.IN_PROCESS)
    client.force_login(desk.processor)
    response = post(client, dossier, "yeu-cau-bo-sung", **sent)
    assert response.status_code == 422
    assert place in response.context["form"].errors


def test_a_second_request_is_the_leaders(client, desk):
    dossier = desk.dossier(S.SUPPLEMENT)
    services.undo(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY)
    services.request_supplement(
        dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, items=[_asked("child.born", "Ngày sinh")]
    )
    answer = dossier.supplements.get(closed_at__isnull=True).items.get()
    services.keep_supply(dossier_id=dossier.pk, actor=desk.citizen, item_id=answer.pk, answer="2026-11-01")
    services.supply(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY)
    client.force_login(desk.processor)
    assert client.get(step(dossier, "yeu-cau-bo-sung")).status_code == 403
    client.force_login(desk.leader)
    assert "ngoai le" in fold(client.get(step(dossier, "yeu-cau-bo-sung")).content.decode())


def _asked(key, label):
    return services.Asked(kind=ItemKind.FIELD, key=key, label=label, reason=ReasonCode.MISSING)

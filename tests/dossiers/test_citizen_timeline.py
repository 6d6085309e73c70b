"""What a citizen reads of a dossier's history, and what stays the officers' business."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.enums import Role
from dossiers import selectors, services, timeline
from dossiers.enums import EventKind, Status
from tests import factories
from tests.factories import ASKED_NAME, MONDAY, Desk, local

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def desk():
    return Desk(days=10)


def read(dossier, viewer):
    return timeline.entries(dossier, list(selectors.history(dossier)), viewer=viewer)


def titles(dossier, viewer):
    return [entry.title for entry in read(dossier, viewer)]


def everything(dossier, viewer):
    return " ".join(" ".join((entry.title, entry.by, *entry.lines)) for entry in read(dossier, viewer))


def test_a_whole_way_is_told_newest_first(desk):
    dossier = desk.dossier(Status.RETURNED)
    assert titles(dossier, desk.citizen) == [
        "Đã trả kết quả",
        "Đã có kết quả",
        "Bắt đầu giải quyết",
        "Hồ sơ đã được tiếp nhận",
        "Đã nộp hồ sơ",
    ]
    assert [entry.code for entry in read(dossier, desk.citizen)] == [10, 9, 4, 2, 1]


def test_the_citizen_is_you_and_officers_are_their_unit(desk):
    dossier = desk.dossier(Status.RECEIVED)
    assert [entry.by for entry in read(dossier, desk.citizen)] == ["UBND phường Trấn Biên", "Ông/Bà"]
    somebody_else = factories.citizen("Ngô Văn Giúp")
    assert read(dossier, somebody_else)[-1].by == "Nguyễn Thị Hoa"


def test_nothing_of_the_officers_own_business_is_told(desk):
    dossier = desk.dossier(Status.RECEIVED)
    services.start(
        dossier_id=dossier.pk,
        actor=desk.receiver,
        at=MONDAY,
        assignee=desk.processor,
        note="Chú ý: người này hay khiếu nại",
    )
    services.assign(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, assignee=desk.processor)
    services.request_extension(
        dossier_id=dossier.pk,
        actor=desk.processor,
        at=MONDAY,
        reason="Thiếu người",
        new_due_at=local("2026-12-21 17:00"),
    )
    services.deny_extension(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, reason="Không có lý do")
    services.propose(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, result="Dự thảo giấy khai sinh")
    told = everything(dossier, desk.citizen)
    for secret in ("khiếu nại", "Thiếu người", "Không có lý do", "Dự thảo", "Phạm Văn Lý", "Võ Thị Duyệt"):
        assert secret not in told
    assert len(read(dossier, desk.citizen)) == 3


def test_every_kind_of_event_is_told_or_deliberately_kept(desk):
    kept = {
        EventKind.ASSIGN,
        EventKind.PROPOSE,
        EventKind.STEP_WARNING,
        EventKind.REQUEST_EXTENSION,
        EventKind.DENY_EXTENSION,
    }
    assert set(timeline._TITLES) == set(EventKind) - kept


def test_what_was_asked_for_is_told_item_by_item_with_its_day(desk):
    dossier = desk.dossier(Status.SUPPLEMENT)
    [asked, *_rest] = read(dossier, desk.citizen)
    assert asked.lines[0] == "Họ, chữ đệm, tên: Không khớp với giấy tờ khác. Ghi đúng như giấy"
    assert "Thời gian chờ bổ sung không tính vào thời hạn" in asked.lines[1]


def test_a_step_taken_back_is_marked_and_says_nothing_any_more(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    at = MONDAY + timedelta(minutes=1)
    services.request_supplement(dossier_id=dossier.pk, actor=desk.processor, at=at, items=[ASKED_NAME])
    services.undo(dossier_id=dossier.pk, actor=desk.processor, at=at, reason="Nhầm hồ sơ của ông Tư")
    back, asked, *_rest = read(dossier, desk.citizen)
    assert (asked.is_undone, asked.lines) == (True, [])
    assert back.lines == ["Không còn hiệu lực: Yêu cầu bổ sung hồ sơ."]
    assert "ông Tư" not in everything(dossier, desk.citizen)


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.REFUSED, "Không thuộc thẩm quyền"), (Status.STOPPED, "Thửa đất đang có tranh chấp")]
)
def test_reasons_for_the_citizen_are_told(desk, status, reason):
    assert f"Lý do: {reason}" in everything(desk.dossier(status), desk.citizen)


def test_a_payment_is_told_with_amount_day_and_receipt(desk):
    dossier = desk.dossier(Status.OBLIGATION)
    services.settle_obligation(
        dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY, amount_vnd=1_250_000, receipt_number="BL 01"
    )
    paid, asked, *_rest = read(dossier, desk.citizen)
    assert paid.lines == ["1.250.000\u00a0đ, biên lai số BL 01."]
    assert asked.lines[0].startswith("Lệ phí trước bạ: 1.250.000\u00a0đ, trước ")


def test_an_extension_is_told_with_both_days_reason_and_letter(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    ask = {"reason": "Phải xác minh thêm", "new_due_at": local("2026-12-21 17:00")}
    services.request_extension(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, **ask)
    services.extend(dossier_id=dossier.pk, actor=desk.leader, at=MONDAY, letter_number="12/PXL")
    lines = read(dossier, desk.citizen)[0].lines
    assert lines[0].endswith("sang thứ Hai 21/12/2026, 17:00.")
    assert lines[1:] == ["Thư xin lỗi số 12/PXL.", "Lý do: Phải xác minh thêm"]


def test_a_missed_day_its_apology_and_the_new_day_are_told(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    late = local("2026-12-14 10:00")
    services.mark_overdue(dossier_id=dossier.pk, at=late)
    services.apologise(dossier_id=dossier.pk, actor=desk.leader, at=late, words="Tôi xin lỗi Ông/Bà.")
    services.commit_date(
        dossier_id=dossier.pk, actor=desk.leader, at=late, new_due_at=local("2026-12-18 17:00"), reason="Chờ xác minh"
    )
    promised, sorry, missed, *_rest = read(dossier, desk.citizen)
    assert promised.lines[0].endswith("sang thứ Sáu 18/12/2026, 17:00.")
    assert promised.lines[1] == "Lý do: Chờ xác minh"
    assert sorry.lines == ["Tôi xin lỗi Ông/Bà."]
    assert missed.title == "Quá hẹn, chúng tôi xin lỗi Ông/Bà"
    assert len(missed.lines) == 2


def test_a_dossier_passed_on_names_who_holds_it_now(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    other = factories.agency("H19.30", "UBND xã Long Thành")
    services.forward(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, unit=other, note="Sai địa bàn")
    assert read(dossier, desk.citizen)[0].lines == ["UBND xã Long Thành giữ hồ sơ từ lúc này."]
    assert "Sai địa bàn" not in everything(dossier, desk.citizen)


def test_words_stand_shortened_in_the_history_and_whole_in_the_thread(desk):
    dossier = desk.dossier(Status.IN_PROCESS)
    services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="a" * 500)
    services.write(dossier_id=dossier.pk, actor=desk.processor, at=MONDAY, text="Vâng ạ.")
    answer, question, *_rest = read(dossier, desk.citizen)
    assert (len(question.lines[0]), answer.lines) == (120, ["Vâng ạ."])
    asked, answered = timeline.thread(dossier, viewer=desk.citizen)
    assert (asked.by, len(asked.text)) == ("Ông/Bà", 500)
    assert (answered.by, answered.text) == ("Cán bộ, UBND phường Trấn Biên", "Vâng ạ.")


def test_a_long_history_costs_what_a_short_one_costs(desk, django_assert_num_queries):
    dossier = desk.dossier(Status.SUPPLEMENT)
    for _number in range(5):
        services.write(dossier_id=dossier.pk, actor=desk.citizen, at=MONDAY, text="Xin chào")
    events = list(selectors.history(dossier))
    with django_assert_num_queries(2):
        timeline.entries(dossier, events, viewer=desk.citizen)
    with django_assert_num_queries(1):
        timeline.thread(dossier, viewer=desk.citizen)


def test_a_dossier_filed_at_the_counter_names_the_counter(desk):
    draft = services.start_draft(
        procedure=desk.procedure, actor=desk.receiver, at=MONDAY, agency=desk.agency, channel="counter"
    )
    services.update_draft(
        public_id=draft.public_id,
        actor=desk.receiver,
        at=MONDAY,
        applicant_name="Bà Tám",
        applicant_phone="84907654321",
    )
    services.save_answers(
        public_id=draft.public_id,
        actor=desk.receiver,
        group="child",
        answers={"name": "An"},
        base_revision=0,
        at=MONDAY,
    )
    services.submit(dossier_id=draft.pk, actor=desk.receiver, at=MONDAY)
    assert read(draft, factories.officer(Role.RECEIVE))[0].by == "UBND phường Trấn Biên"

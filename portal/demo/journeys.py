"""Ways a dossier can go, told as steps with the working hours between them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from core import calendars
from dossiers import selectors, services
from dossiers.enums import ItemKind, ReasonCode
from dossiers.models import Dossier
from portal.demo.agencies import DeskOf
from procedures import forms

# Steps by name; the number of each way is how often it is taken in a hundred.
WAYS: list[tuple[int, list[str]]] = [
    (34, ["receive", "start", "propose", "finish", "give"]),
    (8, ["receive", "start", "ask", "supply", "propose", "finish", "give"]),
    (6, ["receive", "start", "charge", "settle", "propose", "finish", "give"]),
    (8, ["receive", "start", "propose", "finish"]),
    (10, ["receive", "start"]),
    (4, ["receive", "start", "propose"]),
    (5, ["receive"]),
    (8, []),
    (4, ["receive", "start", "ask"]),
    (2, ["ask_at_counter"]),
    (3, ["receive", "start", "charge"]),
    (3, ["refuse"]),
    (2, ["receive", "withdraw"]),
    (2, ["receive", "start", "stop"]),
    (1, ["receive", "start", "stop", "resume", "propose", "finish", "give"]),
    (3, ["receive", "start", "become_late", "commit", "propose", "finish", "give"]),
    (3, ["receive", "start", "become_late"]),
    (2, ["receive", "start", "become_late", "commit"]),
    (1, ["receive", "start", "become_late", "commit", "become_late", "apologise"]),
    (1, ["receive", "start", "extend", "propose", "finish"]),
]
# Ways that leave work on a desk must be young, or they would all be late; a citizen has some weeks to answer.
_FRESH = {"start", "receive", "propose"}
_WAITING = {"ask", "ask_at_counter", "charge"}
_FRESH_DAYS, _WAITING_DAYS = 1.5, 12.0
_REFUSALS = ["Hồ sơ không thuộc thẩm quyền giải quyết của đơn vị", "Tờ khai chưa có chữ ký của người yêu cầu"]
_STOPS = ["Thửa đất đang có đơn tranh chấp", "Chờ kết quả xác minh của cơ quan công an"]
_APOLOGY = (
    "Tôi thay mặt đơn vị xin lỗi Ông/Bà vì đã hai lần sai hẹn. Hồ sơ vướng phần đo đạc lại; "
    "tôi trực tiếp theo dõi và sẽ gọi Ông/Bà ngay khi có kết quả."
)


class Journey:
    """One dossier walked along its way through the services, until the way or the present ends."""

    def __init__(self, dossier: Dossier, desk: DeskOf, *, at: datetime, until: datetime, dice: Random) -> None:
        self.dossier, self.desk, self.at, self.until, self.dice = dossier, desk, at, until, dice
        self.working = calendars.for_agency(desk.agency)

    def walk(self, way: list[str]) -> None:
        for name in way:
            step: Callable[[], None] = getattr(self, name)
            if name != "become_late":
                self.wait(20, 200)
            if self.at > self.until:
                return
            try:
                step()
            except services.StepError:
                return

    def wait(self, low: int, high: int) -> None:
        """Let working minutes pass."""
        self.at = self.working.add_minutes(self.working.next_moment(self.at), self.dice.randrange(low, high))

    def receive(self) -> None:
        services.receive(dossier_id=self.dossier.pk, actor=self.desk.receiver, at=self.at)

    def start(self) -> None:
        services.start(dossier_id=self.dossier.pk, actor=self.desk.receiver, at=self.at, assignee=self.desk.processor)

    def refuse(self) -> None:
        reason = self.dice.choice(_REFUSALS)
        services.refuse(dossier_id=self.dossier.pk, actor=self.desk.receiver, at=self.at, reason=reason)

    def ask(self) -> None:
        services.request_supplement(
            dossier_id=self.dossier.pk,
            actor=self.desk.processor,
            at=self.at,
            items=[self._asked()],
            guidance="Ông/Bà xem lại mục được đánh dấu và gửi lại trên trang hồ sơ.",
        )

    def ask_at_counter(self) -> None:
        services.request_supplement(
            dossier_id=self.dossier.pk, actor=self.desk.receiver, at=self.at, items=[self._asked()]
        )

    def _asked(self) -> services.Asked:
        group, answers = next(
            (key, value) for key, value in self.dossier.data.items() if isinstance(value, dict) and value
        )
        field = next(key for key, value in answers.items() if isinstance(value, str))
        label = _label(self.dossier, group, field)
        return services.Asked(
            kind=ItemKind.FIELD,
            key=f"{group}.{field}",
            label=label,
            reason=ReasonCode.WRONG,
            comment="Ghi đúng như trên giấy tờ.",
        )

    def supply(self) -> None:
        self.wait(200, 1200)
        request = selectors.open_supplement(self.dossier)
        assert request is not None
        for item in request.items.all():
            group, field = item.key.split(".")
            services.keep_supply(
                dossier_id=self.dossier.pk,
                actor=self.dossier.filed_by,
                item_id=item.pk,
                answer=self.dossier.data[group][field],
            )
        services.supply(dossier_id=self.dossier.pk, actor=self.dossier.filed_by, at=self.at)

    def charge(self) -> None:
        amount = self.dice.choice([75_000, 500_000, 1_250_000])
        services.request_obligation(
            dossier_id=self.dossier.pk, actor=self.desk.processor, at=self.at, what="Lệ phí trước bạ", amount_vnd=amount
        )

    def settle(self) -> None:
        self.wait(200, 1200)
        owed = self.dossier.obligations.get(settled_at__isnull=True)
        services.settle_obligation(
            dossier_id=self.dossier.pk,
            actor=self.desk.receiver,
            at=self.at,
            amount_vnd=owed.amount_vnd,
            receipt_number=f"BL-{owed.pk:05d}",
        )

    def withdraw(self) -> None:
        services.withdraw(
            dossier_id=self.dossier.pk, actor=self.dossier.filed_by, at=self.at, reason="Tôi sẽ nộp lại sau"
        )

    def stop(self) -> None:
        reason = self.dice.choice(_STOPS)
        services.stop(dossier_id=self.dossier.pk, actor=self.desk.leader, at=self.at, reason=reason)

    def resume(self) -> None:
        services.resume(dossier_id=self.dossier.pk, actor=self.desk.leader, at=self.at)

    def propose(self) -> None:
        number = f"{self.dossier.pk:04d}/{self.at:%Y}"
        services.propose(
            dossier_id=self.dossier.pk, actor=self.desk.processor, at=self.at, result=f"Kết quả số {number}"
        )

    def finish(self) -> None:
        services.finish(dossier_id=self.dossier.pk, actor=self.desk.leader, at=self.at)

    def give(self) -> None:
        self.wait(60, 900)
        services.return_result(dossier_id=self.dossier.pk, actor=self.desk.returner, at=self.at)

    def become_late(self) -> None:
        due = Dossier.objects.values_list("due_at", flat=True).get(pk=self.dossier.pk)
        if due is None:
            raise services.StepNotPossible
        self.at = due + timedelta(minutes=1)
        if self.at > self.until:
            raise services.StepNotPossible
        services.mark_overdue(dossier_id=self.dossier.pk, at=self.at)

    def commit(self) -> None:
        new_due = self.working.end_of_day(self.working.add_working_days(self.at, self.dice.randrange(2, 5)))
        services.commit_date(
            dossier_id=self.dossier.pk,
            actor=self.desk.processor,
            at=self.at,
            new_due_at=new_due,
            reason="Phải xác minh thêm với cơ quan phối hợp",
        )

    def apologise(self) -> None:
        services.apologise(dossier_id=self.dossier.pk, actor=self.desk.leader, at=self.at, words=_APOLOGY)

    def extend(self) -> None:
        due = Dossier.objects.values_list("due_at", flat=True).get(pk=self.dossier.pk)
        if due is None:
            raise services.StepNotPossible
        new_due = self.working.end_of_day(self.working.add_working_days(due, 3))
        services.request_extension(
            dossier_id=self.dossier.pk,
            actor=self.desk.processor,
            at=self.at,
            reason="Cần đo đạc lại tại thực địa",
            new_due_at=new_due,
        )
        letter = f"{self.dossier.pk}/PXL"
        services.extend(dossier_id=self.dossier.pk, actor=self.desk.leader, at=self.at, letter_number=letter)


def choose_way(dice: Random) -> list[str]:
    return dice.choices([way for _weight, way in WAYS], weights=[weight for weight, _way in WAYS])[0]


def most_days_ago(way: list[str], *, otherwise: float) -> float:
    """Return how long ago such a dossier may have been filed, by who must act where its way ends."""
    if not way or way[-1] in _FRESH:
        return _FRESH_DAYS
    return _WAITING_DAYS if way[-1] in _WAITING else otherwise


def _label(dossier: Dossier, group: str, field: str) -> str:
    for known in forms.definition_of(dossier.terms).fields():
        if known.name == f"{group}.{field}":
            return known.label
    return field

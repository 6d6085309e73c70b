"""Rows for tests, made the way the product makes them; nothing is random that a test would look at."""

import itertools
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.enums import Role
from accounts.models import Agency, CitizenProfile, Commune, Province, RoleAssignment, User
from core.folding import fold
from core.models import DayOverride
from dossiers import services
from dossiers.enums import ItemKind, ReasonCode, Status
from dossiers.models import Dossier
from procedures.enums import Channel, FieldType, StepRole, TimeUnit, VersionState
from procedures.models import (
    Fee,
    FormField,
    FormGroup,
    Offering,
    Procedure,
    ProcedureVersion,
    RequiredPaper,
    RouteStep,
    Sector,
    TimeLimit,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_count = itertools.count(1)


def local(text: str) -> datetime:
    """Return a moment of Viet Nam from ``2026-11-23 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


MONDAY = local("2026-11-23 10:00")


def province() -> Province:
    return Province.objects.get_or_create(code="75", defaults={"name": "Tỉnh Đồng Nai", "kind": "tỉnh"})[0]


def commune(code: str = "26041", name: str = "Phường Trấn Biên") -> Commune:
    return Commune.objects.get_or_create(
        code=code, defaults={"name": name, "province": province(), "search_text": fold(name)}
    )[0]


def agency(code: str = "H19.26", name: str = "UBND phường Trấn Biên", level: str = "commune") -> Agency:
    return Agency.objects.get_or_create(
        code=code, defaults={"name": name, "short_name": name[:30], "level": level, "province": province()}
    )[0]


def citizen(name: str = "Nguyễn Thị Hoa", phone: str | None = None, identity: str | None = None) -> User:
    number = next(_count)
    phone = phone or f"8490{number:07d}"
    user = User.objects.create_user(phone, "mat-khau-dai-12", full_name=name, phone=phone)
    CitizenProfile.objects.create(
        user=user, identity_number=identity or f"0751{number:08d}", commune=commune(), street="12 đường Hoa Sen"
    )
    return user


def officer(*roles: Role, at: Agency | None = None, name: str = "Trần Văn Bình") -> User:
    user = User.objects.create_user(f"canbo{next(_count)}", "mat-khau-dai-12", full_name=name)
    for role in roles:
        RoleAssignment.objects.create(user=user, agency=at or agency(), role=role)
    return user


def procedure(
    code: str = "1.001193",
    name: str = "Thủ tục đăng ký khai sinh",
    *,
    days: int | None = 1,
    unit: str = TimeUnit.WORKING_DAY,
    needs_approval: bool = True,
    offered_by: Agency | None = None,
) -> Procedure:
    """Return a published procedure with a small form, one required paper, a fee and a route of four steps."""
    found = Procedure.objects.filter(code=code).first()
    if found is not None:
        return found
    sector = Sector.objects.get_or_create(name="Hộ tịch", slug="ho-tich")[0]
    made = Procedure.objects.create(
        code=code,
        name=name,
        sector=sector,
        levels=["commune"],
        life_events=["birth"],
        search_text=fold(f"{code} {name}"),
    )
    version = ProcedureVersion.objects.create(procedure=made, number=1, name=name, needs_approval=needs_approval)
    _fill(version, days, unit)
    version.state, version.published_at = VersionState.PUBLISHED, MONDAY
    version.save()
    made.published = version
    made.save()
    Offering.objects.create(procedure=made, agency=offered_by or agency())
    return made


def _fill(version: ProcedureVersion, days: int | None, unit: str) -> None:
    child = FormGroup.objects.create(version=version, key="child", title="Người được khai sinh", position=1)
    FormField.objects.bulk_create(
        [
            FormField(group=child, key="name", label="Họ, chữ đệm, tên", is_required=True, position=1),
            FormField(group=child, key="born", label="Ngày sinh", kind=FieldType.DATE, position=2),
        ]
    )
    RequiredPaper.objects.create(version=version, key="giay-chung-sinh", name="Giấy chứng sinh", is_required=False)
    TimeLimit.objects.bulk_create(
        TimeLimit(version=version, channel=channel, value=days, unit=unit) for channel in Channel
    )
    Fee.objects.bulk_create(Fee(version=version, name="Lệ phí", channel=channel, amount_vnd=0) for channel in Channel)
    RouteStep.objects.bulk_create(
        RouteStep(version=version, position=position, name=role.label, role=role, limit_hours=4)
        for position, role in enumerate(StepRole, start=1)
    )


class Desk:
    """One agency with an officer for each role, and a citizen who files there."""

    def __init__(self, at: Agency | None = None, **terms) -> None:
        self.agency = at or agency()
        self.procedure = procedure(offered_by=self.agency, **terms)
        self.citizen = citizen()
        self.receiver = officer(Role.RECEIVE, at=self.agency, name="Lê Thị Tiếp")
        self.processor = officer(Role.PROCESS, at=self.agency, name="Phạm Văn Lý")
        self.leader = officer(Role.APPROVE, at=self.agency, name="Võ Thị Duyệt")
        self.returner = officer(Role.RETURN, at=self.agency, name="Đỗ Văn Trả")

    def draft(self, *, at: datetime = MONDAY) -> Dossier:
        draft = services.start_draft(procedure=self.procedure, actor=self.citizen, at=at, agency=self.agency)
        services.save_answers(
            public_id=draft.public_id,
            actor=self.citizen,
            group="child",
            answers={"name": "Nguyễn Minh An"},
            base_revision=0,
            at=at,
        )
        return Dossier.objects.get(pk=draft.pk)

    def dossier(self, status: Status = Status.SUBMITTED, *, at: datetime = MONDAY) -> Dossier:
        """Return a dossier walked through the services to a status, every step at the same moment."""
        dossier = self.draft(at=at)
        for step in _WAYS[status]:
            getattr(self, step)(dossier, at)
        return Dossier.objects.get(pk=dossier.pk)

    def submit(self, dossier: Dossier, at: datetime) -> None:
        services.submit(dossier_id=dossier.pk, actor=self.citizen, at=at)

    def receive(self, dossier: Dossier, at: datetime) -> None:
        services.receive(dossier_id=dossier.pk, actor=self.receiver, at=at)

    def refuse(self, dossier: Dossier, at: datetime) -> None:
        services.refuse(dossier_id=dossier.pk, actor=self.receiver, at=at, reason="Không thuộc thẩm quyền")

    def start(self, dossier: Dossier, at: datetime) -> None:
        services.start(dossier_id=dossier.pk, actor=self.receiver, at=at, assignee=self.processor)

    def ask(self, dossier: Dossier, at: datetime) -> None:
        services.request_supplement(dossier_id=dossier.pk, actor=self.processor, at=at, items=[ASKED_NAME])

    def charge(self, dossier: Dossier, at: datetime) -> None:
        services.request_obligation(
            dossier_id=dossier.pk, actor=self.processor, at=at, what="Lệ phí trước bạ", amount_vnd=1_250_000
        )

    def withdraw(self, dossier: Dossier, at: datetime) -> None:
        services.withdraw(dossier_id=dossier.pk, actor=self.citizen, at=at)

    def stop(self, dossier: Dossier, at: datetime) -> None:
        services.stop(dossier_id=dossier.pk, actor=self.leader, at=at, reason="Thửa đất đang có tranh chấp")

    def finish(self, dossier: Dossier, at: datetime) -> None:
        services.propose(dossier_id=dossier.pk, actor=self.processor, at=at, result="Giấy khai sinh số 15/2026")
        services.finish(dossier_id=dossier.pk, actor=self.leader, at=at)

    def give(self, dossier: Dossier, at: datetime) -> None:
        services.return_result(dossier_id=dossier.pk, actor=self.returner, at=at)


ASKED_NAME = services.Asked(
    kind=ItemKind.FIELD,
    key="child.name",
    label="Họ, chữ đệm, tên",
    reason=ReasonCode.WRONG,
    comment="Ghi đúng như giấy",
)
ASKED_PAPER = services.Asked(
    kind=ItemKind.PAPER,
    key="giay-chung-sinh",
    label="Giấy chứng sinh",
    reason=ReasonCode.UNREADABLE,
    comment="Chụp lại",
)

_WAYS = {
    Status.DRAFT: (),
    Status.SUBMITTED: ("submit",),
    Status.RECEIVED: ("submit", "receive"),
    Status.REFUSED: ("submit", "refuse"),
    Status.IN_PROCESS: ("submit", "receive", "start"),
    Status.SUPPLEMENT: ("submit", "receive", "start", "ask"),
    Status.OBLIGATION: ("submit", "receive", "start", "charge"),
    Status.WITHDRAWN: ("submit", "withdraw"),
    Status.STOPPED: ("submit", "receive", "start", "stop"),
    Status.FINISHED: ("submit", "receive", "start", "finish"),
    Status.RETURNED: ("submit", "receive", "start", "finish", "give"),
}


def day_off(on: str, reason: str) -> None:
    DayOverride.objects.create(on=date.fromisoformat(on), is_working=False, reason=reason)

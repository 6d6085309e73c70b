"""A procedure with every trait that filing must handle: conditions, rows, a required paper, several agencies."""

from core.folding import fold
from procedures.enums import FieldType, VersionState
from procedures.models import (
    FormField,
    FormGroup,
    Offering,
    Procedure,
    ProcedureVersion,
    RequiredPaper,
    RouteStep,
    Sector,
)
from tests import factories

CODE = "1.004194"
NAME = "Đăng ký tạm trú"
IS_GUEST = {"==": [{"var": "person.kind"}, "guest"]}


def make(*agencies) -> Procedure:
    sector = Sector.objects.get_or_create(name="Cư trú", slug="cu-tru")[0]
    made = Procedure.objects.create(code=CODE, name=NAME, sector=sector, levels=["commune"], search_text=fold(NAME))
    publish(made)
    for agency in agencies or (factories.agency(),):
        Offering.objects.create(procedure=made, agency=agency)
    return made


def publish(procedure: Procedure) -> ProcedureVersion:
    """Publish one more version and retire the one before."""
    number = procedure.versions.count() + 1
    version = ProcedureVersion.objects.create(procedure=procedure, number=number, name=NAME)
    _fill(version)
    procedure.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    version.state, version.published_at = VersionState.PUBLISHED, factories.MONDAY
    version.save()
    procedure.published = version
    procedure.save()
    return version


def _fill(version: ProcedureVersion) -> None:
    person = FormGroup.objects.create(version=version, key="person", title="Người đăng ký", position=1)
    _field(person, "name", "Họ và tên", is_required=True, profile_key="full_name")
    _field(person, "identity", "Số định danh", kind=FieldType.IDENTITY, profile_key="identity_number")
    kinds = [["owner", "Chủ hộ"], ["guest", "Người ở nhờ"]]
    _field(person, "kind", "Tư cách", kind=FieldType.CHOICE, is_required=True, choices=kinds)
    _field(person, "host", "Tên chủ hộ", is_required=True, condition=IS_GUEST)
    _field(person, "since", "Ngày đến ở", kind=FieldType.DATE, limits={"when": "past"})
    _field(person, "address", "Chỗ ở", kind=FieldType.ADDRESS, profile_key="address")
    consent = FormGroup.objects.create(
        version=version, key="consent", title="Chủ hộ đồng ý", position=2, condition=IS_GUEST
    )
    _field(consent, "phone", "Điện thoại chủ hộ", kind=FieldType.PHONE, is_required=True)
    members = FormGroup.objects.create(
        version=version, key="members", title="Người cùng ở", position=3, is_repeating=True, max_rows=3
    )
    _field(members, "name", "Họ và tên", is_required=True)
    _field(members, "born", "Ngày sinh", kind=FieldType.DATE)
    RequiredPaper.objects.create(version=version, key="hop-dong", name="Hợp đồng thuê nhà", is_required=True)
    RouteStep.objects.create(version=version, position=1, name="Tiếp nhận", role="receive", limit_hours=4)


def _field(group: FormGroup, key: str, label: str, **more) -> None:
    FormField.objects.create(group=group, key=key, label=label, position=group.fields.count() + 1, **more)

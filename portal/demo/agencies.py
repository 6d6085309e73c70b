"""The agencies of the demo: the province, four offices, and the 95 communes with a desk each."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.enums import AgencyLevel, Role
from accounts.models import Agency, Commune, Province, RoleAssignment, User
from core.folding import fold
from core.models import WorkCalendar
from portal.demo.accounts import PASSWORD
from portal.demo.names import person_name
from procedures.models import Offering, Procedure

PROVINCE_CODE = "75"
# Communes whose desks are shown busy, by their sign-in word; the other 90 are quiet.
BUSY = ("tranbien", "bienhoa", "longkhanh", "xalongthanh", "xatrangbom")
ROOT_CODE = "H19"
# Made up below H19: the list of QĐ 20/2020/QĐ-TTg for these offices was not found.
OFFICES = [
    ("H19.96", "Trung tâm Phục vụ hành chính công tỉnh Đồng Nai", "TT Phục vụ HCC tỉnh", "hcc"),
    ("H19.97", "Văn phòng Đăng ký đất đai tỉnh Đồng Nai", "VP Đăng ký đất đai", "vpdkdd"),
    ("H19.98", "Công an tỉnh Đồng Nai", "Công an tỉnh", "congan"),
    ("H19.99", "Sở Nông nghiệp và Môi trường tỉnh Đồng Nai", "Sở NN và Môi trường", "snnmt"),
]
# Which office stands behind a province-level procedure of a sector; the land office is the default.
OFFICE_OF_SECTOR = {"Lý lịch tư pháp": "H19.98", "Quản lý xuất nhập cảnh": "H19.98"}
LAND_OFFICE = "H19.97"
DESK = [
    (Role.RECEIVE, "tiepnhan"),
    (Role.PROCESS, "chuyenvien"),
    (Role.APPROVE, "lanhdao"),
    (Role.RETURN, "traketqua"),
]


@dataclass(frozen=True)
class DeskOf:
    """The officers of one agency."""

    agency: Agency
    receiver: User
    processor: User
    leader: User
    returner: User


def make_agencies() -> list[Agency]:
    """Create the tree of agencies with one working calendar; return offices and communes."""
    province = Province.objects.get(code=PROVINCE_CODE)
    calendar = WorkCalendar.objects.create(
        name="Giờ hành chính", is_default=True, extra_opening={"5": [["07:00", "11:30"]]}
    )
    root = Agency.objects.create(
        code=ROOT_CODE,
        name="UBND tỉnh Đồng Nai",
        short_name="UBND tỉnh Đồng Nai",
        level=AgencyLevel.PROVINCE,
        province=province,
        calendar=calendar,
        phone="(0251) 1022",
    )
    shared = {"province": province, "parent": root, "calendar": calendar, "phone": "(0251) 1022"}
    offices = [
        Agency(code=code, name=name, short_name=short, level=AgencyLevel.DEPARTMENT, **shared)
        for code, name, short, _login in OFFICES
    ]
    communes = [
        Agency(
            code=f"{ROOT_CODE}.{number:02d}",
            name=f"UBND {commune.name[0].lower()}{commune.name[1:]}",
            short_name=f"UBND {commune.name[0].lower()}{commune.name[1:]}",
            level=AgencyLevel.COMMUNE,
            commune=commune,
            **shared,
        )
        for number, commune in enumerate(Commune.objects.filter(province=province).order_by("code"), start=1)
    ]
    Agency.objects.bulk_create([*offices, *communes])
    return list(Agency.objects.filter(parent=root).order_by("code"))


def make_officers(agencies: list[Agency], *, at: datetime) -> None:
    """Give every agency its four officers, the province its operator and its two administrators."""
    password = make_password(PASSWORD)
    users, roles = [], []
    for agency in agencies:
        for role, word in DESK:
            username = f"{word}.{login_of(agency)}"
            users.append(User(username=username, full_name=person_name(username), password=password))
            roles.append((username, agency, role))
    root = Agency.objects.get(code=ROOT_CODE)
    for username, role in (
        ("tongdai", Role.HOTLINE),
        ("quantri.tinh", Role.PROVINCE_ADMIN),
        ("quantri.hethong", Role.SYSTEM_ADMIN),
    ):
        users.append(
            User(
                username=username,
                full_name=person_name(username),
                password=password,
                is_staff=role is not Role.HOTLINE,
            )
        )
        roles.append((username, root, role))
    User.objects.bulk_create(users)
    ids = dict(User.objects.filter(username__in=[user.username for user in users]).values_list("username", "pk"))
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user_id=ids[username], agency=agency, role=role) for username, agency, role in roles
    )


def login_of(agency: Agency) -> str:
    """Return the last part of its officers' sign-in names: ``tranbien``, ``vpdkdd``."""
    for code, _name, _short, login in OFFICES:
        if agency.code == code:
            return login
    assert agency.commune is not None
    words = fold(agency.commune.name).split()
    kind = {"xa": 1, "phuong": 1, "dac": 2}[words[0]]
    plain = "".join(words[kind:]) if words[0] != "xa" else "".join(words)
    # Two communes may differ in diacritics alone, so the quiet ones carry their number.
    return plain if plain in BUSY else f"{plain}{agency.code[-2:]}"


def desk_of(agency: Agency) -> DeskOf:
    """Return the officers of an agency by role."""
    held = {row.role: row.user for row in agency.assignments.select_related("user")}
    return DeskOf(
        agency=agency,
        receiver=held[Role.RECEIVE],
        processor=held[Role.PROCESS],
        leader=held[Role.APPROVE],
        returner=held[Role.RETURN],
    )


def offer_procedures(agencies: list[Agency]) -> None:
    """Let the communes and the offices offer what their level receives."""
    communes = [agency for agency in agencies if agency.level == AgencyLevel.COMMUNE]
    offices = {agency.code: agency for agency in agencies if agency.level == AgencyLevel.DEPARTMENT}
    rows = []
    for procedure in Procedure.objects.select_related("sector"):
        if AgencyLevel.COMMUNE in procedure.levels:
            rows += [Offering(procedure=procedure, agency=agency) for agency in communes]
        if set(procedure.levels) & {AgencyLevel.PROVINCE, AgencyLevel.DEPARTMENT}:
            code = OFFICE_OF_SECTOR.get(procedure.sector.name, LAND_OFFICE)
            rows.append(Offering(procedure=procedure, agency=offices[code]))
    Offering.objects.bulk_create(rows)

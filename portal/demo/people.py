"""The citizens of the demo, an enterprise, and a daughter who helps her mother."""

from datetime import date, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from accounts.enums import Gender, MemberRole
from accounts.models import CitizenProfile, Commune, Enterprise, EnterpriseMember, Mandate, User
from portal.demo.accounts import PASSWORD
from portal.demo.agencies import PROVINCE_CODE
from portal.demo.names import person_name

HOA, NAM = "84901234567", "84907654321"
_STREETS = [
    "đường 30 Tháng 4",
    "đường Võ Thị Sáu",
    "đường Phan Đình Phùng",
    "ấp 3",
    "tổ 12, khu phố 4",
    "đường Hà Huy Giáp",
]


def make_citizens(*, count: int, at: datetime) -> list[User]:
    """Create the two citizens anybody may sign in as, and ``count`` more."""
    dice = Random("citizens")  # noqa: S311 - a demo, not secrets
    communes = list(Commune.objects.filter(province=PROVINCE_CODE).order_by("code"))
    phones = [HOA, NAM, *(f"849{7000000 + 137 * number:08d}" for number in range(count))]
    password = make_password(PASSWORD)
    users = []
    for phone in phones:
        gender = dice.choice([Gender.FEMALE, Gender.MALE])
        name = {HOA: "Nguyễn Thị Hoa", NAM: "Trần Văn Nam"}.get(phone) or person_name(phone, gender)
        users.append(User(username=phone, phone=phone, full_name=name, password=password))
    User.objects.bulk_create(users)
    found = {user.phone: user for user in User.objects.filter(phone__in=phones)}
    people = [found[phone] for phone in phones]
    CitizenProfile.objects.bulk_create(_profile(user, dice, communes) for user in people)
    _enterprise(found[NAM], communes[0])
    Mandate.objects.create(
        grantor=people[2], representative=found[HOA], created_at=at, valid_until=at + timedelta(days=365)
    )
    return people


def _profile(user: User, dice: Random, communes: list[Commune]) -> CitizenProfile:
    born = date(1958, 1, 1) + timedelta(days=dice.randrange(45 * 365))
    gender = Gender.FEMALE if user.phone == HOA else Gender.MALE if user.phone == NAM else dice.choice(list(Gender))
    century = (0 if born.year < 2000 else 2) + (1 if gender == Gender.FEMALE else 0)
    return CitizenProfile(
        user=user,
        identity_number=f"075{century}{born.year % 100:02d}{dice.randrange(1_000_000):06d}",
        birth_on=born,
        gender=gender,
        commune=dice.choice(communes),
        street=f"{dice.randrange(1, 300)} {dice.choice(_STREETS)}",
    )


def _enterprise(owner: User, commune: Commune) -> None:
    enterprise = Enterprise.objects.create(
        tax_code="3603123456", name="Công ty TNHH Gốm sứ Biên Hoà (minh hoạ)", commune=commune, street="15 đường số 3"
    )
    EnterpriseMember.objects.create(enterprise=enterprise, user=owner, role=MemberRole.OWNER)

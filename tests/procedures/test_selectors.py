"""The catalogue's search: without diacritics, every word, the plainest match first."""

import pytest

from accounts.models import Agency
from procedures import selectors
from procedures.enums import Channel
from procedures.models import Offering, Procedure, Sector
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue():
    factories.procedure("1.003583", "Thủ tục đăng ký khai sinh lưu động")
    factories.procedure("1.004884", "Thủ tục đăng ký lại khai sinh")
    factories.procedure("1.001193", "Thủ tục đăng ký khai sinh")
    land = factories.procedure("1.012783", "Cấp đổi Giấy chứng nhận quyền sử dụng đất")
    land.sector = Sector.objects.create(name="Đất đai", slug="dat-dai")
    land.levels, land.life_events = ["department"], ["house", "business"]
    land.save()


def codes(*args, **kwargs) -> list[str]:
    return [procedure.code for procedure in selectors.search(*args, **kwargs)]


@pytest.mark.parametrize("typed", ["dang ky khai sinh", "ĐĂNG KÝ  khai sinh", "  đăng ký khai sinh\t"])
def test_plain_registration_of_birth_comes_first_however_it_is_typed(typed):
    assert codes(typed) == ["1.001193", "1.003583", "1.004884"]


def test_every_word_must_occur():
    assert codes("khai sinh lưu động") == ["1.003583"]
    assert codes("khai sinh đất") == []


@pytest.mark.parametrize("typed", ["1.012783", " 1.012783", "1.012783.H19", "012783"])
def test_code_finds_its_procedure(typed):
    assert codes(typed) == ["1.012783"]


@pytest.mark.parametrize("typed", ["%", "_", "\x00", "khai\x00sinh%", "'; DROP TABLE", "🪷", "a" * 5000, "\\"])
def test_strange_text_is_only_text(typed):
    assert isinstance(codes(typed), list)


def test_a_percent_sign_is_no_wildcard():
    assert codes("khai%sinh") == []


def test_sector_level_and_life_event_narrow_down_together():
    assert codes(sector="dat-dai", level="department", life_event="house") == ["1.012783"]
    assert codes(sector="dat-dai", level="commune") == []
    assert codes(life_event="business") == ["1.012783"]


def test_withdrawn_or_unpublished_procedure_is_not_found():
    Procedure.objects.filter(code="1.001193").update(is_active=False)
    Procedure.objects.filter(code="1.003583").update(published=None)
    assert codes("khai sinh") == ["1.004884"]


def test_terms_stand_by_channel_online_first():
    terms = selectors.channel_terms(selectors.published("1.001193"))
    assert [term.channel for term in terms] == [Channel.ONLINE, Channel.COUNTER, Channel.POST]
    assert all(term.limit.value == 1 and len(term.fees) == 1 for term in terms)


def test_only_sectors_with_something_on_offer_are_listed():
    Sector.objects.create(name="Trống", slug="trong")
    assert {sector.slug for sector in selectors.sectors()} == {"ho-tich", "dat-dai"}


def test_agencies_are_found_by_the_name_of_their_commune():
    procedure = Procedure.objects.get(code="1.001193")
    commune = factories.commune("26056", "Phường Long Bình")
    here = Agency.objects.create(
        code="H19.99",
        name="UBND phường Long Bình",
        short_name="UBND P. Long Bình",
        level="commune",
        province=factories.province(),
        commune=commune,
    )
    Offering.objects.create(procedure=procedure, agency=here)
    assert list(selectors.offering_agencies(procedure.pk, place="long binh")) == [here]
    assert list(selectors.offering_agencies(procedure.pk, place="Trấn Biên hay đâu đó")) == []
    Agency.objects.filter(pk=here.pk).update(is_active=False)
    assert list(selectors.offering_agencies(procedure.pk, place="long binh")) == []

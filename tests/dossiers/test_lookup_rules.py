"""The public lookup: what it tells, and to whom."""

import pytest

from dossiers import lookup
from dossiers.enums import Status
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return Desk().dossier(Status.RECEIVED)


def test_code_and_the_last_digits_of_the_phone_or_the_identity_number_open_it(dossier):
    for factor in (dossier.applicant_phone[-4:], dossier.applicant_identity[-4:]):
        found = lookup.find(code=dossier.code, factor=factor, at=MONDAY)
        assert (found.code, found.status, found.due_at) == (dossier.code, Status.RECEIVED, dossier.due_at)


@pytest.mark.parametrize(
    "typed", [" h19.26-261123-0001 ", "H19.26 - 261123 - 0001", "h19.26-261123-OOO1", "H19.26-26ll23-000I"]
)
def test_a_code_is_read_as_people_type_it(dossier, typed):
    assert lookup.find(code=typed, factor=dossier.applicant_phone[-4:], at=MONDAY) is not None


@pytest.mark.parametrize("factor", ["", "0000", "١٢٣٤", "12345", "----", "????", "a' OR 1=1"])
def test_a_wrong_factor_opens_nothing(dossier, factor):
    assert lookup.find(code=dossier.code, factor=factor, at=MONDAY) is None


def test_an_unknown_code_costs_what_a_wrong_factor_costs(dossier, django_assert_num_queries):
    for code in (dossier.code, "H19.26-261123-9999"):
        with django_assert_num_queries(1):
            lookup.find(code=code, factor="0000", at=MONDAY)


def test_a_draft_is_not_found():
    draft = Desk().draft()
    assert lookup.find(code=str(draft.public_id), factor=draft.applicant_phone[-4:], at=MONDAY) is None

"""Programs that call the API, each with the token of one person, at a moment that stands still."""

import pytest
from rest_framework.test import APIClient

from accounts import services
from accounts.enums import TokenScope
from tests import factories
from tests.factories import MONDAY, Desk


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def other_desk(db) -> Desk:
    return Desk(factories.agency("H19.30", "UBND xã Long Thành"))


@pytest.fixture
def anonymous(db) -> APIClient:
    return APIClient()


@pytest.fixture
def program(db):
    """Return a maker of clients that carry a token of a person."""

    def made(user, scope=TokenScope.OFFICER) -> APIClient:
        _token, text = services.issue_token(user=user, scope=scope, label="test", at=MONDAY)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return made


@pytest.fixture
def citizen(program, desk) -> APIClient:
    return program(desk.citizen, TokenScope.CITIZEN)


@pytest.fixture
def stranger(program) -> APIClient:
    """Return the program of a citizen who has nothing to do with the desk's dossiers."""
    return program(factories.citizen("Lê Văn Lạ"), TokenScope.CITIZEN)


@pytest.fixture
def receiver(program, desk) -> APIClient:
    return program(desk.receiver)


@pytest.fixture
def processor(program, desk) -> APIClient:
    return program(desk.processor)


@pytest.fixture
def leader(program, desk) -> APIClient:
    return program(desk.leader)

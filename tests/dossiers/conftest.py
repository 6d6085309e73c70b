"""A desk with its people, at a moment that stands still."""

import pytest
import time_machine

from tests import factories
from tests.factories import MONDAY, Desk


@pytest.fixture
def monday():
    """Let the clock of views stand at the moment at which the factories work."""
    with time_machine.travel(MONDAY, tick=False):
        yield MONDAY


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def other_desk() -> Desk:
    return Desk(factories.agency("H19.30", "UBND xã Long Thành"))

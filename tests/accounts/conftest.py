"""People at the door."""

import pytest

from tests import people


@pytest.fixture
def sent():
    with people.codes_sent() as codes:
        yield codes

"""A provider's server on loopback, and a text to send."""

import pytest

from core import outbound
from notifications.channels.base import Channel, Next, Outgoing, SendError
from notifications.enums import Fault
from tests.factories import MONDAY

REFERENCE = "01976f3a-0000-7000-8000-000000000001"


@pytest.fixture
def stub(httpserver, settings):
    settings.OUTBOUND_ALLOWED_HOSTS = [f"{httpserver.host}:{httpserver.port}"]
    return httpserver


@pytest.fixture
def outgoing():
    def outgoing(**fields) -> Outgoing:
        plain = {
            "reference": REFERENCE,
            "phone": "84901234567",
            "body": "Ho so A da tiep nhan",
            "at": MONDAY,
            "template_id": "77001",
            "values": {"code": "A", "link": "x.vn/h/1"},
        }
        return Outgoing(**(plain | fields))

    return outgoing


def verdict(channel: Channel, message: Outgoing) -> tuple[str, Next, Fault]:
    with pytest.raises(SendError) as caught:
        channel.send(message)
    return caught.value.code, caught.value.verdict.next, caught.value.verdict.fault


COMMON_FAULTS = [
    (500, "", SendError),
    (502, "<html>", SendError),
    (429, "", SendError),
    (200, "<html>ok</html>", outbound.NoAnswer),
    (200, "", outbound.NoAnswer),
    (200, "[]", outbound.NoAnswer),
    (200, "{}", outbound.NoAnswer),
]

import io
import json
import logging

import pytest
import structlog
from django.test import RequestFactory

from portal import logs


@pytest.fixture
def line():
    """Log through the production formatter and return the line as the object it is."""
    handler = logging.StreamHandler(io.StringIO())
    formatter = logs.configure(as_json=True, level="INFO")["formatters"]["line"]
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel("INFO")

    def write(event: str, **facts: object) -> dict:
        structlog.get_logger("tests.logs").info(event, **facts)
        return json.loads(handler.stream.getvalue().splitlines()[-1])

    yield write
    logger.removeHandler(handler)


def test_a_line_of_production_is_one_json_object_with_level_logger_and_time(line):
    said = line("dossier_late", dossier=7)
    assert said["event"] == "dossier_late"
    assert said["dossier"] == 7
    assert said["level"] == "info"
    assert said["logger"] == "tests.logs"
    assert said["timestamp"].endswith("Z")


@pytest.mark.parametrize("phone", ["0901234567", "84901234567", "+84901234567"])
def test_a_phone_number_that_slips_in_is_hidden(line, phone):
    assert phone.lstrip("+") not in json.dumps(line("sms_failed", error=f"{phone} refused"))


def test_a_citizen_number_that_slips_in_is_hidden(line):
    assert "075087654321" not in json.dumps(line("lookup", error="no row for 075087654321"))


def test_codes_of_dossiers_and_ids_stay_readable(line):
    said = line("opened", code="H19.29.8-250714-0012", uuid="0198066a-7b11-7c3e-9a55-123456789012")
    assert said["code"] == "H19.29.8-250714-0012"
    assert said["uuid"] == "0198066a-7b11-7c3e-9a55-123456789012"


def test_the_line_of_a_request_has_no_query_string():
    request = RequestFactory().get("/can-bo/", {"q": "0901234567"})
    assert logs.RequestLog.format_request(request) == "GET /can-bo/"

"""The catalogue as it ships, and drafts built from plain terms."""

from datetime import date

import pytest
from django.conf import settings

from accounts import units
from procedures import importer, services, snapshot
from procedures.models import Procedure, ProcedureVersion, Sector
from tests.factories import MONDAY

TODAY = date(2026, 11, 23)
SHIPPED = "procedures/data/procedures.json"


@pytest.fixture
def places(db) -> None:
    units.load(units.SHIPPED)


@pytest.fixture
def make_draft(db):
    """Return a maker of draft versions: ``make_draft(groups=[...], papers=[...])``."""

    def make(code: str = "9.000001", **terms) -> ProcedureVersion:
        sector = Sector.objects.get_or_create(name="Hộ tịch", slug="ho-tich")[0]
        procedure = Procedure.objects.get_or_create(
            code=code, defaults={"name": "Thủ tục thử", "sector": sector, "levels": ["commune"]}
        )[0]
        full = {
            "name": "Thủ tục thử",
            "time_limits": [{"channel": "online", "value": 3, "unit": "working_day"}],
            **terms,
        }
        return services.create_draft(procedure=procedure, terms=snapshot.complete(full))

    return make


@pytest.fixture
def make_version(make_draft):
    """Return a maker of published versions."""

    def make(**terms) -> ProcedureVersion:
        draft = make_draft(**terms)
        services.publish(version=draft, actor=None, at=MONDAY)
        return draft

    return make


@pytest.fixture
def shipped(places):
    """Return a finder of published versions of the shipped catalogue, by code."""

    def find(code: str) -> ProcedureVersion:
        records = [record for record in importer.read_file(_shipped_path()) if record["code"] == code]
        importer.load(records, at=MONDAY)
        return Procedure.objects.get(code=code).published

    return find


def _shipped_path():
    return settings.BASE_DIR / SHIPPED

"""The API is what its schema says: whatever the schema allows, and what it does not, thrown at every operation.

Generated anew from the committed schema, always the same way; each request is undone after it was judged.
"""

from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from accounts import services
from accounts.enums import TokenScope
from dossiers.enums import Status
from dossiers.models import Dossier, Paper
from tests.api.papers import attached
from tests.factories import MONDAY, Desk

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SCHEMA = Path(__file__).parents[2] / "docs" / "openapi.yaml"
EXAMPLES = 15
# Well formed and yet refused, because the form, the law or the moment does not allow it; no schema can tell that.
REFUSED_BY_RULES = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429"]
# A cursor is text that only we can write, and the form decides which answers it takes.
REFUSED_BY_CONTENT = [*REFUSED_BY_RULES, "400"]
CONFIG = {
    # A null character is refused everywhere; tests/security/test_api_input.py sees to that.
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "allow-x00": False},
    "checks": {
        "positive_data_acceptance": {"expected-statuses": REFUSED_BY_RULES},
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "428"]},
        "negative_data_rejection": {
            "expected-statuses": ["400", "401", "403", "404", "405", "412", "415", "422", "428"]
        },
    },
    "operations": [
        {
            "include-operation-id": operation,
            "checks": {"positive_data_acceptance": {"expected-statuses": REFUSED_BY_CONTENT}},
        }
        for operation in (
            "readProcedures",
            "readAgencies",
            "readDrafts",
            "readOwnDossierList",
            "readQueue",
            "readSearch",
            "putDraftAnswers",
            "sendSupply",
        )
    ],
}
schema = schemathesis.openapi.from_path(str(SCHEMA), config=SchemathesisConfig.from_dict(CONFIG))


def application(environ, start_response):
    """Answer like the portal, and end each answer at once, as a server does: that closes what was uploaded."""
    response = portal(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        response.close()


portal = get_wsgi_application()
schema.app = application


def examples(count):
    """Return the settings of a run: the same examples each time, however slow the machine."""
    return settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=count,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


class World:
    """What a path may name: a dossier, a draft, a paper."""

    def __init__(self, folder) -> None:
        self.desk = Desk()
        self.dossier = self.desk.dossier(Status.SUPPLEMENT)
        self.draft = self.desk.draft()
        self.paper = Paper.objects.get(public_id=attached(self.dossier, self.desk.citizen, folder))

    def headers(self, user, scope) -> dict[str, str]:
        text = services.issue_token(user=user, scope=scope, label="contract", at=MONDAY)[1]
        return {"Authorization": f"Bearer {text}"}

    def name(self, case) -> None:
        """Put real names into a path that is well formed, so that what follows is reached."""
        parts = case.path_parameters or {}
        if "code" in parts:
            parts["code"] = "1.001193" if "/procedures/" in case.path else self.dossier.code
        if "id" in parts:
            parts["id"] = str(self.draft.public_id if "/drafts/" in case.path else self.paper.public_id)
        if "group" in parts:
            parts["group"] = "child"


def is_well_formed(case) -> bool:
    found = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    return found is None or found.mode.is_positive


@pytest.fixture(autouse=True)
def _one_transaction():
    """Let requests leave the test's connection open, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def world(tmp_path, settings, time_machine):
    settings.API_REQUESTS_PER_MINUTE = settings.API_ANONYMOUS_REQUESTS_PER_MINUTE = 1_000_000
    time_machine.move_to(MONDAY, tick=False)
    return World(tmp_path)


def judge(case, world, headers) -> None:
    if is_well_formed(case):
        world.name(case)
    with transaction.atomic():
        case.call_and_validate(headers=headers)
        transaction.set_rollback(True)


@schema.include(path_regex="^/api/v1/officer/").parametrize()
@examples(EXAMPLES)
def test_the_desk_by_an_officers_program(case, world):
    judge(case, world, world.headers(world.desk.processor, TokenScope.OFFICER))


@schema.exclude(path_regex="^/api/v1/officer/").parametrize()
@examples(EXAMPLES)
def test_everything_else_by_a_citizens_program(case, world):
    judge(case, world, world.headers(world.desk.citizen, TokenScope.CITIZEN))


@schema.parametrize()
@examples(5)
def test_everything_by_somebody_unknown(case, world):
    judge(case, world, {})
    assert Dossier.objects.count() == 2

"""Who may call what: every address of the API against every kind of caller, with no address left out."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts import services
from accounts.enums import Role, TokenScope
from dossiers.enums import Status
from tests import factories
from tests.api import addresses
from tests.api.papers import attached
from tests.factories import MONDAY, Desk

CALLERS = ("anonymous", "owner", "other citizen", "officer as citizen", "receiver", "other unit", "hotline")
ALL = (200,) * 7
# Answers to GET in the order of CALLERS.
# The operator of the hotline has a session and not a token, so their own lists, which are empty, are open to them.
OWN_LIST = (401, 200, 200, 200, 403, 403, 200)
OWN_OBJECT = (401, 200, 404, 404, 403, 403, 404)
DESK_LIST = (401, 403, 403, 403, 200, 200, 403)
DESK_OBJECT = (401, 403, 403, 403, 200, 404, 403)
READS = {
    "schema": ALL,
    "docs": ALL,
    "procedures": ALL,
    "procedure": ALL,
    "agencies": ALL,
    "me": OWN_LIST,
    "drafts": OWN_LIST,
    "draft": OWN_OBJECT,
    "draft-missing": OWN_OBJECT,
    "draft-papers": OWN_OBJECT,
    "own-dossiers": OWN_LIST,
    "own-dossier": OWN_OBJECT,
    "own-clock": OWN_OBJECT,
    "own-messages": OWN_OBJECT,
    "own-papers": OWN_OBJECT,
    "own-timeline": OWN_OBJECT,
    "own-paper": OWN_OBJECT,
    "queues": DESK_LIST,
    "queue": DESK_LIST,
    "search": DESK_LIST,
    "officers": DESK_LIST,
    "desk-paper": DESK_OBJECT,
    "desk-dossier": DESK_OBJECT,
}
# Answers to a write, with input that is well formed or empty; what they would change is told elsewhere.
OWN_WRITE = {"draft-answers", "draft-submit", "own-supply", "own-withdraw"}
# To the owner 400, for the body is not what it must be; nobody else gets as far as that.
OWN_CHANGE = (401, 400, 404, 404, 403, 403, 404)
STEP = (401, 403, 403, 403, 400, 404, 403)


class World:
    """One dossier and one draft with a paper each, and somebody of every kind."""

    def __init__(self, attach) -> None:
        desk, other = Desk(), Desk(factories.agency("H19.30", "UBND xã Long Thành"))
        self.dossier = desk.dossier(Status.SUPPLEMENT)
        self.draft = desk.draft()
        self.paper = attach(self.dossier, desk.citizen)
        hotline = factories.officer(Role.HOTLINE, at=factories.agency("H19", "UBND tỉnh", "province"))
        self.people = {
            "owner": (desk.citizen, TokenScope.CITIZEN),
            "other citizen": (factories.citizen("Lê Văn Lạ"), TokenScope.CITIZEN),
            "officer as citizen": (desk.processor, TokenScope.CITIZEN),
            "receiver": (desk.receiver, TokenScope.OFFICER),
            "other unit": (other.receiver, TokenScope.OFFICER),
        }
        self.hotline = hotline

    def client(self, caller: str) -> APIClient:
        client = APIClient(raise_request_exception=True)
        if caller == "hotline":
            client.force_login(self.hotline)
        elif caller != "anonymous":
            user, scope = self.people[caller]
            text = services.issue_token(user=user, scope=scope, label=caller, at=MONDAY)[1]
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    def address(self, name: str) -> str:
        parts = {
            "procedure": ["1.001193"],
            "agencies": ["1.001193"],
            "queue": ["cua-don-vi"],
            "own-paper": [self.paper],
            "desk-paper": [self.paper],
            "draft-answers": [self.draft.public_id, "child"],
        }
        if name.startswith("draft") and name not in ("drafts", "draft-answers"):
            return reverse(f"api:{name}", args=[self.draft.public_id])
        if name.startswith(("own-", "step-", "desk-")) and name not in ("own-dossiers", *parts):
            return reverse(f"api:{name}", args=[self.dossier.code])
        return reverse(f"api:{name}", args=parts.get(name, []))


QUERY = {"search": {"q": "nguyen"}, "officers": {"unit": "H19.26"}}


def names() -> list[str]:
    return [pattern.name for pattern in addresses.patterns()]


@pytest.fixture
def world(db, tmp_path):
    return World(lambda dossier, user: attached(dossier, user, tmp_path))


@pytest.mark.parametrize("caller", CALLERS)
def test_every_address_is_read_by_whom_the_table_says(world, caller):
    client, column = world.client(caller), CALLERS.index(caller)
    found = {}
    for name in READS:
        response = client.get(world.address(name), QUERY.get(name, {}))
        found[name] = response.status_code
        b"".join(response)  # a file that was read to its end is closed
    assert found == {name: row[column] for name, row in READS.items()}


@pytest.mark.parametrize("caller", CALLERS)
def test_every_step_is_taken_by_nobody_but_the_desk_that_holds_the_dossier(world, caller):
    client, column = world.client(caller), CALLERS.index(caller)
    steps = [name for name in names() if name.startswith("step-")]
    assert len(steps) == 22
    found = {name: client.post(world.address(name), {}).status_code for name in steps}
    assert set(found.values()) == {STEP[column]}
    world.dossier.refresh_from_db(fields=["version"])
    assert world.dossier.version == world.dossier.events.count()


@pytest.mark.parametrize("caller", CALLERS)
def test_what_belongs_to_the_citizen_is_changed_by_nobody_else(world, caller):
    client, column = world.client(caller), CALLERS.index(caller)
    headers = {"HTTP_IF_MATCH": "*", "HTTP_IDEMPOTENCY_KEY": f"key-of-the-{column}"}
    found = {
        client.put(world.address("draft-answers"), {}, **headers).status_code,
        client.post(world.address("draft-submit"), {"status": 9}, **headers).status_code,
        client.patch(world.address("draft"), {"status": 9}, **headers).status_code,
        client.post(world.address("own-supply"), {}).status_code,
        client.post(world.address("own-withdraw"), {}).status_code,
        client.post(world.address("own-messages"), {}).status_code,
    }
    assert found == {OWN_CHANGE[column]}


def test_no_address_is_missing_in_the_tables():
    written = {"lookup", *OWN_WRITE, *(name for name in names() if name.startswith("step-"))}
    assert set(names()) == set(READS) | written

"""Hostile input to the API (corpora C3 and C13): a clear refusal, never a crash, and nothing changed."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import services
from accounts.enums import TokenScope
from accounts.models import CitizenProfile, User
from core import paging
from core.api import idempotency
from core.api.fields import Input
from core.models import IdempotencyKey
from dossiers.api import steps
from dossiers.enums import Status
from dossiers.models import Dossier, DossierEvent, SupplementItem
from tests import factories
from tests.api import addresses
from tests.factories import MONDAY, Desk

C13 = json.loads((Path(__file__).parent.parent / "corpus" / "C13.json").read_text(encoding="utf-8"))


def cases(items):
    return pytest.mark.parametrize("case", items, ids=[item["id"] for item in items])


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def desk(db):
    return Desk()


def program(user, scope=TokenScope.OFFICER):
    text = services.issue_token(user=user, scope=scope, label="test", at=MONDAY)[1]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def citizen(desk):
    return program(desk.citizen, TokenScope.CITIZEN)


def body_of(case):
    if "nested" in case:
        return b'{"code": ' + b"[" * case["nested"] + b"]" * case["nested"] + b"}"
    before, text, times, after = case.get("repeats", ("", case.get("text", ""), 1, ""))
    return (before + text * times + after).encode(case.get("encoding", "utf-8"))


@cases(C13["bodies"])
def test_a_body_that_is_not_what_json_means_is_refused(desk, case):
    response = APIClient().post("/api/v1/lookup/", body_of(case), content_type="application/json")
    assert response.status_code == case["expect"], response.content
    assert response.json()["error"]["message"]


@cases(C13["queries"])
def test_a_query_that_the_address_does_not_know_is_refused(citizen, case):
    prefix, text, times = case.get("query_repeats", ("", "", 0))
    response = citizen.get(f"{case['path']}?{case.get('query', prefix + text * times)}")
    assert response.status_code == 400, response.content


def test_a_body_whose_declared_length_lies_is_read_no_further_than_allowed(desk, settings):
    settings.API_BODY_LIMIT = 100
    response = APIClient().post(
        "/api/v1/lookup/", b'{"code": "' + b"x" * 200 + b'"}', content_type="application/json", CONTENT_LENGTH="50"
    )
    assert response.status_code in (400, 413)


def test_no_page_holds_more_than_the_largest_one(citizen, desk, monkeypatch):
    monkeypatch.setattr(paging, "MAX_PAGE_SIZE", 2)
    for _number in range(3):
        desk.dossier(Status.SUBMITTED)
    page = citizen.get("/api/v1/me/dossiers/", {"page_size": 1_000_000}).json()
    assert len(page["results"]) == 2


def test_a_cursor_with_one_character_changed_is_refused(citizen, desk):
    for _number in range(2):
        desk.dossier(Status.SUBMITTED)
    cursor = citizen.get("/api/v1/me/dossiers/", {"page_size": 1}).json()["next"]
    assert citizen.get("/api/v1/me/dossiers/", {"cursor": cursor}).status_code == 200
    for index in range(0, len(cursor), 5):
        changed = cursor[:index] + ("x" if cursor[index] != "x" else "y") + cursor[index + 1 :]
        assert citizen.get("/api/v1/me/dossiers/", {"cursor": changed}).status_code == 400, changed


# Mass assignment: what a model has and no request may set.

MODELS = (Dossier, DossierEvent, SupplementItem, User, CitizenProfile)
COLUMNS = sorted({field.name for model in MODELS for field in model._meta.get_fields()} | {"is_superuser", "owner_id"})


def inputs() -> dict[str, type[Input]]:
    """Return every input of the API by its name; what is not reachable from a class is not used by a view."""
    found, waiting = {}, [Input]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            found[child.__name__] = child
    return found


@pytest.mark.parametrize("name", sorted(inputs()))
def test_no_input_takes_a_column_that_it_does_not_name(name):
    made = inputs()[name]
    assert not issubclass(made, models.Model)
    unnamed = [column for column in COLUMNS if column not in made().fields]
    assert len(unnamed) > 50
    for column in unnamed:
        given = made(data={column: 1})
        assert not given.is_valid()
        assert column in given.errors, column


def test_every_column_sent_along_is_refused_and_nothing_is_set(citizen, desk, settings):
    settings.API_REQUESTS_PER_MINUTE = 10_000
    draft = desk.draft()
    before = Dossier.objects.filter(pk=draft.pk).values().get()
    address = f"/api/v1/me/drafts/{draft.public_id}/"
    named = {"agency", "applicant_name", "applicant_phone", "applicant_address", "applicant_email", "language"}
    for column in sorted(set(COLUMNS) - named - {"return_method", "return_address"}):
        headers = {"HTTP_IF_MATCH": "*", "HTTP_IDEMPOTENCY_KEY": f"column-{column}"}
        assert citizen.patch(address, {column: 1}, **headers).status_code == 400, column
        assert citizen.post(f"{address}submit/", {column: 1}, **headers).status_code == 400, column
        body = {"procedure": "1.001193", column: 1}
        assert citizen.post("/api/v1/me/drafts/", body, **headers).status_code == 400, column
    assert Dossier.objects.filter(pk=draft.pk).values().get() == before
    assert Dossier.objects.count() == 1


def test_every_column_sent_along_with_a_step_is_refused(desk):
    dossier, receiver = desk.dossier(Status.SUBMITTED), program(desk.receiver)
    for column in COLUMNS:
        if column in steps.NoteStep().fields:
            continue
        body = {"expected_version": dossier.version, column: 1}
        refused = receiver.post(f"/api/v1/officer/dossiers/{dossier.code}/receive/", body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unknown_field"), column
    assert Dossier.objects.get().version == dossier.version


def test_every_address_that_takes_a_body_reads_it_strictly():
    loose = []
    for pattern in addresses.patterns():
        parsers = {parser.__name__ for parser in addresses.view_of(pattern).parser_classes}
        if parsers - {"StrictJSONParser", "MultiPartParser"}:
            loose.append(pattern.name)
    assert loose == []


# The same key twice, and at once.


def test_a_key_of_one_person_is_nothing_to_another(citizen, desk):
    other = program(factories.citizen("Lê Văn Lạ"), TokenScope.CITIZEN)
    for client in (citizen, other):
        made = client.post("/api/v1/me/drafts/", {"procedure": "1.001193"}, HTTP_IDEMPOTENCY_KEY="the-same-key")
        assert made.status_code == 201
        assert "Idempotent-Replayed" not in made
    assert Dossier.objects.count() == 2


def test_a_key_is_forgotten_after_a_day(citizen, time_machine):
    body, key = {"procedure": "1.001193"}, {"HTTP_IDEMPOTENCY_KEY": "the-same-key"}
    citizen.post("/api/v1/me/drafts/", body, **key)
    assert idempotency.forget(MONDAY - timedelta(hours=1)) == 0
    time_machine.move_to(MONDAY + timedelta(hours=25), tick=False)
    assert "Idempotent-Replayed" not in citizen.post("/api/v1/me/drafts/", body, **key)
    assert Dossier.objects.count() == 2
    assert idempotency.forget(MONDAY + timedelta(hours=26)) == 1


def test_a_request_still_at_work_keeps_the_second_one_out(citizen, desk):
    body, key = {"procedure": "1.001193"}, {"HTTP_IDEMPOTENCY_KEY": "the-same-key"}
    citizen.post("/api/v1/me/drafts/", body, **key)
    IdempotencyKey.objects.update(status=None)
    refused = citizen.post("/api/v1/me/drafts/", body, **key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in_progress")
    assert Dossier.objects.count() == 1


def test_a_key_whose_holder_died_is_taken_over(citizen, time_machine):
    body, key = {"procedure": "1.001193"}, {"HTTP_IDEMPOTENCY_KEY": "the-same-key"}
    citizen.post("/api/v1/me/drafts/", body, **key)
    Dossier.objects.all().delete()
    IdempotencyKey.objects.update(status=None)
    time_machine.move_to(MONDAY + idempotency.LEASE + timedelta(seconds=1), tick=False)
    assert citizen.post("/api/v1/me/drafts/", body, **key).status_code == 201
    assert Dossier.objects.count() == 1


def test_what_is_kept_for_a_repetition_names_nobody(citizen, desk):
    citizen.post("/api/v1/me/drafts/", {"procedure": "1.001193"}, HTTP_IDEMPOTENCY_KEY="the-same-key")
    kept = str(IdempotencyKey.objects.values().get())
    assert desk.citizen.full_name not in kept
    assert desk.citizen.phone not in kept


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_under_one_key_file_once():
    desk = Desk()
    draft = desk.draft()
    clients = [program(desk.citizen, TokenScope.CITIZEN) for _number in range(20)]
    barrier = threading.Barrier(len(clients))

    def submit(client):
        barrier.wait()
        try:
            address = f"/api/v1/me/drafts/{draft.public_id}/submit/"
            return client.post(address, {}, HTTP_IDEMPOTENCY_KEY="the-same-key").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = list(pool.map(submit, clients))
    assert set(statuses) <= {200, 409}
    assert Counter(statuses)[200] >= 1
    assert DossierEvent.objects.filter(kind="submit").count() == 1


def test_a_refused_request_costs_few_queries(desk):
    APIClient().post("/api/v1/lookup/", b"{", content_type="application/json")
    with CaptureQueriesContext(connection) as queries:
        APIClient().post("/api/v1/lookup/", b"{", content_type="application/json")
    assert len(queries) <= 8

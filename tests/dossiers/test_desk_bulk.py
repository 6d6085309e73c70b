"""Many dossiers at once: each its own transaction, each its own outcome."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from dossiers import services
from dossiers.enums import Status
from dossiers.models import Dossier
from tests import factories
from tests.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def mark(*dossiers):
    return [f"{dossier.code}:{dossier.version}" for dossier in dossiers]


def post(client, step, *dossiers, **sent):
    return client.post(reverse("desk:bulk"), {"do": step, "dossier": mark(*dossiers)} | sent)


def outcomes(response):
    return {outcome.code: outcome.is_done for outcome in response.context["outcomes"]}


def status(dossier):
    return Dossier.objects.get(pk=dossier.pk).status


def test_all_marked_dossiers_are_received(client, desk):
    one, two, unmarked = (desk.dossier(Status.SUBMITTED) for _number in range(3))
    client.force_login(desk.receiver)
    response = post(client, "receive", one, two, queue="cho-tiep-nhan")
    assert outcomes(response) == {one.code: True, two.code: True}
    assert [status(one), status(two), status(unmarked)] == [Status.RECEIVED, Status.RECEIVED, Status.SUBMITTED]
    assert reverse("desk:queue", args=["cho-tiep-nhan"]) in response.content.decode()


def test_what_others_did_meanwhile_stops_that_dossier_alone(client, desk):
    one, two = desk.dossier(Status.SUBMITTED), desk.dossier(Status.SUBMITTED)
    second = factories.officer(Role.RECEIVE, at=desk.agency, name="Nguyễn Văn Nhanh")
    services.refuse(dossier_id=one.pk, actor=second, at=MONDAY, reason="Không thuộc thẩm quyền")
    client.force_login(desk.receiver)
    response = post(client, "receive", one, two)
    assert outcomes(response) == {one.code: False, two.code: True}
    assert "Nguyễn Văn Nhanh" in response.content.decode()
    assert [status(one), status(two)] == [Status.REFUSED, Status.RECEIVED]


def test_the_marked_are_handed_out(client, desk):
    received, running = desk.dossier(Status.RECEIVED), desk.dossier(Status.IN_PROCESS)
    other = factories.officer(Role.PROCESS, at=desk.agency)
    both = factories.officer(Role.RECEIVE, Role.APPROVE, at=desk.agency)
    client.force_login(both)
    response = post(client, "hand-out", received, running, assignee=other.pk)
    assert outcomes(response) == {received.code: True, running.code: True}
    assert {Dossier.objects.get(pk=dossier.pk).assignee for dossier in (received, running)} == {other}
    assert status(received) == Status.IN_PROCESS


def test_a_leader_hands_out_what_others_begin(client, desk):
    received, running = desk.dossier(Status.RECEIVED), desk.dossier(Status.IN_PROCESS)
    client.force_login(desk.leader)
    response = post(client, "hand-out", received, running, assignee=desk.processor.pk)
    assert outcomes(response) == {received.code: True, running.code: True}
    assert Dossier.objects.get(pk=received.pk).assignee == desk.processor
    assert status(received) == Status.RECEIVED


def test_into_whose_hands_is_asked_first(client, desk, other_desk):
    dossier = desk.dossier(Status.RECEIVED)
    client.force_login(desk.receiver)
    response = post(client, "hand-out", dossier, queue="cua-don-vi")
    assert response.status_code == 200
    assert response.context["officers"] == [desk.processor]
    assert f'name="dossier" value="{mark(dossier)[0]}"' in response.content.decode()
    assert status(dossier) == Status.RECEIVED


@pytest.mark.parametrize(("who", "place"), [("processor", Status.SUBMITTED), ("receiver", Status.IN_PROCESS)])
def test_a_step_that_is_not_theirs_or_not_there_changes_nothing(client, desk, who, place):
    dossier = desk.dossier(place)
    client.force_login(getattr(desk, who))
    assert outcomes(post(client, "receive", dossier)) == {dossier.code: False}
    assert status(dossier) == place


def test_another_units_dossier_is_not_found_even_by_its_code(client, desk, other_desk):
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(other_desk.receiver)
    response = post(client, "receive", dossier)
    assert outcomes(response) == {dossier.code: False}
    assert dossier.applicant_name not in response.content.decode()
    assert status(dossier) == Status.SUBMITTED


def test_an_officer_who_does_not_process_there_gets_nothing(client, desk, other_desk):
    dossier = desk.dossier(Status.RECEIVED)
    client.force_login(desk.receiver)
    assert post(client, "hand-out", dossier, assignee=other_desk.processor.pk).status_code == 400
    assert status(dossier) == Status.RECEIVED


def test_nothing_marked_is_told(client, desk):
    client.force_login(desk.receiver)
    response = post(client, "receive")
    assert response.status_code == 200
    assert response.context["outcomes"] == []


@pytest.mark.parametrize("marked", ["", "x", "H19.26-261123-0001", "H19:-1", "H19:٣", "H\0:1", ":1", "x" * 70 + ":1"])
def test_a_mark_that_no_page_gave_is_a_bad_request(client, desk, marked):
    client.force_login(desk.receiver)
    assert client.post(reverse("desk:bulk"), {"do": "receive", "dossier": marked}).status_code == 400


def test_an_unknown_step_is_a_bad_request(client, desk):
    dossier = desk.dossier(Status.SUBMITTED)
    client.force_login(desk.receiver)
    assert post(client, "finish", dossier).status_code == 400

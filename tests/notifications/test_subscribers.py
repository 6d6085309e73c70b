"""News of a dossier becomes a row in the transaction of the change, or the change does not happen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import CodePurpose
from accounts.signals import code_issued
from dossiers import services as dossiers
from dossiers.enums import EventKind, Status
from dossiers.models import Dossier, DossierEvent
from notifications import rules, services, subscribers
from notifications.enums import Preset, State, Topic
from notifications.models import Message
from tests.factories import MONDAY, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def topics(dossier: Dossier) -> list[str]:
    return list(Message.objects.filter(dossier=dossier).order_by("id").values_list("topic", flat=True))


def test_filing_owes_the_applicant_one_message_with_the_facts_of_the_event(desk):
    dossier = desk.dossier(Status.SUBMITTED)
    event = dossier.events.get()
    message = Message.objects.get()
    assert (message.topic, message.event, message.dossier) == (Topic.SUBMITTED, event, dossier)
    assert message.phone == dossier.applicant_phone
    assert message.facts == event.facts
    assert (message.state, message.created_at, message.next_attempt_at) == (State.QUEUED, MONDAY, MONDAY)


def test_a_change_that_is_rolled_back_leaves_no_message(desk):
    dossier = desk.dossier(Status.SUBMITTED)
    with transaction.atomic():
        dossiers.receive(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
        assert topics(dossier) == [Topic.SUBMITTED, Topic.RECEIVED]
        transaction.set_rollback(True)
    assert topics(dossier) == [Topic.SUBMITTED]


def test_a_message_that_can_not_be_written_undoes_the_change(desk, monkeypatch):
    dossier = desk.dossier(Status.SUBMITTED)
    taken = Message.objects.get().dedupe_key
    monkeypatch.setattr(Message, "save", lambda self, **kwargs: _save_under(self, taken, **kwargs))
    with pytest.raises(IntegrityError), transaction.atomic():
        dossiers.receive(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.SUBMITTED
    assert DossierEvent.objects.filter(dossier=dossier).count() == 1


def _save_under(message, key, **kwargs):
    message.dedupe_key = key
    super(Message, message).save(**kwargs)


STATUSES = {
    Status.SUBMITTED: [Topic.SUBMITTED],
    Status.RECEIVED: [Topic.SUBMITTED, Topic.RECEIVED],
    Status.REFUSED: [Topic.SUBMITTED, Topic.REFUSED],
    Status.IN_PROCESS: [Topic.SUBMITTED, Topic.RECEIVED, Topic.IN_PROCESS],
    Status.SUPPLEMENT: [Topic.SUBMITTED, Topic.RECEIVED, Topic.IN_PROCESS, Topic.SUPPLEMENT],
    Status.OBLIGATION: [Topic.SUBMITTED, Topic.RECEIVED, Topic.IN_PROCESS, Topic.OBLIGATION],
    Status.WITHDRAWN: [Topic.SUBMITTED, Topic.WITHDRAWN],
    Status.STOPPED: [Topic.SUBMITTED, Topic.RECEIVED, Topic.IN_PROCESS, Topic.STOPPED],
    Status.FINISHED: [Topic.SUBMITTED, Topic.RECEIVED, Topic.IN_PROCESS, Topic.RESULT_READY],
    Status.RETURNED: [Topic.SUBMITTED, Topic.RECEIVED, Topic.IN_PROCESS, Topic.RESULT_READY, Topic.RETURNED],
}


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_every_change_of_status_is_told(desk, status):
    dossier = desk.dossier(status)
    assert topics(dossier) == STATUSES[status]
    assert dossier.events.exclude(kind=EventKind.PROPOSE).count() == len(STATUSES[status])


@pytest.mark.parametrize("status", STATUSES, ids=lambda status: status.name)
def test_dong_nais_preset_sends_nothing_for_statuses_one_and_four(desk, status):
    services.use_preset(Preset.DONG_NAI_NINE)
    quiet = {Topic.SUBMITTED, Topic.IN_PROCESS}
    assert topics(desk.dossier(status)) == [topic for topic in STATUSES[status] if topic not in quiet]


def test_no_preset_silences_apologies_and_codes():
    for silent in rules.SILENT.values():
        assert not silent & rules.ALWAYS


def test_every_kind_of_event_that_changes_the_status_has_a_topic():
    changing = set(list(EventKind)[: list(EventKind).index(EventKind.CLOSE)])
    assert changing <= set(rules.TOPIC_OF_EVENT)


@pytest.mark.parametrize(
    ("kind", "party", "facts", "topic"),
    [
        (EventKind.WRITE, "filer", {}, None),
        (EventKind.WRITE, "process", {}, Topic.OFFICER_MESSAGE),
        (EventKind.OVERDUE, "system", {"breach": 1}, Topic.APOLOGY_NO_DATE),
        (EventKind.OVERDUE, "system", {"breach": 1, "due_new": "2026-11-27T09:30:00+00:00"}, Topic.APOLOGY),
        (EventKind.OVERDUE, "system", {"breach": 2}, None),
        (EventKind.APOLOGISE, "approve", {"words": "xin lỗi"}, Topic.APOLOGY_WORDS),
        (EventKind.COMMIT_DATE, "process", {}, Topic.APOLOGY),
        (EventKind.EXTEND, "approve", {}, Topic.EXTENDED),
        (EventKind.RECALCULATE, "system", {"due_new": "2026-11-26T03:00:00+00:00"}, Topic.EXTENDED),
        (EventKind.RECALCULATE, "system", {}, None),
        (EventKind.ASSIGN, "receive", {}, None),
        (EventKind.STEP_WARNING, "system", {}, None),
    ],
)
def test_what_an_event_that_leaves_the_status_is_told_as(kind, party, facts, topic):
    event = DossierEvent(kind=kind, party=party, facts=facts)
    assert rules.topic_of(event) is topic


def test_undoing_a_step_withdraws_the_news_of_it_that_is_not_sent_and_tells_of_the_mistake(desk):
    dossier = desk.dossier(Status.RECEIVED)
    dossiers.undo(dossier_id=dossier.pk, actor=desk.receiver, at=MONDAY + timedelta(minutes=1), reason="nhầm hồ sơ")
    states = dict(Message.objects.filter(dossier=dossier).values_list("topic", "state"))
    assert states[Topic.RECEIVED] == State.CANCELLED
    assert states[Topic.UNDONE] == State.QUEUED


def test_a_dossier_without_a_phone_owes_no_message(desk):
    dossier = Dossier(owner=desk.citizen, applicant_phone="")
    assert subscribers.phone_of(dossier) == desk.citizen.phone
    desk.citizen.phone = None
    assert subscribers.phone_of(dossier) == ""
    assert subscribers.phone_of(Dossier()) == ""


def test_a_one_time_code_goes_first_and_expires():
    expires_at = MONDAY + timedelta(minutes=5)
    code_issued.send(
        sender=None,
        phone="84901234567",
        code="428913",
        purpose=CodePurpose.SIGN_IN,
        language="vi",
        expires_at=expires_at,
        at=MONDAY,
    )
    message = Message.objects.get()
    assert (message.topic, message.priority, message.expires_at) == (Topic.SIGN_IN_CODE, 0, expires_at)
    assert message.facts == {"otp": "428913", "until": expires_at.isoformat()}

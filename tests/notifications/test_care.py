"""What operators do by hand."""

import pytest
from django.core.management import CommandError, call_command

from notifications import defaults, services
from notifications.channels.base import Next, SendError, Verdict
from notifications.enums import Fault, State, Topic
from notifications.models import Message, NoticeRule, Template
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

REFUSED = SendError("-108", Verdict(Next.DEAD, Fault.PERMANENT))


@pytest.fixture
def dead(owe, deliver, providers):
    providers(zns=lambda _: REFUSED)
    message = owe()
    deliver()
    message.refresh_from_db()
    assert message.state == State.FAILED
    return message


def test_a_dead_letter_is_sent_again_under_a_new_reference(dead, deliver, providers):
    zalo, _sms = providers()
    again = services.resend(dead.pk, at=MONDAY)
    deliver()
    dead.refresh_from_db()
    again.refresh_from_db()
    assert (dead.state, dead.resent_as, again.state) == (State.FAILED, again, State.ACCEPTED)
    assert (again.facts, again.topic, again.phone, again.event) == (dead.facts, dead.topic, dead.phone, dead.event)
    assert [call.reference for call in zalo.calls] == [str(again.pk)]


def test_a_dead_letter_is_sent_again_once(dead):
    services.resend(dead.pk, at=MONDAY)
    with pytest.raises(services.NotResendable):
        services.resend(dead.pk, at=MONDAY)
    assert Message.objects.count() == 2


def test_what_is_alive_is_not_sent_again(owe):
    with pytest.raises(services.NotResendable):
        services.resend(owe().pk, at=MONDAY)


def test_a_code_is_not_sent_again(owe_code, deliver, providers):
    providers(sms=lambda _: REFUSED)
    code = owe_code()
    deliver()
    with pytest.raises(services.NotResendable):
        services.resend(code.pk, at=MONDAY)


def test_a_held_message_waits_until_it_is_released(owe, deliver, providers):
    zalo, _sms = providers()
    message = owe()
    assert services.hold([message.pk]) == 1
    deliver()
    assert zalo.calls == []
    assert services.release([message.pk], at=MONDAY) == 1
    deliver()
    assert len(zalo.calls) == 1


def test_a_cancelled_message_is_never_sent(owe, deliver, providers):
    zalo, _sms = providers()
    message = owe()
    assert services.cancel([message.pk]) == 1
    assert services.release([message.pk], at=MONDAY) == 0
    deliver()
    assert zalo.calls == []


def test_the_shipped_texts_are_there_after_migrating_and_edits_survive():
    assert Template.objects.count() == len(defaults.TEXTS)
    Template.objects.filter(topic=Topic.RECEIVED).update(body="{code}")
    Template.objects.filter(topic=Topic.REFUSED).delete()
    call_command("load_default_templates", verbosity=0)
    assert Template.objects.count() == len(defaults.TEXTS)
    assert set(Template.objects.filter(topic=Topic.RECEIVED).values_list("body", flat=True)) == {"{code}"}


def test_a_province_chooses_a_preset_by_command():
    call_command("use_notice_preset", "dong_nai_nine", verbosity=0)
    off = set(NoticeRule.objects.filter(is_sent=False).values_list("topic", flat=True))
    assert off == {Topic.SUBMITTED, Topic.IN_PROCESS, Topic.SUPPLIED, Topic.SETTLED, Topic.RESUMED}
    call_command("use_notice_preset", "every_change", verbosity=0)
    assert not NoticeRule.objects.filter(is_sent=False).exists()


def test_an_unknown_preset_is_refused():
    with pytest.raises(CommandError):
        call_command("use_notice_preset", "nothing")


def test_the_past_is_delivered_at_its_own_time(owe):
    message = owe(at=MONDAY)
    assert services.deliver_past(until=MONDAY.replace(hour=12)) == 1
    message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert message.accepted_at < message.delivered_at < message.read_at < MONDAY.replace(hour=11)


def test_the_past_never_reaches_real_phones(owe, settings):
    owe()
    settings.SMS_PROVIDER = "kannel"
    with pytest.raises(services.NotSimulated):
        services.deliver_past(until=MONDAY)

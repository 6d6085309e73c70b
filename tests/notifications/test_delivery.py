"""From the row to the provider: the way a message takes, and what becomes of it when the provider says no."""

from datetime import timedelta

import pytest

from core import outbound
from notifications import services
from notifications.channels.base import Accepted, Next, SendError, Verdict
from notifications.enums import Fault, Kind, Outcome, State, Topic
from notifications.models import ChannelPause, Message, Reachability, Template
from notifications.services import delivery, outcomes, verdicts
from tests.factories import MONDAY
from tests.notifications.channels_for_tests import takes_all
from tests.notifications.conftest import PHONE

pytestmark = pytest.mark.django_db

NO_ACCOUNT = SendError("-118", Verdict(Next.FALL, Fault.PERMANENT, learns=True))
BUSY = SendError("http_503", Verdict(Next.RETRY, Fault.TEMPORARY))
NO_MONEY = SendError("-115", Verdict(Next.FALL, Fault.TECHNICAL, pauses=True, alerts=True))
REFUSED = SendError("107", Verdict(Next.DEAD, Fault.PERMANENT))
MORNING = MONDAY + timedelta(hours=20)
AT_NIGHT = SendError("-133", Verdict(Next.WAIT, Fault.TEMPORARY), until=MORNING)


def test_a_message_goes_by_zalo_with_our_id_as_its_reference(owe, deliver, providers):
    zalo, sms = providers()
    message = owe()
    assert deliver() == {"accepted": 1}
    message.refresh_from_db()
    assert (message.state, message.channel, message.accepted_at) == (State.ACCEPTED, Kind.ZNS, MONDAY)
    assert message.body == (
        "Hồ sơ H19.26-261123-0001 đã được tiếp nhận. Hẹn trả kết quả: 25/11/2026, tại UBND phường Trấn Biên."
    )
    (call,) = zalo.calls
    assert (call.reference, call.phone, call.body) == (str(message.pk), PHONE, message.body)
    assert message.provider_ref == f"ref-{call.reference[:8]}"
    assert sms.calls == []
    assert list(message.tried.values_list("number", "channel", "outcome")) == [(1, Kind.ZNS, Outcome.ACCEPTED)]


def test_a_phone_without_zalo_gets_the_same_message_by_sms_at_once_and_sms_from_then_on(owe, deliver, providers):
    zalo, sms = providers(zns=lambda _: NO_ACCOUNT)
    first = owe()
    assert deliver() == {"fall": 1, "accepted": 1}
    first.refresh_from_db()
    assert (first.state, first.channel, first.fault, first.code) == (State.ACCEPTED, Kind.SMS, "", "")
    assert [call.reference for call in zalo.calls + sms.calls] == [str(first.pk)] * 2
    assert first.body.startswith("Ho so H19.26-261123-0001 da tiep nhan.")
    owe()
    deliver()
    assert [len(zalo.calls), len(sms.calls)] == [1, 2]


def test_a_phone_out_of_reach_is_tried_again_after_the_set_days(owe, deliver, providers, settings):
    settings.UNREACHABLE_DAYS = 30
    zalo, _sms = providers(zns=lambda _: NO_ACCOUNT)
    owe()
    deliver()
    assert Reachability.objects.get().unreachable_until == MONDAY + timedelta(days=30)
    owe(at=MONDAY + timedelta(days=31))
    deliver(MONDAY + timedelta(days=31))
    assert len(zalo.calls) == 2
    assert Reachability.objects.get().learned_at == MONDAY + timedelta(days=31)


def test_a_channel_without_money_is_left_alone_for_a_while(owe, deliver, providers, settings):
    settings.CHANNEL_PAUSE_MINUTES = 15
    zalo, sms = providers(zns=lambda _: NO_MONEY)
    owe()
    deliver()
    owe(phone="84907654321")
    deliver(MONDAY + timedelta(minutes=14))
    assert [len(zalo.calls), len(sms.calls)] == [1, 2]
    owe(phone="84907654321")
    deliver(MONDAY + timedelta(minutes=16))
    assert len(zalo.calls) == 2
    assert ChannelPause.objects.get().since == MONDAY


def test_at_night_zalo_waits_for_the_morning(owe, deliver, providers):
    answers = iter([AT_NIGHT, Accepted("x")])
    _zalo, sms = providers(zns=lambda _: next(answers))
    message = owe()
    assert deliver() == {"wait": 1}
    message.refresh_from_db()
    assert (message.state, message.next_attempt_at, message.tries) == (State.QUEUED, MORNING, 0)
    assert deliver(MORNING) == {"accepted": 1}
    assert sms.calls == []


def test_a_busy_provider_is_tried_again_at_growing_distances_then_the_next_channel(owe, deliver, providers, settings):
    settings.ZNS_TRIES = 3
    zalo, sms = providers(zns=lambda _: BUSY)
    message, at, waits = owe(), MONDAY, []
    for _ in range(2):
        assert deliver(at) == {"retry": 1}
        message.refresh_from_db()
        waits.append((message.next_attempt_at - at).total_seconds())
        at = message.next_attempt_at
    assert waits == [1, 30]
    assert deliver(at) == {"fall": 1, "accepted": 1}
    assert [len(zalo.calls), len(sms.calls)] == [3, 1]
    assert len({call.reference for call in zalo.calls + sms.calls}) == 1


def test_on_the_last_channel_tries_end_in_a_dead_letter(owe, deliver, providers, settings):
    settings.SMS_TRIES = 4
    _zalo, sms = providers(zns=lambda _: NO_ACCOUNT, sms=lambda _: BUSY)
    message, at = owe(), MONDAY
    deliver(at)
    while message.state == State.QUEUED:
        at = Message.objects.get().next_attempt_at
        deliver(at)
        message.refresh_from_db()
    assert (message.state, message.fault, message.code) == (State.FAILED, Fault.TEMPORARY, "http_503")
    assert len(sms.calls) == 4
    assert list(message.tried.values_list("number", "outcome")) == [
        (1, "fall"),
        (2, "retry"),
        (3, "retry"),
        (4, "retry"),
        (5, "dead"),
    ]


def test_waits_double_up_to_an_hour_and_give_a_message_some_hours(settings):
    waits = [verdicts.backoff(tries).total_seconds() for tries in range(1, settings.SMS_TRIES)]
    assert waits[:6] == [1, 30, 60, 120, 240, 480]
    assert max(waits) == 3600
    assert 3 * 3600 < sum(waits) < 5 * 3600


def test_a_refusal_for_good_is_a_dead_letter_at_once(owe, deliver, providers):
    providers(zns=lambda _: NO_ACCOUNT, sms=lambda _: REFUSED)
    message = owe()
    deliver()
    message.refresh_from_db()
    assert (message.state, message.fault, message.code) == (State.FAILED, Fault.PERMANENT, "107")


@pytest.mark.parametrize(
    "error", [outbound.NotSent("no_connection"), outbound.NoAnswer("not_json"), KeyError("bug in the channel")]
)
def test_whatever_a_channel_raises_the_message_is_tried_again_and_the_others_go_on(owe, deliver, providers, error):
    first = owe()
    providers(zns=lambda outgoing: error if outgoing.reference == str(first.pk) else takes_all(outgoing))
    owe()
    assert deliver() == {"retry": 1, "accepted": 1}


def test_a_text_that_lacks_a_fact_is_dead_and_loud_and_blocks_nobody(owe, deliver, providers):
    providers()
    broken = owe(Topic.APOLOGY, due_new="")
    owe()
    assert deliver() == {"dead": 1, "accepted": 1}
    broken.refresh_from_db()
    assert (broken.state, broken.fault, broken.code) == (State.FAILED, Fault.TECHNICAL, "missing_due_new")


def test_facts_that_make_no_sense_are_dead_and_block_nobody(owe, deliver, providers):
    providers()
    owe(due="soon")
    owe()
    assert deliver() == {"dead": 1, "accepted": 1}


def test_without_a_zalo_text_the_sms_is_used_and_without_any_the_message_is_dead(owe, deliver, providers):
    zalo, sms = providers()
    Template.objects.filter(topic=Topic.RECEIVED, channel=Kind.ZNS).update(is_active=False)
    owe()
    deliver()
    assert [len(zalo.calls), len(sms.calls)] == [0, 1]
    Template.objects.filter(topic=Topic.RECEIVED).update(is_active=False)
    message = owe()
    deliver()
    message.refresh_from_db()
    assert (message.state, message.code) == (State.FAILED, "no_template")


def test_the_reader_chooses_the_language(owe, deliver, providers):
    zalo, _sms = providers()
    owe(language="en")
    deliver()
    assert zalo.calls[0].body.startswith("Dossier H19.26-261123-0001 has been received.")


def test_an_edited_text_is_used_from_the_next_message_on(owe, deliver, providers):
    zalo, _sms = providers()
    Template.objects.filter(topic=Topic.RECEIVED, channel=Kind.ZNS, language="vi").update(body="Đã nhận {code}.")
    owe()
    deliver()
    assert zalo.calls[0].body == "Đã nhận H19.26-261123-0001."


# One-time codes


def test_a_code_goes_by_sms_and_is_forgotten_once_it_is_sent(owe_code, deliver, providers, settings):
    settings.DEMO = False
    _zalo, sms = providers()
    code = owe_code()
    deliver()
    code.refresh_from_db()
    assert "428913" in sms.calls[0].body
    assert (code.state, code.facts, code.body) == (State.ACCEPTED, {}, "")


@pytest.mark.parametrize("error", [BUSY, outbound.NoAnswer("timeout"), outbound.NotSent("no_connection"), AT_NIGHT])
def test_a_code_is_sent_at_most_once(owe_code, deliver, providers, error):
    _zalo, sms = providers(sms=lambda _: error)
    code = owe_code()
    deliver()
    for hours in range(1, 5):
        services.reclaim(at=MONDAY + timedelta(hours=hours))
        deliver(MONDAY + timedelta(hours=hours))
    code.refresh_from_db()
    assert len(sms.calls) == 1
    assert (code.state, code.facts, code.body) == (State.FAILED, {}, "")


def test_an_expired_code_is_not_sent_and_forgotten(owe_code, deliver, providers):
    _zalo, sms = providers()
    code = owe_code(minutes=5)
    services.expire(at=MONDAY + timedelta(minutes=5))
    deliver(MONDAY + timedelta(minutes=5))
    code.refresh_from_db()
    assert sms.calls == []
    assert (code.state, code.facts) == (State.EXPIRED, {})


def test_a_code_that_expired_before_the_sweep_is_not_sent_either(owe_code, deliver, providers):
    _zalo, sms = providers()
    code = owe_code(minutes=5)
    assert deliver(MONDAY + timedelta(minutes=6)) == {"expired": 1}
    code.refresh_from_db()
    assert sms.calls == []
    assert (code.state, code.facts) == (State.EXPIRED, {})


def test_the_demos_handset_sees_a_code_until_it_expires(owe_code, deliver, providers, settings):
    settings.DEMO = True
    providers()
    code = owe_code(minutes=5)
    deliver()
    code.refresh_from_db()
    assert "428913" in code.body
    assert services.expire(at=MONDAY + timedelta(minutes=5)) == 1
    code.refresh_from_db()
    assert (code.state, code.body) == (State.ACCEPTED, "")
    assert services.expire(at=MONDAY + timedelta(minutes=6)) == 0


# Crashes


def test_a_worker_that_dies_between_the_call_and_the_mark_costs_one_more_call_with_the_same_reference(
    owe, deliver, providers, monkeypatch
):
    zalo, _sms = providers()
    message = owe()

    def die(finished: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outcomes, "write", die)
        with pytest.raises(SystemExit):
            deliver()
    later = MONDAY + timedelta(seconds=121)
    assert deliver(MONDAY + timedelta(seconds=60)) == {}
    services.reclaim(at=later)
    assert deliver(later) == {"accepted": 1}
    assert zalo.references == {str(message.pk): 2}
    message.refresh_from_db()
    assert list(message.tried.values_list("number", "outcome")) == [(1, "lost"), (2, "accepted")]


def test_a_slow_worker_whose_lease_lapsed_still_counts_unless_somebody_took_over(owe, providers):
    providers()
    slow, taken = owe(), owe()
    claimed = services.claim(at=MONDAY, limit=2)
    later = MONDAY + timedelta(seconds=121)
    services.reclaim(at=later)
    Message.objects.filter(pk=slow.pk).update(next_attempt_at=later + timedelta(hours=1))
    (again,) = services.claim(at=later, limit=2)
    assert again == taken
    ends = [
        verdicts.Finished(message, Outcome.ACCEPTED, later, MONDAY, provider_ref="late", body="x")
        for message in claimed
    ]
    outcomes.write(ends)
    slow.refresh_from_db()
    taken.refresh_from_db()
    assert (slow.state, slow.provider_ref) == (State.ACCEPTED, "late")
    assert (taken.state, taken.provider_ref) == (State.SENDING, "")


def test_no_call_is_begun_that_could_outlive_its_lease(owe, providers, settings):
    settings.DELIVERY_LEASE_SECONDS = 5
    zalo, _sms = providers()
    owe()
    count = delivery.Run(clock=lambda: MONDAY, seconds=1, threads=1).work()
    assert count == {"lost": 1}
    assert zalo.calls == []
    assert Message.objects.get().state == State.QUEUED


def test_a_run_that_is_told_to_stop_writes_down_what_it_handed_over(owe, providers, monkeypatch):
    zalo, _sms = providers()
    for _ in range(3):
        owe()
    run = delivery.Run(clock=lambda: MONDAY, seconds=20, threads=2)
    fill, calls = run._fill, iter([False, True])

    def stop_at_the_second(pool: object) -> None:
        if next(calls):
            raise KeyboardInterrupt
        fill(pool)

    monkeypatch.setattr(run, "_fill", stop_at_the_second)
    monkeypatch.setattr(run, "_gather", lambda gather=run._gather: gather())
    with pytest.raises(KeyboardInterrupt):
        run.work()
    sent = Message.objects.filter(state=State.ACCEPTED).count()
    assert sent == len(zalo.calls)
    assert Message.objects.filter(state=State.SENDING).count() == 0

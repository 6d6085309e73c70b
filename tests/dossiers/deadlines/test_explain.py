from datetime import date, time

import pytest
from django.utils import translation

from procedures.enums import TimeUnit
from tests.ledgers import OFFICE, SUPPLEMENT, Ledger, closing, local, started


def story(ledger: Ledger, at: str = "2026-12-01 10:00") -> list[str]:
    return [line.kind for line in ledger.explain(local(at))]


def test_the_answer_names_reception_limit_days_off_and_due_moment_in_order():
    ledger = started("2026-11-20 17:30", 3)
    with translation.override("en"):
        assert [line.text for line in ledger.explain(local("2026-11-23 10:00"))] == [
            "Received on Friday 20/11/2026, 17:30.",
            "That was outside office hours, so the time counts from Monday 23/11/2026, 07:00.",
            "Time limit in working days: 3.",
            "Days of the weekend, not counted: 21/11, 22/11.",
            "Not counted: Tuesday 24/11/2026 (Ngày Văn hóa Việt Nam).",
            "Due: Thursday 26/11/2026, 17:00.",
        ]


def test_the_answer_tells_pause_extension_and_end_with_their_grounds():
    ledger = started("2026-11-25 10:00", 3)
    ledger.pause(local("2026-11-26 10:00"))
    ledger.resume(local("2026-12-01 15:00"))
    ledger.extend(local("2026-12-02 10:00"), local("2026-12-10 17:00"))
    ledger.stop(local("2026-12-09 10:00"))
    lines = ledger.explain(local("2026-12-10 10:00"))
    assert [line.kind for line in lines] == [
        "received", "limit", "paused", "resumed", "extended", "ended", "due",
    ]  # fmt: skip
    with translation.override("en"):
        texts = {line.kind: line.text for line in lines}
    assert texts["paused"] == f"The clock stood still from Thursday 26/11/2026, 10:00: {SUPPLEMENT}."
    assert texts["resumed"] == (
        "The clock runs again since Tuesday 01/12/2026, 15:00, after 3 working days and 3 working hours."
    )
    assert texts["extended"] == "The date was moved to Thursday 10/12/2026, 17:00: Văn bản 7/UBND."
    assert lines[-1].due_after == local("2026-12-10 17:00")


def test_the_answer_names_only_days_off_on_which_the_clock_would_have_run():
    ledger = started("2026-11-25 10:00", 3)
    ledger.pause(local("2026-11-26 10:00"))
    assert story(ledger) == ["received", "limit", "paused", "standing", "due"]
    ledger.resume(local("2026-12-03 10:00"))
    assert story(ledger) == ["received", "limit", "paused", "resumed", "weekend", "due"]


def test_the_answer_names_a_make_up_saturday():
    lines = started("2026-08-20 10:00", 2).explain(local("2026-08-21 10:00"))
    made_up = next(line for line in lines if line.kind == "made_up")
    assert made_up.params == {"on": date(2026, 8, 22), "why": "Làm bù cho ngày 31/08/2026"}


@pytest.mark.parametrize(("received", "kind"), [("2026-11-25 14:00", "same_day"), ("2026-11-25 16:00", "next_day")])
def test_the_answer_names_the_fifteen_hour_rule(received, kind):
    assert story(started(received, 1, same_day_until=time(15))) == ["received", "limit", kind, "due"]


def test_the_answer_for_calendar_days_names_only_the_days_off_at_the_end():
    ledger = started("2026-11-20 10:00", 8, TimeUnit.CALENDAR_DAY)
    assert story(ledger) == ["received", "limit", "weekend", "due"]
    ledger.pause(local("2026-11-23 10:00"))
    ledger.resume(local("2026-11-25 10:00"))
    assert story(ledger) == ["received", "limit", "paused", "resumed_elapsed", "due"]


def test_the_answer_without_a_limit_says_so():
    ledger = Ledger()
    ledger.start(local("2026-11-25 10:00"), None)
    assert story(ledger) == ["received", "no_limit"]


def test_the_answer_tells_of_an_undone_step_and_of_a_changed_calendar():
    ledger = started("2026-11-25 10:00")
    ledger.undo(local("2026-11-26 10:05"), ledger.pause(local("2026-11-26 10:00")))
    ledger.working = closing(OFFICE, date(2026, 12, 1))
    ledger.add(ledger.recalculate(local("2026-11-27 10:00")))
    assert story(ledger) == ["received", "limit", "undone", "calendar", "weekend", "day_off", "due"]


def test_the_answer_for_an_ended_dossier_keeps_the_days_off_of_its_time():
    ledger = started("2026-11-23 10:00", 1)
    ledger.stop(local("2026-11-25 09:00"))
    ledger.working = closing(OFFICE, date(2026, 11, 25))
    lines = ledger.explain(local("2027-01-04 10:00"))
    assert [line.kind for line in lines] == ["received", "limit", "day_off", "ended", "due"]
    assert lines[-1].due_after == local("2026-11-25 10:00")


def test_the_answer_promises_no_later_date_to_who_was_late_before_the_pause():
    ledger = started("2026-11-25 10:00", 1)
    ledger.pause(local("2026-11-27 10:00"))
    assert story(ledger) == ["received", "limit", "paused", "due"]


def test_the_answer_after_a_withdrawal_from_a_pause_awaits_nothing_more():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-26 09:00"))
    ledger.stop(local("2026-11-27 09:00"))
    assert story(ledger) == ["received", "limit", "paused", "ended", "due"]


def test_a_ground_that_ends_like_a_sentence_does_not_end_twice():
    ledger = started("2026-11-25 10:00", 1)
    ledger.pause(local("2026-11-26 09:00"), ground="Chờ nộp phí.")
    paused = next(line for line in ledger.explain(local("2026-11-26 10:00")) if line.kind == "paused")
    assert paused.text.endswith("Chờ nộp phí.")
    assert not paused.text.endswith("..")


def test_the_answer_for_calendar_days_passes_over_a_make_up_saturday():
    assert story(started("2026-08-20 10:00", 4, TimeUnit.CALENDAR_DAY)) == ["received", "limit", "due"]

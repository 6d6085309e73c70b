"""The judge of the chaos run is worth something only if it finds a planted breach."""

import hashlib
import itertools
from dataclasses import replace
from random import Random

import pytest

from tests.chaos import faultd, killer, verify
from tests.chaos.evidence import Event, Evidence, Owed, Sheet
from tests.chaos.killer import Killing

SUBMITTED, RECEIVED, IN_PROCESS = 1, 2, 4
CITIZEN, OFFICER = 5, 7
SUBMIT = Event(1, "H1", 1, "submit", 0, SUBMITTED, CITIZEN, 10.0, "84901234567", is_owed=True)
RECEIVE = Event(2, "H1", 2, "receive", SUBMITTED, RECEIVED, OFFICER, 11.0, "84901234567", is_owed=True)
DIGEST = hashlib.sha256(b"paper").hexdigest()


def line(what, **facts):
    return {"what": what, "code": "H1", "kind": "receive", "role": "receiver", "version": 1, **facts}


def sent(key, *, provider="zalo", taken=True, before=0):
    return {"at": 12.0, "provider": provider, "key": key, "answer": "ok", "taken": taken, "before": before}


def sound() -> Evidence:
    """Return what a run leaves in which nothing went wrong."""
    return Evidence(
        officer_ids={"receiver": OFFICER},
        diary=[line("intent"), line("ack"), {"what": "paper_ack", "draft": "d", "number": 0}],
        ledger=[sent("a"), sent("b")],
        events=[SUBMIT, RECEIVE],
        versions={"H1": 2},
        statuses={"H1": RECEIVED},
        outbox=[
            Owed("a", 1, "84901234567", "accepted", 10.0),
            Owed("b", 2, "84901234567", "accepted", 11.0),
        ],
        papers=[Sheet("d", "giay-0.pdf", DIGEST, DIGEST)],
        blobs={DIGEST: DIGEST},
    )


def test_a_sound_end_breaks_nothing():
    assert {name: check(sound()) for name, check in verify.ON_EVIDENCE.items()} == {
        name: [] for name in verify.ON_EVIDENCE
    }


def without_the_change(end):
    end.events, end.versions, end.statuses = [SUBMIT], {"H1": 1}, {"H1": SUBMITTED}


def with_another_officers_change(end):
    end.events[1] = replace(RECEIVE, actor=OFFICER + 1)


def with_a_change_nobody_meant(end):
    end.diary = []


def without_a_row(end):
    end.outbox.pop()


def with_two_rows(end):
    end.outbox.append(replace(end.outbox[1], key="c"))


def without_a_send(end):
    end.ledger.pop()


def with_a_refused_send(end):
    end.ledger[1] = sent("b", taken=False)


def with_an_invented_send(end):
    end.ledger.append(sent("z"))


def with_three_sends(end):
    end.outbox[0] = replace(end.outbox[0], lost_tries=2)
    end.ledger += [sent("a", before=1), sent("a", before=2)]


def with_two_sends_for_no_reason(end):
    end.ledger.append(sent("a", before=1))


def with_a_gap(end):
    end.events[1], end.versions["H1"] = replace(RECEIVE, seq=3), 3


def with_an_illegal_edge(end):
    end.events[1], end.statuses["H1"] = replace(RECEIVE, target=IN_PROCESS), IN_PROCESS


def with_time_running_back(end):
    end.events[1] = replace(RECEIVE, at=9.0)


def with_another_status(end):
    end.statuses["H1"] = IN_PROCESS


def with_a_change_without_event(end):
    end.versions["H1"] = 3


def with_a_message_on_its_way(end):
    end.outbox[1] = replace(end.outbox[1], state="sending")


def with_cut_bytes(end):
    end.papers[0] = replace(end.papers[0], kept="other")


def with_orphaned_bytes(end):
    end.blobs["f" * 64] = "f" * 64


def without_an_acknowledged_paper(end):
    end.papers, end.blobs = [], {}


@pytest.mark.parametrize(
    ("spoil", "invariant"),
    [
        (without_the_change, "I1"),
        (with_another_officers_change, "I1"),
        (with_a_change_nobody_meant, "I1"),
        (without_a_row, "I2"),
        (with_two_rows, "I2"),
        (without_a_send, "I3"),
        (with_a_refused_send, "I3"),
        (with_an_invented_send, "I3"),
        (with_three_sends, "I4"),
        (with_two_sends_for_no_reason, "I4"),
        (with_a_gap, "I5"),
        (with_an_illegal_edge, "I5"),
        (with_time_running_back, "I5"),
        (with_another_status, "I5"),
        (with_a_change_without_event, "I6"),
        (with_a_message_on_its_way, "I7"),
        (with_cut_bytes, "I8"),
        (with_orphaned_bytes, "I8"),
        (without_an_acknowledged_paper, "I8"),
    ],
)
def test_a_planted_breach_is_found(spoil, invariant):
    end = sound()
    spoil(end)
    broken = [name for name, check in verify.ON_EVIDENCE.items() if check(end)]
    assert any(name.startswith(invariant) for name in broken), broken


def test_a_withdrawn_message_need_not_be_sent():
    end = sound()
    end.outbox[1] = replace(end.outbox[1], state="cancelled")
    end.ledger.pop()
    assert verify.nothing_lost_or_invented(end) == []


def test_a_second_send_after_a_cut_off_try_is_within_the_promise():
    end = sound()
    end.outbox[0] = replace(end.outbox[0], lost_tries=1)
    end.ledger.append(sent("a", before=1))
    assert verify.at_most_twice(end) == []


def test_a_repeat_that_the_provider_recognises_reaches_nobody_twice():
    end = sound()
    end.ledger += [sent("b", provider="esms", before=1)]
    end.ledger[1] = sent("b", provider="esms")
    assert verify.sends(end)["b"] == 1


def test_a_part_that_is_late_or_stays_away_is_found_and_one_killed_again_is_not():
    late, away = Killing("web", 0, 0, recovered=killer.BUDGETS["web"] + 1), Killing("beat", 0, 0)
    again = Killing("web", 0, 0, overtaken=True)
    assert len(verify.recovered_in_time([late, away, again, Killing("web", 0, 0, recovered=1.0)])) == 2


def test_every_part_dies_equally_often_and_never_twice_in_a_row():
    for seed in range(50):
        victims = [victim for victim, _pause in killer.plan(Random(seed), times=5)]
        assert all(victims.count(victim) == 5 for victim in killer.VICTIMS)
        assert all(one != next_one for one, next_one in itertools.pairwise(victims))


def test_faults_follow_the_seed_and_spare_second_tries():
    drawn = [faultd.fault_of(str(key), 1, seed=3, faults=faultd.ZALO_FAULTS) for key in range(300)]
    assert drawn == [faultd.fault_of(str(key), 1, seed=3, faults=faultd.ZALO_FAULTS) for key in range(300)]
    assert set(drawn) == {"", *faultd.ZALO_FAULTS}
    assert faultd.fault_of("1", 2, seed=3, faults={"error": 100}) == ""

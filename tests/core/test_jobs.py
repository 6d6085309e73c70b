import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from core import jobs
from core.models import JobSlot

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.django_db
def test_a_second_beat_in_the_same_slot_does_nothing(monday_morning):
    with jobs.run_once("scan", every=HOUR, at=monday_morning) as first:
        assert first
    with jobs.run_once("scan", every=HOUR, at=monday_morning + timedelta(minutes=59)) as second:
        assert not second


@pytest.mark.django_db
def test_a_second_beat_does_nothing_while_the_first_one_works(monday_morning):
    with (
        jobs.run_once("scan", every=HOUR, at=monday_morning),
        jobs.run_once("scan", every=HOUR, at=monday_morning + timedelta(minutes=1)) as second,
    ):
        assert not second


@pytest.mark.django_db
def test_the_next_slot_and_another_job_run(monday_morning):
    with jobs.run_once("scan", every=HOUR, at=monday_morning):
        pass
    with jobs.run_once("scan", every=HOUR, at=monday_morning + HOUR) as next_slot:
        assert next_slot
    with jobs.run_once("other", every=HOUR, at=monday_morning) as other:
        assert other


@pytest.mark.django_db
def test_a_failed_run_frees_its_slot_at_once(monday_morning):
    with pytest.raises(ZeroDivisionError), jobs.run_once("scan", every=HOUR, at=monday_morning):
        raise ZeroDivisionError
    with jobs.run_once("scan", every=HOUR, at=monday_morning + timedelta(minutes=1)) as again:
        assert again


@pytest.mark.django_db
def test_a_slot_whose_holder_vanished_is_free_after_the_lease(monday_morning):
    JobSlot.objects.create(
        job="scan", slot_at=jobs.slot_of(monday_morning, every=HOUR), started_at=monday_morning, finished_at=None
    )
    with jobs.run_once("scan", every=HOUR, at=monday_morning + jobs.LEASE - timedelta(seconds=1)) as too_early:
        assert not too_early
    with jobs.run_once("scan", every=HOUR, at=monday_morning + jobs.LEASE) as taken_over:
        assert taken_over
    with jobs.run_once("scan", every=HOUR, at=monday_morning + jobs.LEASE + timedelta(seconds=1)) as third:
        assert not third


@pytest.mark.django_db
def test_a_holder_that_was_taken_for_dead_does_not_finish_the_slot_of_its_successor(monday_morning):
    late = monday_morning + jobs.LEASE
    with jobs.run_once("scan", every=HOUR, at=monday_morning):
        JobSlot.objects.update(started_at=late)
    slot = JobSlot.objects.get()
    assert slot.started_at == late
    assert slot.finished_at is None


def test_a_daily_slot_begins_at_local_midnight(monday_morning):
    last_second_of_sunday = datetime(2025, 7, 13, 16, 59, 59, tzinfo=UTC)
    assert jobs.slot_of(monday_morning, every=DAY) == datetime(2025, 7, 13, 17, 0, tzinfo=UTC)
    assert jobs.slot_of(last_second_of_sunday, every=DAY) == datetime(2025, 7, 12, 17, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_old_slots_are_forgotten_and_young_ones_kept(monday_morning):
    with jobs.run_once("scan", every=HOUR, at=monday_morning - DAY):
        pass
    with jobs.run_once("scan", every=HOUR, at=monday_morning):
        pass
    assert jobs.forget(before=monday_morning - HOUR) == 1
    assert JobSlot.objects.get().slot_at == jobs.slot_of(monday_morning, every=HOUR)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_beats_at_once_exactly_one_works(monday_morning):
    ready, winners = threading.Barrier(6), []

    def beat() -> None:
        ready.wait(timeout=10)
        with jobs.run_once("scan", every=HOUR, at=monday_morning) as is_mine:
            winners.append(is_mine)
        connection.close()

    threads = [threading.Thread(target=beat) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(winners) == [False] * 5 + [True]

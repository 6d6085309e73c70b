import pytest

from dossiers import deadlines
from dossiers.models import Dossier
from tests.ledgers import OFFICE, local, started


@pytest.mark.parametrize(
    ("at", "minutes", "days", "tone"),
    [
        ("2026-11-25 10:00", 5 * 480, 5, "ok"),
        ("2026-11-30 09:59", 2 * 480 + 1, 2, "ok"),
        ("2026-11-30 10:00", 2 * 480, 2, "amber"),
        ("2026-12-01 09:59", 481, 1, "amber"),
        ("2026-12-01 09:59:59", 480, 1, "amber"),
        ("2026-12-01 10:00", 480, 1, "red"),
        ("2026-12-02 10:00", 0, 0, "red"),
        ("2026-12-02 10:01", -1, 0, "late"),
        ("2026-12-04 09:00", -900, 1, "late"),
    ],
)
def test_the_queue_shows_amber_then_red_then_late(at, minutes, days, tone):
    left = started("2026-11-25 10:00").remaining(local(at))
    assert left == deadlines.Remaining(minutes, days, is_late=tone == "late", tone=tone)


def test_late_is_late_before_the_first_working_minute_has_passed():
    """Due when the office closes: in the evening no working time has gone by, and the dossier is late all the same."""
    ledger = started("2026-11-25 10:00")
    ledger.extend(local("2026-11-26 10:00"), local("2026-12-02 17:00"))
    assert ledger.remaining(local("2026-12-02 20:00")) == deadlines.Remaining(-1, 0, is_late=True, tone="late")


def test_the_hours_of_the_warning_are_a_setting(settings):
    settings.WARNING_WORKING_HOURS = 4
    assert started("2026-11-25 10:00").remaining(local("2026-12-01 10:00")).tone == "amber"


def test_a_dossier_without_due_moment_has_no_tone():
    assert deadlines.remaining(Dossier(), at=local("2026-11-25 10:00"), working=OFFICE).tone == "none"


def test_a_halted_dossier_is_measured_at_the_pause():
    ledger = started("2026-11-25 10:00")
    ledger.pause(local("2026-11-26 10:00"))
    left = ledger.remaining(local("2027-03-01 10:00"))
    assert left == deadlines.Remaining(4 * 480, 4, is_late=False, tone="paused")


@pytest.mark.parametrize(("finished", "tone"), [("2026-12-02 10:00", "ok"), ("2026-12-02 10:01", "late")])
def test_a_finished_dossier_is_measured_at_its_end_and_early_counts_as_on_time(finished, tone):
    ledger = started("2026-11-25 10:00")
    ledger.stop(local(finished))
    left = ledger.remaining(local("2027-03-01 10:00"))
    assert (left.tone, left.is_late) == (tone, tone == "late")

"""Numbers, dates and telephone numbers in templates."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from core.templatetags import vietnamese

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_money_has_points_and_a_space_that_does_not_break():
    assert vietnamese.vnd(1_250_000) == "1.250.000\u00a0đ"
    assert vietnamese.vnd(0) == "0\u00a0đ"
    assert vietnamese.vnd(None) == ""


def test_moment_is_told_in_the_time_of_the_province():
    assert vietnamese.vn_datetime(MOMENT) == "thứ Hai 23/11/2026, 16:30"
    assert vietnamese.vn_datetime(None) == ""


def test_day_after_midnight_of_the_province_is_the_new_day():
    assert vietnamese.vn_date(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == "thứ Hai 23/11/2026"
    assert vietnamese.vn_date(date(2026, 11, 22)) == "Chủ nhật 22/11/2026"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (961, "2 working days left"),
        (480, "1 working day left"),
        (479, "7 working hours left"),
        (60, "1 working hour left"),
        (59, "less than one working hour left"),
        (-1, "less than one hour late"),
        (-120, "2 working hours late"),
        (-480, "1 working day late"),
    ],
)
def test_working_time_left_is_rounded_down_to_what_is_sure(minutes, words):
    with translation.override("en"):
        assert vietnamese.working_time_left(minutes) == words


def test_english_pages_have_english_variants():
    with translation.override("en"):
        assert vietnamese.vnd(1_250_000) == "VND\u00a01,250,000"
        assert vietnamese.vn_datetime(MOMENT) == "Monday 23/11/2026, 16:30"


def test_phone_is_grouped_or_hidden():
    assert vietnamese.phone("84901234567") == "0901 234 567"
    assert vietnamese.mask_phone("84901234567") == "••••••••567"
    assert vietnamese.phone(None) == vietnamese.mask_phone("") == ""

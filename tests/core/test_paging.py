"""Keyset pages over several sources: everything once, in order, and no cursor of somebody else's."""

import pytest

from core import paging
from core.models import JobSlot
from tests.factories import local

pytestmark = pytest.mark.django_db
OLDEST, NEWEST = paging.Order("finished_at"), paging.Order("finished_at", is_descending=True)


def slots(*days: int | None, job: str = "a") -> None:
    for number, day in enumerate(days):
        done = local(f"2026-11-{day:02} 10:00") if day else None
        begun = local(f"2026-10-{number + 1:02} 10:00")
        JobSlot.objects.create(job=job, slot_at=begun, started_at=begun, finished_at=done)


def walk(sources, order, size=2):
    """Return what the pages hold, one list for each."""
    pages, after = [], None
    while True:
        page = paging.page(sources, order=order, size=size, after=after)
        pages.append([(row.job, row.finished_at and row.finished_at.day) for row in page.rows])
        if page.next is None:
            return pages
        after = paging.Position.opened(page.next.sealed("s"), "s")


def test_rows_of_two_sources_stand_in_one_order_and_those_without_a_moment_come_last():
    slots(3, 1, None, 2, None, job="a")
    slots(2, 4, None, job="b")
    sources = [JobSlot.objects.filter(job="a"), JobSlot.objects.filter(job="b")]
    pages = walk(sources, OLDEST)
    assert pages == [
        [("a", 1), ("a", 2)],
        [("b", 2), ("a", 3)],
        [("b", 4), ("a", None)],
        [("a", None), ("b", None)],
    ]


def test_the_newest_come_first_when_the_order_says_so():
    slots(3, 1, None, 2)
    assert walk([JobSlot.objects.all()], NEWEST) == [[("a", 3), ("a", 2)], [("a", 1), ("a", None)]]


def test_without_a_column_the_ids_alone_decide():
    slots(3, 1, None, 2)
    assert walk([JobSlot.objects.all()], paging.Order(is_descending=True)) == [
        [("a", 2), ("a", None)],
        [("a", 1), ("a", 3)],
    ]


def test_rows_of_the_same_moment_are_told_apart_by_id():
    slots(5, 5, 5, 5, 5)
    pages = walk([JobSlot.objects.all()], OLDEST)
    assert [len(page) for page in pages] == [2, 2, 1]


def test_a_row_that_two_sources_give_is_shown_once():
    slots(3, 1, None, 2)
    assert walk([JobSlot.objects.all(), JobSlot.objects.all()], OLDEST) == [
        [("a", 1), ("a", 2)],
        [("a", 3), ("a", None)],
    ]


@pytest.mark.parametrize("text", ["abc", "", "eyJhIjoxfQ:1abc:xyz", "../../etc/passwd"])
def test_a_cursor_that_was_not_given_out_is_refused(text):
    with pytest.raises(paging.BadCursor):
        paging.Position.opened(text, "s")


def test_a_cursor_of_another_list_is_refused():
    sealed = paging.Position(local("2026-11-23 10:00"), 7).sealed("queue.a")
    with pytest.raises(paging.BadCursor):
        paging.Position.opened(sealed, "queue.b")


def test_counting_stops_at_the_cap():
    slots(1, 2, 3)
    slots(4, 5, job="b")
    sources = [JobSlot.objects.filter(job="a"), JobSlot.objects.filter(job="b")]
    assert paging.count(sources) == 5
    assert paging.count(sources, cap=4) == 4

"""Keyset pages over one sorted source or several: one limited query each, merged, and never an OFFSET."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from django.core import signing
from django.db.models import BooleanField, DateTimeField, F, Func, QuerySet, Value

COUNT_CAP = 1001
MAX_PAGE_SIZE = 100


class Keyed(Protocol):
    """A model, or a named row of values that the list shows; the order's column is among them."""

    @property
    def id(self) -> Any: ...


Row = TypeVar("Row", bound=Keyed)


class BadCursor(ValueError):
    """The cursor is not one that this list gave out."""


@dataclass(frozen=True)
class Order:
    """Sort by a moment and then by id; rows without the moment come last, by id. Without a column: by id alone."""

    column: str = ""
    is_descending: bool = False


@dataclass(frozen=True)
class Position:
    """The last row of a page; ``moment`` is None in the tail of rows that have none."""

    moment: datetime | None
    id: int

    def sealed(self, salt: str) -> str:
        """Return the position as an opaque signed text."""
        return signing.dumps([self.moment.isoformat() if self.moment else None, self.id], salt=salt)

    @classmethod
    def opened(cls, text: str, salt: str) -> Position:
        """Read a sealed position.

        :raises BadCursor: it was changed on the way, or belongs to another list.
        """
        try:
            moment, row_id = signing.loads(text, salt=salt)
        except signing.BadSignature as error:
            raise BadCursor from error
        return cls(datetime.fromisoformat(moment) if moment else None, row_id)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page, and where the next one begins."""

    rows: list[Row]
    next: Position | None


def page(sources: Sequence[QuerySet[Any, Row]], *, order: Order, size: int, after: Position | None = None) -> Page[Row]:
    """Return up to ``size`` rows of all sources together; a row that two sources give is shown once."""
    rows: list[Row] = []
    if order.column and (after is None or after.moment is not None):
        rows = _first(sources, size + 1, lambda source: _dated(source, order, after), _key(order), order)
    if len(rows) <= size:
        tail = after if after is not None and after.moment is None else None
        rows += _first(
            sources, size + 1 - len(rows), lambda source: _undated(source, order, tail), lambda row: row.id, order
        )
    shown = rows[:size]
    if len(rows) <= size:
        return Page(shown, None)
    last = shown[-1]
    return Page(shown, Position(getattr(last, order.column) if order.column else None, last.id))


def count(sources: Iterable[QuerySet[Any]], *, cap: int = COUNT_CAP) -> int:
    """Count the rows of all sources, but no further than the cap."""
    found = 0
    for source in sources:
        if found < cap:
            found += source.order_by()[: cap - found].count()
    return found


def _first(
    sources: Sequence[QuerySet[Any, Row]],
    limit: int,
    part: Callable[[QuerySet[Any, Row]], QuerySet[Any, Row]],
    key: Callable[[Row], Any],
    order: Order,
) -> list[Row]:
    lists = [part(source)[:limit] for source in sources]
    return list(islice(_once(heapq.merge(*lists, key=key, reverse=order.is_descending)), limit))


def _once(rows: Iterable[Row]) -> Iterable[Row]:
    """Leave out the second copy of a row: equal keys stand side by side after the merge."""
    last: int | None = None
    for row in rows:
        if row.id != last:
            yield row
        last = row.id


def _key(order: Order) -> Callable[[Row], tuple[datetime, int]]:
    return lambda row: (getattr(row, order.column), row.id)


def _dated(source: QuerySet[Any, Row], order: Order, after: Position | None) -> QuerySet[Any, Row]:
    rows = source.filter(**{f"{order.column}__isnull": False})
    if after is not None:
        rows = rows.filter(_beyond(order, after))
    sign = "-" if order.is_descending else ""
    return rows.order_by(f"{sign}{order.column}", f"{sign}id")


def _undated(source: QuerySet[Any, Row], order: Order, after: Position | None) -> QuerySet[Any, Row]:
    rows = source.filter(**{f"{order.column}__isnull": True}) if order.column else source
    if after is not None:
        rows = rows.filter(**{"id__lt" if order.is_descending else "id__gt": after.id})
    return rows.order_by("-id" if order.is_descending else "id")


class _Tuple(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()


class _Compared(Func):
    template = "%(expressions)s"
    output_field = BooleanField()


def _beyond(order: Order, after: Position) -> _Compared:
    """Compare both columns at once, as both databases can, so that the index leads straight to the row."""
    place = _Tuple(F(order.column), F("id"))
    last = _Tuple(Value(after.moment, output_field=DateTimeField()), Value(after.id))
    return _Compared(place, last, arg_joiner=" < " if order.is_descending else " > ")

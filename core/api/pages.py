"""Lists come page by page: up to ``page_size`` rows, and the cursor of the next page where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core import paging
from core.api.errors import ApiError, bad_request
from core.api.fields import Input, Output

PAGE_SIZE = 25
_CURSOR_LENGTH = 300


class PageQuery(Input):
    """A larger page than the largest one counts as the largest one."""

    cursor = serializers.CharField(required=False, default="", max_length=_CURSOR_LENGTH, trim_whitespace=False)
    page_size = serializers.IntegerField(required=False, default=PAGE_SIZE, min_value=1, max_value=1_000_000)


def size_of(query: dict[str, Any]) -> int:
    return min(int(query["page_size"]), paging.MAX_PAGE_SIZE)


def bad_cursor() -> ApiError:
    return bad_request(_("The cursor was not given out by this list."), code="invalid_cursor")


@cache
def page_of(row: type[Output]) -> type[Output]:
    """Return the serializer of a page of such rows."""
    name = f"{row.__name__}Page"
    fields = {
        "results": row(many=True),
        "next": serializers.CharField(help_text="Cursor of the next page; empty on the last one."),
        "__doc__": "One page of a list.",
    }
    return type(name, (Output,), fields)


def body(row: type[Output], rows: Sequence[Any], following: str) -> dict[str, Any]:
    """Return the body of one page."""
    return {"results": row(rows, many=True).data, "next": following}


def by_moment(source: QuerySet[Any], query: dict[str, Any], *, order: paging.Order, salt: str) -> tuple[list[Any], str]:
    """Return a page of one source and the sealed cursor of the next.

    :raises ApiError: the cursor is not one of this list.
    """
    try:
        after = paging.Position.opened(query["cursor"], salt) if query["cursor"] else None
    except paging.BadCursor as error:
        raise bad_cursor() from error
    found: paging.Page[Any] = paging.page([source], order=order, size=size_of(query), after=after)
    return list(found.rows), found.next.sealed(salt) if found.next else ""

"""Every address of the API, whichever app brings it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver


def patterns() -> list[URLPattern]:
    return list(_walk(get_resolver("portal.api_urls").url_patterns))


def _walk(found: Any) -> Iterator[URLPattern]:
    for item in found:
        if isinstance(item, URLPattern):
            yield item
        else:
            yield from _walk(item.url_patterns)


def view_of(pattern: URLPattern) -> Any:
    """Return the class behind an address, through what is wrapped around it."""
    return getattr(pattern.callback, "cls", None) or pattern.callback.__wrapped__.cls

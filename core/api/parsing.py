"""JSON as RFC 8259 means it, in UTF-8, of a sane size and depth: everything else is refused before a view sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import renderers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from core.api.errors import ApiError

MAX_DEPTH = 20


class StrictJSONParser(BaseParser):
    """Refuse doubled names, NaN, other encodings, lone surrogates and null characters, and what is nested too deep."""

    media_type = "application/json"
    renderer_class = renderers.JSONRenderer

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the object in the body; an empty body is an empty object."""
        raw = _read(stream)
        if not raw:
            return {}
        try:
            value = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON in UTF-8.")) from error
        if not isinstance(value, dict):
            raise ParseError(_("The body must be a JSON object."))
        _check(value)
        return value


def _read(stream: Any) -> bytes:
    """Return the body, reading no more than may be sent, whatever length was declared."""
    raw: bytes = stream.read(settings.API_BODY_LIMIT + 1)
    if len(raw) > settings.API_BODY_LIMIT:
        raise ApiError(status=413)
    return raw


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ParseError(_("A name stands twice in one object."))
    return made


def _no_constant(_name: str) -> NoReturn:
    raise ParseError(_("The body is not JSON in UTF-8."))


def _check(value: Any) -> None:
    """Walk level by level, so that depth costs no stack."""
    level: list[Any] = [value]
    for _depth in range(MAX_DEPTH):
        following: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                following += [*item, *item.values()]
            elif isinstance(item, list):
                following += item
            elif isinstance(item, str):
                _check_text(item)
        if not following:
            return
        level = following
    raise ParseError(_("The body is nested too deep."))


def _check_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ParseError(_("The body holds characters that are none."))

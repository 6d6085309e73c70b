"""Forms that carry a file: refused by their declared length before a byte is kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from core.files import checks

_FORM = 1024 * 1024  # bytes for the fields around the file


class CappedUploadHandler(FileUploadHandler):
    """Goes first, keeps nothing, and ends the reading when a form is longer than any form of ours can be."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Judge by the declared length; the server gives us no byte beyond it.

        :raises RequestDataTooBig: answered with 413.
        """
        if content_length > checks.limits_now().size + _FORM:
            raise RequestDataTooBig("the form is longer than a file may be")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

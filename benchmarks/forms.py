"""What a browser would send: the fields of a page's form, and the body that carries files."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

BOUNDARY = "benchmarks-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


class _Fields(HTMLParser):
    """Collects the fields of the form whose address ends as wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select = ""
        self._textarea = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.fields.append((self._select, given.get("value") or ""))
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def _input(self, name: str, given: dict[str, Any]) -> None:
        kind = given.get("type") or "text"
        if kind in ("submit", "button", "file") or (kind in ("radio", "checkbox") and "checked" not in given):
            return
        self.fields.append((name, given.get("value") or ("on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._textarea:
            self.fields.append((self._textarea, self._text))
            self._textarea = ""


def fields(page: str) -> list[tuple[str, str]]:
    """Return what the main form of a page holds, ready to be sent as it stands."""
    _before, _main, main = page.partition("<main")
    found = _Fields()
    found.feed(main)
    return found.fields


def multipart(values: list[tuple[str, str]], files: list[tuple[str, str, bytes]]) -> bytes:
    """Return a body of fields and of files given as (field, file name, content); the last field comes last."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n".encode()
        + content
        + b"\r\n"
        for field, name, content in files
    ]
    parts += [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()

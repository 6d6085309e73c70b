"""Pages keep to the content security policy: nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for path in ROOT.glob("**/templates/**/*")
    if path.suffix in (".html", ".svg") and not {".venv", "node_modules", "var"} & set(path.relative_to(ROOT).parts)
)
FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>{]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "file from elsewhere": re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//"
    ),
}


def faults(text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_there_are_templates():
    assert TEMPLATES


def test_no_template_has_anything_inline_or_from_elsewhere():
    found = {str(path.relative_to(ROOT)): faults(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ("<style>p {}</style>", "inline style sheet"),
        ('<p class="a" style="color: red">', "style attribute"),
        ('<a href="#" onclick="go()">', "event attribute"),
        ('<a hx-on:click="go()">', "event attribute"),
        ('<a href="javascript:go()">', "script address"),
        ('<script src="https://cdn.example/x.js"></script>', "file from elsewhere"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "file from elsewhere"),
    ],
)
def test_each_fault_is_seen(text, fault):
    assert faults(text) == [fault]


def test_what_is_allowed_is_not_a_fault():
    assert faults('<script src="/static/htmx.js" defer></script><a href="https://chinhphu.vn/">x</a>') == []

"""A plain e-form from labels alone, for records whose source gives the questions but not their kinds."""

import re
from collections.abc import Iterator
from typing import Any

from core.folding import fold
from procedures.enums import FieldType

# The first word found in the folded label decides.
_KINDS: tuple[tuple[str, FieldType], ...] = (
    ("ngay sinh (chu)", FieldType.TEXT),
    ("so dinh danh", FieldType.IDENTITY),
    ("dien thoai", FieldType.PHONE),
    ("email", FieldType.EMAIL),
    ("cam doan", FieldType.YES_NO),
    ("cam ket", FieldType.YES_NO),
    ("ngay sinh", FieldType.DATE),
    ("ngay cap", FieldType.DATE),
    ("noi dung", FieldType.LONG_TEXT),
)
# These words make two values of one question, which stays free text.
_COMPOSED = re.compile(r"[/,(]")
_SUFFIX = re.compile(r"\s*\((?:list|×\d+|ct01)[^)]*\)", re.IGNORECASE)
_TIMES = re.compile(r"×(\d+)")

# What the other procedures ask: the request in the citizen's own words.
GENERIC_FORM: list[dict[str, Any]] = [
    {
        "key": "requester",
        "title": "Người yêu cầu",
        "fields": [
            {
                "key": "full_name",
                "label": "Họ và tên",
                "kind": "text",
                "is_required": True,
                "limits": {"max_length": 150},
                "profile_key": "full_name",
            },
            {
                "key": "identity_number",
                "label": "Số định danh cá nhân",
                "help_text": "12 chữ số trên thẻ căn cước. Cán bộ tra cứu bằng số này, không cần nộp bản sao thẻ.",
                "kind": "identity",
                "is_required": True,
                "profile_key": "identity_number",
            },
            {
                "key": "phone",
                "label": "Số điện thoại di động",
                "help_text": "Mọi thông báo về hồ sơ được gửi đến số này.",
                "kind": "phone",
                "is_required": True,
                "profile_key": "phone",
            },
            {"key": "email", "label": "Thư điện tử", "kind": "email", "profile_key": "email"},
            {
                "key": "address",
                "label": "Nơi cư trú",
                "kind": "address",
                "is_required": True,
                "profile_key": "address",
            },
        ],
    },
    {
        "key": "request",
        "title": "Nội dung yêu cầu",
        "fields": [
            {
                "key": "content",
                "label": "Nội dung yêu cầu giải quyết",
                "help_text": "Ông/Bà đề nghị giải quyết việc gì, cho ai? Viết ngắn gọn như khi nói với cán bộ.",
                "kind": "long_text",
                "is_required": True,
                "limits": {"min_length": 10, "max_length": 2000},
            },
            {
                "key": "notes",
                "label": "Ghi chú",
                "help_text": "Điều cán bộ cần biết thêm, nếu có.",
                "kind": "long_text",
                "limits": {"max_length": 2000},
            },
            {
                "key": "declaration",
                "label": "Tôi cam đoan các nội dung khai trên là đúng sự thật và chịu trách nhiệm trước pháp luật",
                "kind": "yes_no",
                "is_required": True,
                "limits": {"must_be": True},
            },
        ],
    },
]


def form_from_labels(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return groups of fields with keys made from the labels and kinds guessed from their words."""
    used: set[str] = set()
    return [_group(group, used) for group in groups]


def key_from(label: str, used: set[str]) -> str:
    """Return a key for a label that is not in ``used`` yet, and add it there."""
    slug = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:40].strip("_")
    base = slug if slug[:1].isalpha() else f"x_{slug}".strip("_")
    key, number = base, 2
    while key in used:
        key, number = f"{base}_{number}", number + 1
    used.add(key)
    return key


def _group(group: dict[str, Any], used: set[str]) -> dict[str, Any]:
    name = str(group["group"])
    title = _SUFFIX.sub("", name).strip() or name
    made: dict[str, Any] = {"key": key_from(title, used), "title": title, "fields": list(_fields(group["fields"]))}
    if "(list" in name:
        made |= {"is_repeating": True, "max_rows": 20}
    elif times := _TIMES.search(name):
        count = min(max(int(times.group(1)), 1), 50)
        made |= {"is_repeating": True, "min_rows": count, "max_rows": count}
    return made


def _fields(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    used: set[str] = set()
    for field in fields:
        label = str(field["label"])
        made = {
            "key": key_from(label, used),
            "label": label[:1].upper() + label[1:],
            "kind": str(_kind(label)),
            "is_required": bool(field.get("required")),
        }
        if made["kind"] == FieldType.YES_NO:
            made["limits"] = {"must_be": True} if made["is_required"] else {}
        yield made


def _kind(label: str) -> FieldType:
    folded = fold(label)
    for word, kind in _KINDS:
        if word in folded and (word == folded or not _COMPOSED.search(folded.replace(word, ""))):
            return kind
    return FieldType.TEXT

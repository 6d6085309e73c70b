"""A version's terms as plain data: what is imported, copied into a new draft, and compared.

One list of names drives reading, writing and comparing, so a column can't be forgotten in one of them.
"""

from datetime import time
from typing import Any

from procedures.models import (
    Fee,
    FormField,
    FormGroup,
    ProcedureVersion,
    RequiredPaper,
    RouteStep,
    TimeLimit,
)

Terms = dict[str, Any]

VERSION_KEYS = (
    "name",
    "subjects",
    "authority",
    "how",
    "where",
    "legal_basis",
    "results",
    "needs_approval",
    "supplement_days",
    "source",
    "is_verified",
)
GROUP_KEYS = ("key", "title", "help_text", "is_repeating", "min_rows", "max_rows", "condition")
FIELD_KEYS = (
    "key",
    "label",
    "help_text",
    "kind",
    "is_required",
    "choices",
    "limits",
    "condition",
    "profile_key",
)
# List name: the model, its columns. The order of the rows is their position.
ROWS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "papers": (RequiredPaper, ("key", "name", "quantity", "is_required", "is_looked_up", "condition")),
    "fees": (Fee, ("kind", "name", "channel", "amount_vnd", "collect_when", "note")),
    "time_limits": (TimeLimit, ("channel", "value", "unit", "same_day_until", "note")),
    "steps": (RouteStep, ("name", "role", "limit_hours")),
}
PREFETCH = ("groups__fields", *ROWS)


def read(version: ProcedureVersion) -> Terms:
    """Return the terms of a version; prefetch ``PREFETCH`` when there are many."""
    terms: Terms = {key: getattr(version, key) for key in VERSION_KEYS}
    terms["groups"] = [
        {**_columns(group, GROUP_KEYS), "fields": [_columns(field, FIELD_KEYS) for field in group.fields.all()]}
        for group in version.groups.all()
    ]
    for name, (_model, columns) in ROWS.items():
        terms[name] = [_columns(row, columns) for row in getattr(version, name).all()]
    terms["time_limits"].sort(key=lambda row: row["channel"])
    return terms


def complete(terms: Terms) -> Terms:
    """Return the terms with every column present, in the spelling that :func:`read` gives."""
    full: Terms = {key: terms.get(key, _default(ProcedureVersion, key)) for key in VERSION_KEYS}
    full["groups"] = [
        {
            **_completed(FormGroup, group, GROUP_KEYS),
            "fields": [_completed(FormField, field, FIELD_KEYS) for field in group["fields"]],
        }
        for group in terms.get("groups", [])
    ]
    for name, (model, columns) in ROWS.items():
        full[name] = [_completed(model, row, columns) for row in terms.get(name, [])]
    full["time_limits"].sort(key=lambda row: row["channel"])
    return full


def write(version: ProcedureVersion, terms: Terms) -> None:
    """Write the rows of a new draft; its own columns are the caller's, see :func:`version_columns`."""
    groups = FormGroup.objects.bulk_create(
        FormGroup(version=version, position=position, **{key: group[key] for key in GROUP_KEYS})
        for position, group in enumerate(terms["groups"])
    )
    FormField.objects.bulk_create(
        FormField(group=row, position=position, **field)
        for row, group in zip(groups, terms["groups"], strict=True)
        for position, field in enumerate(group["fields"])
    )
    for name, (model, _unused) in ROWS.items():
        model.objects.bulk_create(
            model(version=version, **_placed(model, position, row)) for position, row in enumerate(terms[name])
        )


def version_columns(terms: Terms) -> Terms:
    """Return the part of the terms that stands in the version's own row."""
    return {key: terms[key] for key in VERSION_KEYS}


def _placed(model: type[Any], position: int, row: Terms) -> Terms:
    if model is TimeLimit:
        return row
    return {**row, "position": position}


def _columns(row: Any, columns: tuple[str, ...]) -> Terms:
    return {key: _plain(getattr(row, key)) for key in columns}


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _completed(model: type[Any], row: Terms, columns: tuple[str, ...]) -> Terms:
    return {key: row[key] if key in row else _default(model, key) for key in columns}


def _default(model: type[Any], key: str) -> Any:
    field = model._meta.get_field(key)
    if field.null and not field.has_default():
        return None
    default = field.get_default()
    return str(default) if isinstance(default, str) else default

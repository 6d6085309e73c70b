"""What differs between two versions' terms, and what keeps a draft from being published."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from procedures import conditions, schema
from procedures.enums import FieldType
from procedures.snapshot import VERSION_KEYS, Terms

MAX_SHOWN = 200


@dataclass(frozen=True)
class Change:
    """One difference. ``kind`` is added, removed or changed; ``path`` names the place, such as papers.birth_note."""

    kind: str
    path: str
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        sign = {"added": "+", "removed": "-"}.get(self.kind, "~")
        values = {"added": self.new, "removed": self.old}.get(self.kind, f"{self.old} → {self.new}")
        return f"{sign} {self.path}: {values}"


def between(old: Terms | None, new: Terms) -> list[Change]:
    """Return the differences from old to new terms, in reading order; without old terms there is nothing to say."""
    if old is None:
        return []
    found = [change for key in VERSION_KEYS for change in _value(key, old[key], new[key])]
    found += _rows("groups", old["groups"], new["groups"], _by_key, skip=("fields",))
    for group in new["groups"]:
        before: list[Terms] = next((item["fields"] for item in old["groups"] if item["key"] == group["key"]), [])
        found += _rows(f"groups.{group['key']}.fields", before, group["fields"], _by_key)
    found += _rows("papers", old["papers"], new["papers"], _by_key)
    found += _rows("fees", old["fees"], new["fees"], _by_fee)
    found += _rows("time_limits", old["time_limits"], new["time_limits"], lambda row: row["channel"])
    found += _rows("steps", old["steps"], new["steps"], lambda row: row["name"])
    return found


def problems(terms: Terms) -> Iterator[tuple[str, str]]:
    """Yield (key path, what is wrong) for everything that keeps these terms from being published."""
    broken = list(schema.problems(terms, schema.TERMS))
    yield from broken
    if broken:
        return
    yield from _doubled(terms)
    yield from _field_problems(terms)
    yield from _condition_problems(terms)


def _doubled(terms: Terms) -> Iterator[tuple[str, str]]:
    yield from _doubled_in("groups", terms["groups"], "key")
    for group in terms["groups"]:
        yield from _doubled_in(f"groups.{group['key']}.fields", group["fields"], "key")
    yield from _doubled_in("papers", terms["papers"], "key")
    yield from _doubled_in("time_limits", terms["time_limits"], "channel")


def _doubled_in(path: str, rows: list[Terms], key: str) -> Iterator[tuple[str, str]]:
    for value, count in Counter(row[key] for row in rows).items():
        if count > 1:
            yield f"{path}.{key}", f"'{value}' stands there {count} times"


def _field_problems(terms: Terms) -> Iterator[tuple[str, str]]:
    for group in terms["groups"]:
        path = f"groups.{group['key']}"
        if group["min_rows"] > group["max_rows"]:
            yield f"{path}.min_rows", "is more than max_rows"
        for field in group["fields"]:
            place = f"{path}.fields.{field['key']}"
            for key, problem in schema.limit_problems(field["kind"], field["limits"]):
                yield f"{place}.limits.{key}".rstrip("."), problem
            yield from _kind_problems(place, field, is_repeating=group["is_repeating"])


def _kind_problems(place: str, field: Terms, *, is_repeating: bool) -> Iterator[tuple[str, str]]:
    needs_choices = field["kind"] in (FieldType.CHOICE, FieldType.MULTI_CHOICE)
    if needs_choices and not field["choices"]:
        yield f"{place}.choices", "a choice needs choices"
    if not needs_choices and field["choices"]:
        yield f"{place}.choices", f"a field of kind {field['kind']} has no choices"
    yield from _doubled_in(f"{place}.choices", [{"value": choice[0]} for choice in field["choices"]], "value")
    if field["kind"] == FieldType.FILE and is_repeating:
        yield f"{place}.kind", "a file can't stand in a repeating group; ask for it as a paper"


def _condition_problems(terms: Terms) -> Iterator[tuple[str, str]]:
    earlier: set[str] = set()
    for group in terms["groups"]:
        path = f"groups.{group['key']}"
        yield from _bad_condition(f"{path}.condition", group["condition"], earlier)
        own: set[str] = set()
        for field in group["fields"]:
            yield from _bad_condition(f"{path}.fields.{field['key']}.condition", field["condition"], earlier | own)
            if field["kind"] != FieldType.FILE:
                own.add(f"{group['key']}.{field['key']}")
        if not group["is_repeating"]:
            earlier |= own
    for paper in terms["papers"]:
        yield from _bad_condition(f"papers.{paper['key']}.condition", paper["condition"], earlier)


def _bad_condition(path: str, condition: Any, known: set[str]) -> Iterator[tuple[str, str]]:
    broken = list(schema.condition_problems(condition))
    for key, problem in broken:
        yield f"{path}.{key}".rstrip("."), problem
    if not broken:
        for name in sorted(set(conditions.variables(condition)) - known):
            yield path, f"'{name}' is no question that stands before it, outside repeating groups"


def _rows(
    path: str, old: list[Terms], new: list[Terms], identity: Callable[[Terms], str], skip: tuple[str, ...] = ()
) -> Iterator[Change]:
    before, after = _numbered(old, identity), _numbered(new, identity)
    for key, row in before.items():
        if key not in after:
            yield Change("removed", f"{path}.{key}", old=_title(row))
    for key, row in after.items():
        if key not in before:
            yield Change("added", f"{path}.{key}", new=_title(row))
            continue
        for column in row:
            if column not in skip:
                yield from _value(f"{path}.{key}.{column}", before[key].get(column), row[column])
    kept_before = [key for key in before if key in after]
    kept_after = [key for key in after if key in before]
    if kept_before != kept_after:
        yield Change("changed", f"{path}.order", old=", ".join(kept_before), new=", ".join(kept_after))


def _numbered(rows: list[Terms], identity: Callable[[Terms], str]) -> dict[str, Terms]:
    """Return the rows by their identity; a second row of the same identity is told apart by a number."""
    found: dict[str, Terms] = {}
    for row in rows:
        key, number = identity(row), 2
        while key in found:
            key, number = f"{identity(row)}#{number}", number + 1
        found[key] = row
    return found


def _value(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old != new:
        yield Change("changed", path, old=_shown(old), new=_shown(new))


def _shown(value: Any) -> str:
    shown = "–" if value in (None, "", [], {}) else str(value)
    return shown if len(shown) <= MAX_SHOWN else shown[: MAX_SHOWN - 1] + "…"


def _title(row: Terms) -> str:
    parts = (row.get("title"), row.get("label"), row.get("name"), row.get("value"), row.get("unit"))
    return _shown(" ".join(str(part) for part in parts if part))


def _by_key(row: Terms) -> str:
    return str(row["key"])


def _by_fee(row: Terms) -> str:
    return f"{row['name']}" + (f" ({row['channel']})" if row["channel"] else "")

"""Reading the catalogue's file: nothing is guessed about a file that is wrong, and every mistake has a place."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from procedures import conditions, schema
from procedures.importer.record import RECORD

MAX_BYTES = 20_000_000
# So many mistakes are told at once; the first ones usually explain the others.
MAX_TOLD = 20

Record = dict[str, Any]


class BadFile(Exception):
    """The file can't be imported; every problem names the record, its code and the key."""

    def __init__(self, problems: list[str]) -> None:
        told = problems[:MAX_TOLD]
        if len(problems) > MAX_TOLD:
            told.append(f"… and {len(problems) - MAX_TOLD} more")
        super().__init__("\n".join(told))
        self.problems = problems


def read_file(path: Path) -> list[Record]:
    """Return the checked records of a file: a list, or an object with the list under ``procedures``.

    :raises BadFile: with everything that is wrong.
    """
    content = _parse(path)
    if isinstance(content, list):
        content = {"procedures": content}
    if not isinstance(content, dict) or not isinstance(content.get("procedures"), list):
        raise BadFile(["The file must hold a list of procedures, or an object with the list under 'procedures'."])
    unknown = set(content) - {"_meta", "procedures", "choice_lists"}
    if unknown:
        raise BadFile([f"Unknown key at the top of the file: {name}" for name in sorted(unknown)])
    records: list[Record] = content["procedures"]
    lists = _choice_lists(content.get("choice_lists", {}))
    problems = [problem for index, record in enumerate(records) for problem in _problems(index, record, lists)]
    problems += _doubled(records)
    if problems:
        raise BadFile(problems)
    return [_with_choices(record, lists) for record in records]


def _parse(path: Path) -> Any:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadFile([f"The file has {size} bytes; at most {MAX_BYTES} are read."])
        return json.loads(path.read_bytes().decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except OSError as error:
        raise BadFile([f"The file can't be read: {error.strerror}."]) from None
    except UnicodeDecodeError:
        raise BadFile(["The file is not UTF-8 text."]) from None
    except RecursionError:
        raise BadFile(["The file is nested too deeply."]) from None
    except ValueError as error:
        raise BadFile([f"The file is not JSON: {error}."]) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        doubled = [key for key, count in Counter(key for key, _value in pairs).items() if count > 1]
        near = found.get("code") or found.get("name") or "an object"
        raise ValueError(f"the key '{doubled[0]}' stands twice in {near}")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _choice_lists(lists: object) -> dict[str, Any]:
    described = {"type": "object", "additionalProperties": schema.CHOICES}
    problems = [f"choice_lists.{path}: {problem}" for path, problem in schema.problems(lists, described)]
    if problems or not isinstance(lists, dict):
        raise BadFile(problems)
    return lists


def _problems(index: int, record: Any, lists: dict[str, Any]) -> Iterator[str]:
    where = _place(index, record)
    if conditions.is_too_deep(record, allowed=40):
        yield f"{where}: nested too deeply"
        return
    for path, problem in schema.problems(record, RECORD):
        yield f"{where}, key '{path}': {problem}"
    for keys, text in _texts(record, ()):
        if any(unicodedata.category(char) in ("Cs", "Cc") and char not in "\n\t\r" for char in text):
            yield f"{where}, key '{'.'.join(keys)}': holds a control character"
    for path, name in _named_lists(record):
        if name not in lists:
            yield f"{where}, key '{path}': there is no choice list '{name[:60]}'"


def _place(index: int, record: object) -> str:
    code = record.get("code") if isinstance(record, dict) else None
    return f"Record {index + 1} ({str(code)[:40] if code else 'no code'})"


def _doubled(records: list[Any]) -> Iterator[str]:
    first: dict[str, int] = {}
    for index, record in enumerate(records):
        code = record.get("code") if isinstance(record, dict) else None
        if not isinstance(code, str):
            continue
        if code in first:
            yield f"{_place(index, record)}, key 'code': already used by record {first[code] + 1}"
        first.setdefault(code, index)


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key, (*path, "?"))
            yield from _texts(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, str(index)))


def _fields(record: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    groups = record.get("form") if isinstance(record, dict) else None
    for group_index, group in enumerate(groups if isinstance(groups, list) else []):
        fields = group.get("fields") if isinstance(group, dict) else None
        for index, field in enumerate(fields if isinstance(fields, list) else []):
            if isinstance(field, dict):
                yield f"form.{group_index}.fields.{index}", field


def _named_lists(record: Any) -> Iterator[tuple[str, str]]:
    for path, field in _fields(record):
        if isinstance(field.get("choices"), str):
            yield f"{path}.choices", field["choices"]


def _with_choices(record: Record, lists: dict[str, Any]) -> Record:
    """Put the named lists of choices in the place of their names."""
    for _path, field in _fields(record):
        if isinstance(field.get("choices"), str):
            field["choices"] = lists[field["choices"]]
    return record

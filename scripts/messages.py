"""The Vietnamese texts: ``compile`` merges locale/parts into one catalogue, ``missing`` lists what it lacks."""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "locale" / "parts"
TARGET = ROOT / "locale" / "vi" / "LC_MESSAGES"
NOT_OURS = {".venv", "node_modules", "var", "tests", "benchmarks", "scripts"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# A text's identity: its context and its (singular) English.
Key = tuple[str, str]


class BadCatalogue(Exception):
    """Two parts contradict each other, or one has an empty, fuzzy or broken entry."""


def key_of(message: Message) -> Key:
    """Return the identity of a message."""
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", msgid)


def merge(parts: Iterable[Path]) -> Catalog:
    """Return the parts as one catalogue.

    :raises BadCatalogue: with every problem found, by file.
    """
    merged = Catalog(locale="vi", project="portal", charset="utf-8", fuzzy=False)
    origin: dict[Key, str] = {}
    problems: list[str] = []
    for path in sorted(parts):
        for message in _entries(path):
            key = key_of(message)
            before = merged.get(message.id, message.context)
            problems += [f"{path.name}: {key[1]!r}: {problem}" for problem in _faults(message)]
            if before is not None and before.string != message.string:
                problems.append(f"{path.name}: {key[1]!r} is translated otherwise in {origin[key]}")
            origin.setdefault(key, path.name)
            merged[message.id] = message
    if problems:
        raise BadCatalogue("\n".join(problems))
    return merged


def _entries(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        return iter([message for message in read_po(file, locale="vi", abort_invalid=True) if message.id])


def _faults(message: Message) -> Iterator[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or [])
    if message.fuzzy:
        yield "is marked fuzzy"
    if not all(strings):
        yield "has no translation"
        return
    yield from (str(error) for error in message.check())


def extracted(root: Path = ROOT) -> dict[Key, str]:
    """Return every text that code and templates ask for, with the place of its first use."""
    found: dict[Key, str] = {}
    for path in sorted(root.rglob("*")):
        where = path.relative_to(root)
        if path.suffix not in (".py", ".html", ".txt") or where.parts[0] in NOT_OURS or "migrations" in where.parts:
            continue
        if path.suffix != ".py" and "templates" not in where.parts:
            continue
        for line, key in _texts(path):
            found.setdefault(key, f"{where}:{line}")
    return found


def _texts(path: Path) -> Iterator[tuple[int, Key]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What Django makes of a template is meant for xgettext; Python's tokenizer objects to its indentation only.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    for line, texts, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        msgid = texts if isinstance(texts, str) else texts[0]
        yield line, (context or "", msgid)


def missing() -> dict[Key, str]:
    """Return the texts in use that no part translates, with their places."""
    known = {key_of(message) for message in merge(PARTS.glob("*.po")) if message.id}
    return {key: place for key, place in extracted().items() if key not in known}


def compile_catalogue() -> int:
    """Write the merged catalogue, readable and compiled, and return how many texts it has."""
    catalogue = merge(PARTS.glob("*.po"))
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET / "django.po").open("wb") as file:
        write_po(file, catalogue, sort_output=True, omit_header=False)
    with (TARGET / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    return len(catalogue)


def main() -> None:
    """Do what the first argument says."""
    try:
        if sys.argv[1:] == ["compile"]:
            print(f"{compile_catalogue()} texts in Vietnamese")
        elif sys.argv[1:] == ["missing"]:
            for (context, msgid), place in missing().items():
                print(f"{place}: {msgid!r}" + (f" ({context})" if context else ""))
        else:
            sys.exit("Say compile or missing.")
    except BadCatalogue as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

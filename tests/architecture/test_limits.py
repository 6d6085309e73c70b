"""No giant files and no giant functions; McCabe's number is ruff's."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("accounts", "benchmarks", "core", "dossiers", "notifications", "portal", "procedures", "scripts", "tests")
MAX_FILE = 400
MAX_FUNCTION = 40


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def long_files(paths: list[Path]) -> list[str]:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{path}: {size} lines" for path, size in sizes.items() if size > MAX_FILE]


def long_functions(paths: list[Path]) -> list[str]:
    return [
        f"{path}:{node.lineno} {node.name}: {size} lines"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (size := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION
    ]


def test_no_file_is_longer_than_400_lines():
    assert long_files(sources(*OURS)) == []


def test_no_function_is_longer_than_40_lines():
    assert long_functions(sources(*(folder for folder in OURS if folder != "tests"))) == []


def test_the_measures_see_what_is_too_long(tmp_path):
    long = tmp_path / "long.py"
    long.write_text("def f():\n" + "    x = 1\n" * 400)
    assert long_files([long]) == [f"{long}: 401 lines"]
    assert long_functions([long]) == [f"{long}:1 f: 401 lines"]


def test_no_file_is_called_after_nothing():
    nothing = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [path for path in sources(*OURS) if path.name in nothing] == []

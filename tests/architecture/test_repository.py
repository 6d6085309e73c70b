"""What is committed works on anybody's machine and comes under licences we may use."""

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from scripts import screenshots

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".jpg", ".jpeg", ".pdf", ".woff2", ".ttf", ".ico", ".zip", ".docx", ".xlsx", ".gif", ".webp"}
# Written so that this file does not find itself.
ELSEWHERE = re.compile(
    "|".join(
        [
            "/wor" + "k/",
            r"\.\./sha" + "red",
            r"\.libra" + "ry/",
            "/hom" + r"e/\w",
            "/roo" + "t/",
            "pypi.or" + "g/simple",
        ]
    )
)
# Wheels only the LGPL covers; the client asks for the first one by name.
LGPL = {"psycopg2-binary"}
# Programs, drivers and data.
USED_WITHOUT_IMPORT = {"gunicorn", "packaging", "psycopg2-binary", "redis", "tzdata"}
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|Affero|GNU (Lesser )?General Public)", re.IGNORECASE)


def committed() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def locked(file: str) -> list[str]:
    return re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==", (ROOT / file).read_text(), flags=re.MULTILINE)


def direct(file: str) -> list[str]:
    lines = (ROOT / file).read_text().splitlines()
    return [re.split(r"[\[~=<>;\s]", line)[0] for line in lines if line and not line.startswith(("#", "-"))]


def licence(package: str) -> str:
    about = metadata.metadata(package)
    classifiers = [line for line in about.get_all("Classifier", []) if line.startswith("License")]
    # Some put the whole text into the field; its first line names it.
    return "\n".join([about.get("License-Expression", ""), (about.get("License") or "").split("\n")[0], *classifiers])


def test_no_committed_file_names_a_folder_of_one_machine():
    found = [path for path in committed() if ELSEWHERE.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []


def test_no_committed_file_is_something_that_is_installed():
    names = {path.relative_to(ROOT).parts[0] for path in committed()}
    assert not names & {".venv", "node_modules", "var"}


def test_every_locked_package_has_its_hashes():
    for file in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (ROOT / file).read_text()
        assert len(re.findall(r"^\S+==\S+ \\\n    --hash=sha256:", text, flags=re.MULTILINE)) == len(locked(file))
        assert "://" not in text


@pytest.mark.parametrize("package", locked("requirements.txt"))
def test_no_package_of_the_running_portal_is_under_a_strong_copyleft(package):
    if package not in LGPL:
        assert not COPYLEFT.search(licence(package)), licence(package)


def test_every_direct_dependency_has_its_reason_in_the_docs():
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    front_end = json.loads((ROOT / "package.json").read_text())
    asked_for = [
        name for file in ("requirements.in", "requirements-dev.in", "requirements-node.in") for name in direct(file)
    ]
    asked_for += [*front_end["dependencies"], *front_end["devDependencies"]]
    assert [name for name in asked_for if f"`{name}`" not in reasons] == []


def test_every_direct_dependency_of_the_portal_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in committed() if path.suffix == ".py")
    modules = metadata.packages_distributions()
    unused = []
    for package in set(direct("requirements.in")) - USED_WITHOUT_IMPORT:
        names = [name for name, owners in modules.items() if package in {owner.lower() for owner in owners}]
        if not any(re.search(rf"^\s*(from|import) {name}\b|\"{name}[\".]", code, flags=re.MULTILINE) for name in names):
            unused.append(package)
    assert unused == []


def test_every_picture_in_the_documents_is_there_light_and_made_by_the_script():
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"
    pictures = {path.stem: path.stat().st_size for path in (ROOT / "docs" / "screenshots").glob("*.png")}
    assert set(pictures) == {shot.name for shot in screenshots.SHOTS}
    assert max(pictures.values()) < 150 * 1024

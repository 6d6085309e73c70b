"""The import contracts hold, and each of them bites."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"
PLANTED = {
    "core/planted.py": "import accounts.models\n",
    "dossiers/services/planted.py": "from notifications import registry\nimport requests\n",
    "dossiers/models/planted.py": "from dossiers import services\n",
    "dossiers/guards.py": "import requests\n",
    "notifications/planted.py": "from dossiers import models\n",
    "notifications/channels/planted.py": "from notifications.channels import simulator\n",
}


def contracts() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    return config


def packages() -> list[str]:
    return contracts()["importlinter"]["root_packages"].split()


def broken(folder: Path) -> set[str]:
    """Return the names of the contracts that a tree breaks."""
    done = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = re.sub(r"\s+", " ", done.stdout)
    names = [section["name"] for name, section in contracts().items() if ":contract:" in name]
    assert all(f"{name} KEPT" in said or f"{name} BROKEN" in said for name in names), done.stdout + done.stderr
    assert (done.returncode == 0) == (" BROKEN" not in said)
    return {name for name in names if f"{name} BROKEN" in said}


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the code that may be spoilt."""
    for name in packages():
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "data", "static"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_the_contracts_hold():
    assert broken(ROOT) == set()


def test_a_planted_violation_breaks_each_contract(copy):
    for name, source in PLANTED.items():
        path = copy / name
        path.write_text(source + (path.read_text(encoding="utf-8") if path.exists() else ""), encoding="utf-8")
    everything = {section["name"] for name, section in contracts().items() if ":contract:" in name}
    assert broken(copy) == everything


def test_every_app_of_ours_stands_under_the_contracts():
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT / config.name)}
    assert ours == set(packages())

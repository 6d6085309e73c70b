"""The whole portal under kills; ``make chaos`` runs the same by hand."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos import stage


@pytest.mark.chaos
@pytest.mark.slow
def test_a_thousand_changes_survive_five_kills_of_every_part(tmp_path: Path):
    report = tmp_path / "chaos-report.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.run", "--report", str(report)], cwd=stage.ROOT, check=False, timeout=600
    )
    assert report.exists(), "the run did not come to its end"
    broken = {name: breaches for name, breaches in json.loads(report.read_text())["invariants"].items() if breaches}
    assert broken == {}
    assert done.returncode == 0

"""The runbook's table of settings names what the settings read."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"\benv(?:\.\w+)?\(\s*\"(\w+)\"|environ\.get\(['\"](\w+)['\"]")


def test_every_setting_stands_in_the_runbook():
    sources = [*(ROOT / "portal" / "settings").glob("*.py"), ROOT / "portal" / "web.py"]
    read = {a or b for path in sources for a, b in READ.findall(path.read_text(encoding="utf-8"))}
    assert {"SECRET_KEY", "WEB_THREADS"} <= read
    runbook = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert sorted(name for name in read if f"`{name}`" not in runbook) == []

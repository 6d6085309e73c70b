"""What every test may lean on; fixtures of one app live in that app's own conftest."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests import servers

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def monday_morning() -> datetime:
    """Return a working moment with a plain week before and after it: Monday 14 July 2025, 9:00."""
    return datetime(2025, 7, 14, 9, 0, tzinfo=VIETNAM)


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """Return a folder with a short path, for sockets live in it."""
    with tempfile.TemporaryDirectory(prefix="var-") as folder:
        yield Path(folder)


@pytest.fixture
def valkey(var_dir: Path) -> Iterator[servers.Valkey]:
    """Return a running embedded broker that the test may stop and kill."""
    with servers.valkey(var_dir) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh_forms():
    """Forget the e-forms of the test before: a rolled back database gives the same ids again."""
    from procedures import forms

    forms.forget()

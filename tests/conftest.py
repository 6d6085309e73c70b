"""What every test may lean on; fixtures of one app live in that app's own conftest."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def monday_morning() -> datetime:
    """Return a working moment with a plain week before and after it: Monday 14 July 2025, 9:00."""
    return datetime(2025, 7, 14, 9, 0, tzinfo=VIETNAM)

"""What tests of one machine start from."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.local.wall_clock import WallClock


@pytest.fixture
def clock(tmp_path: Path) -> WallClock:
    clock = WallClock(tmp_path / "moved-by")
    clock.move(timedelta())
    return clock

"""Python imports this at start where it is on the path: the wall clock, moved by the seconds that stand in a file."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from orders.order import clock

_MOVED_BY = Path(os.environ["CLOCK_MOVED_BY"])
_utc_now, _time = clock.utc_now, time.time


def _seconds() -> float:
    return float(_MOVED_BY.read_text())


def _moved_utc_now() -> datetime:
    return _utc_now() + timedelta(seconds=_seconds())


def _moved_time() -> float:
    return _time() + _seconds()


clock.utc_now, time.time = _moved_utc_now, _moved_time

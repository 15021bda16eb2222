"""Chooses the edition, once; the only place that does. There is the local one so far."""

import os
from functools import cache
from pathlib import Path

from orders.ports import Outside


@cache
def connect() -> Outside:
    """The outside world of this process: the data folder that `ORDERS_DATA` names, `./data` otherwise."""
    from orders import local

    return local.connect(Path(os.environ.get("ORDERS_DATA", "data")))

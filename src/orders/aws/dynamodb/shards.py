"""How many shards of the indexes a list reads. The number over which a stack spreads its orders can be changed.

A row is in one of the first N shards, by a hash of its id, with the N at the time when it was last written. Rows are
not moved when N changes. A list that reads the first 32 shards finds every row, whatever N was, but takes 32 queries.
So it reads the first N only, unless there are rows behind them: then N was larger before, or is about to grow.
"""

import time
from collections.abc import Callable, Sequence

from orders.aws.dynamodb.item import MOST_SHARDS

LOOKS_EVERY = 60.0
"""Seconds. For so long, a function with a smaller N may not list what a function with a larger one has written."""


class Shards:
    """`written` is N. `is_used` says whether there is an order in any of these shards."""

    def __init__(self, written: int, is_used: Callable[[Sequence[int]], bool]) -> None:
        self.written = written
        self._is_used = is_used
        self._read = written
        self._looks_at = 0.0

    def to_read(self) -> range:
        """The shards that a list has to read."""
        if self._read < MOST_SHARDS and time.monotonic() >= self._looks_at:
            if self._is_used(range(self.written, MOST_SHARDS)):
                self._read = MOST_SHARDS  # for ever: no row is deleted
            self._looks_at = time.monotonic() + LOOKS_EVERY
        return range(self._read)

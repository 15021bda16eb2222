"""Things that may happen thousands of times a second, logged in one line a minute."""

import logging
import time
from collections import Counter
from collections.abc import Callable

MINUTE = 60
"""In seconds."""
MOST_NAMED = 8
"""So many different things are named in one line."""
MOST_COUNTED = 1_000
"""So many different things are counted within a minute; any others are counted together."""
OTHERS = "others"


class Minutely:
    """Counts events by what they are. The first is logged at once, those of the next minute together.

    One thread at a time may use it.
    """

    def __init__(self, log: logging.Logger, heading: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._heading = heading
        self._clock = clock
        self._counts = Counter[str]()
        self._last = -float(MINUTE)

    def add(self, what: str, times: int = 1) -> None:
        known = what in self._counts or len(self._counts) < MOST_COUNTED
        self._counts[what if known else OTHERS] += times
        self.look()

    def look(self) -> None:
        """Log what was counted, if a minute has passed since the last line. Call this about once a second."""
        if self._counts and self._clock() - self._last >= MINUTE:
            self._last = self._clock()
            self._log.warning("%s: %s", self._heading, self._counted())
            self._counts.clear()

    def _counted(self) -> str:
        named = self._counts.most_common(MOST_NAMED)
        more = self._counts.total() - sum(count for _, count in named)
        return ", ".join([*(f"{count}x {what}" for what, count in named), *([f"{more} more"] if more else [])])

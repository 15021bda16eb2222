"""Things that may happen thousands of times a second, logged in one line a minute."""

import logging
import time
from collections import Counter
from collections.abc import Callable

MINUTE = 60
MOST_NAMED = 8
"""Of different things in one line."""
MOST_COUNTED = 1_000
"""Of different things in a minute; the others are counted together."""
OTHERS = "others"


class Minutely:
    """Counts events by what they are. The first is logged at once, those of the next minute together."""

    def __init__(self, log: logging.Logger, heading: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._heading = heading
        self._clock = clock
        self._counts = Counter[str]()
        self._last = -float(MINUTE)

    def add(self, what: str) -> None:
        known = what in self._counts or len(self._counts) < MOST_COUNTED
        self._counts[what if known else OTHERS] += 1
        self.look()

    def look(self) -> None:
        """Log what was counted, once a minute has passed since the last line. To be called now and then."""
        if self._counts and self._clock() - self._last >= MINUTE:
            self._last = self._clock()
            self._log.warning("%s: %s", self._heading, self._told())
            self._counts.clear()

    def _told(self) -> str:
        named = self._counts.most_common(MOST_NAMED)
        more = self._counts.total() - sum(count for _, count in named)
        return ", ".join([*(f"{count}x {what}" for what, count in named), *([f"{more} more"] if more else [])])

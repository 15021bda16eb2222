"""Open connections that wait for the next request to the same place."""

import threading
import time
from dataclasses import dataclass, field

from orders.outbound.connections import Checked
from orders.outbound.rules import Place

MOST = 256
"""The most connections that are kept, to all places together."""
SECONDS_IDLE = 30
"""Most servers and load balancers close an idle connection later than this."""
SECONDS_OLD = 300
"""An older connection is not used again, so that a host can move to another address."""


@dataclass
class Idle:
    """A pool of open connections, for several threads."""

    _kept: dict[Place, list[tuple[float, Checked]]] = field(default_factory=dict)
    """Those of each place, with the time from which they have waited: the longest first."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pruned_at: float = field(default_factory=time.monotonic)

    def take(self, place: Place) -> Checked | None:
        """The connection to this place that was used last, if one is still open."""
        while connection := self._last(place):
            if connection.is_connected:
                return connection
            connection.close()
        self._prune()
        return None

    def keep(self, place: Place, connection: Checked) -> None:
        """Keep a connection whose last answer was read to its end, or close it."""
        now = time.monotonic()
        with self._lock:
            has_room = sum(map(len, self._kept.values())) < MOST and now - connection.opened_at < SECONDS_OLD
            if has_room:
                self._kept.setdefault(place, []).append((now, connection))
        if not has_room:
            connection.close()

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            kept, self._kept = self._kept, {}
        for _, connection in (each for some in kept.values() for each in some):
            connection.close()

    def _last(self, place: Place) -> Checked | None:
        with self._lock:
            kept = self._kept.get(place)
            return kept.pop()[1] if kept else None

    def _prune(self) -> None:
        """Close those that have waited too long, to places where nothing is sent now, too."""
        now = time.monotonic()
        with self._lock:
            if now - self._pruned_at < 1:
                return
            self._pruned_at = now
            old = [each for kept in self._kept.values() for each in kept if now - each[0] >= SECONDS_IDLE]
            left = {
                place: [each for each in kept if now - each[0] < SECONDS_IDLE] for place, kept in self._kept.items()
            }
            self._kept = {place: kept for place, kept in left.items() if kept}
        for _, connection in old:
            connection.close()

"""Starts the turns of all webhook endpoints, in threads. One endpoint never has two turns at the same time."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from orders.local.minutely import Minutely
from orders.order.errors import OrdersError

log = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKS = 0.2
"""How often the dispatcher checks whether anything was committed: a new event may wait this long for its turn."""
SECONDS_BETWEEN_LOOKS = 1.0
"""How often it looks for retries that have become due, although nothing was committed."""
SECONDS_AFTER_A_FAILURE = 1.0
"""The pause after a turn that failed, before the next turn of this endpoint."""
MOST_AT_ONCE = 40
"""More threads than there may be endpoints: no endpoint waits for another's turn."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of the dispatcher. All but `has_changed` may raise `Unavailable`.

    `turn` takes a turn for an endpoint, and returns whether it was done. `release` gives back a lease that a turn left.
    """

    has_changed: Callable[[], bool]
    enabled: Callable[[], Sequence[str]]
    is_due: Callable[[str], bool]
    turn: Callable[[str], bool]
    release: Callable[[str], None]


def _end() -> NoReturn:
    os._exit(1)


class Dispatcher:
    """Looks which endpoints are due, and starts their turns. One thread calls it.

    A turn that takes longer than `longest` seconds hangs. Nobody can end its thread, so the process ends.
    """

    def __init__(self, calls: Calls, longest: float, end: Callable[[], None] = _end) -> None:
        self._calls = calls
        self._longest = longest
        self._end = end
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "webhook")
        self._running: dict[str, tuple[Future[bool], float]] = {}
        self._rests_until: dict[str, float] = {}
        self._waits = Minutely(log, "Webhooks wait")

    def run(self, is_over: Callable[[float], bool], beat: Callable[[], None]) -> None:
        """Run until `is_over`, or until no endpoint is enabled. `beat` is called with each look, about once a second.

        `is_over` waits so many seconds, or until it is true.
        """
        looked = float("-inf")
        while not is_over(SECONDS_BETWEEN_CHECKS):
            if self._calls.has_changed() or time.monotonic() - looked >= SECONDS_BETWEEN_LOOKS:
                looked = time.monotonic()
                beat()
                if not self._look():
                    break

    def finish(self, seconds: float) -> bool:
        """Wait for turns that are running, at most this long. Returns whether all are over."""
        return not wait([future for future, _ in self._running.values()], seconds).not_done

    def _look(self) -> bool:
        """Start the turns that are due. Returns whether any endpoint is enabled, or still has a turn."""
        self._note_ends()
        try:
            enabled = self._calls.enabled()
            for endpoint_id in enabled:
                if self._is_free(endpoint_id) and self._calls.is_due(endpoint_id):
                    turn = self._threads.submit(partial(self._take, endpoint_id))
                    self._running[endpoint_id] = turn, time.monotonic()
        except OrdersError as error:
            self._waits.add(str(error))
            return True
        finally:
            self._waits.look()
        return bool(enabled or self._running)

    def _is_free(self, endpoint_id: str) -> bool:
        return endpoint_id not in self._running and endpoint_id not in self._rests_until

    def _take(self, endpoint_id: str) -> bool:
        """A turn. Returns whether it was done; one that was not may have left its lease."""
        try:
            is_done = self._calls.turn(endpoint_id)
        except Exception:
            log.exception("delivering to webhook endpoint %s failed unexpectedly; it is tried again", endpoint_id)
            is_done = False
        if not is_done:
            self._calls.release(endpoint_id)
        return is_done

    def _note_ends(self) -> None:
        now = time.monotonic()
        self._rests_until = {each: until for each, until in self._rests_until.items() if now < until}
        for endpoint_id, (turn, began) in list(self._running.items()):
            if turn.done():
                del self._running[endpoint_id]
                if turn.exception() or not turn.result():
                    self._rests_until[endpoint_id] = now + SECONDS_AFTER_A_FAILURE
            elif now - began > self._longest:
                log.error("delivering to webhook endpoint %s hangs: this process ends, another is started", endpoint_id)
                self._end()

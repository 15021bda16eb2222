"""Runs a process that delivers webhooks while an endpoint is enabled. Without one, there is no process.

It is a separate process, so that its work, and endpoints that do not answer, delay neither orders nor receipts. A
process that died or hung is replaced.
"""

import contextlib
import logging
import threading
import time
from multiprocessing import get_context
from pathlib import Path

from orders.local.minutely import Minutely
from orders.local.server import webhook_process
from orders.local.server.webhook_turns import Turns
from orders.order.errors import OrdersError

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
"""How often the server checks whether an endpoint is enabled: the first one may wait this long for its process.

After a crash it is the pause, so that a process that can't start does not keep the machine busy.
"""
SECONDS_BETWEEN_BEATS = 0.5
"""How often the server looks at the process."""
SECONDS_WITHOUT_A_BEAT = 30.0
"""A process without a beat for this long hangs. It also has this long to start."""
SECONDS_TO_END = 2.0
"""After its deliveries are finished or given up."""


class WebhookWorker:
    """Keeps the process, while it is needed. `run` is called in a thread of its own."""

    def __init__(self, data: Path, turns: Turns) -> None:
        self._data = data
        self._turns = turns
        self._stop = threading.Event()
        self._has_died = False
        self._waits = Minutely(log, "Webhooks wait")

    def run(self) -> None:
        """Until `stop` is called. Then no process is left, and no lease."""
        while not self._stop.is_set():
            try:
                if self._has_died or self._is_needed():
                    self._deliver()
            except Exception:
                log.exception("the process that delivers webhooks can't be run now; another is started")
                self._has_died = True
            self._waits.look()
            self._stop.wait(SECONDS_BETWEEN_LOOKS)

    def stop(self) -> None:
        self._stop.set()

    def is_alive(self) -> bool:
        """Whether the process lives, or is not needed. After one that died, the next one must first do something."""
        return not self._has_died

    def _is_needed(self) -> bool:
        try:
            return bool(self._turns.enabled())
        except OrdersError as error:
            self._waits.add(str(error))
            return False

    def _deliver(self) -> None:
        """One process, from its start to its end."""
        process = _Process(self._data)
        while process.lives() and not self._stop.is_set():
            if process.has_begun:
                self._has_died = False
        self._has_died = not process.end() and not self._stop.is_set()
        if self._has_died:
            log.error("the process that delivers webhooks died or hung; another is started")
        with contextlib.suppress(OrdersError):
            self._turns.release_all()


class _Process:
    """`has_begun`: it has opened the data folder and looked at the endpoints."""

    def __init__(self, data: Path) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=webhook_process.run, args=(str(data), theirs), daemon=False)
        self._process.start()
        theirs.close()
        self._heard_at = time.monotonic()
        self.has_begun = False

    def lives(self) -> bool:
        """Wait a moment for a beat. Returns whether the process lives and does not hang."""
        try:
            if self._pipe.poll(SECONDS_BETWEEN_BEATS):
                self._pipe.recv()
                self._heard_at = time.monotonic()
                self.has_begun = True
        except (EOFError, OSError):
            return False
        return time.monotonic() - self._heard_at < SECONDS_WITHOUT_A_BEAT

    def end(self) -> bool:
        """Have it finish what it has begun, or kill it if it does not. Returns whether it ended by itself, in order."""
        with contextlib.suppress(OSError):
            self._pipe.send(None)
        self._process.join(webhook_process.SECONDS_TO_FINISH + SECONDS_TO_END)
        self._process.kill()
        self._process.join()
        self._pipe.close()
        return self._process.exitcode == 0

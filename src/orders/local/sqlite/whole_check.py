"""Checks the whole database while a server uses it, where the check before the start did not come to its end."""

import contextlib
import logging
import os
import sys
import threading
import time

from orders.local.sqlite.short_checks import Shape, reads
from orders.local.sqlite.table import SqliteTable
from orders.order.errors import Unavailable

log = logging.getLogger(__name__)

SECONDS_BEFORE = 1.0
"""The end of the start, and the first requests, go before the check."""
NICENESS = 19


class WholeCheck:
    """The check of a table, in a thread that gives way to everything else. Half of the time it reads nothing."""

    def __init__(self, table: SqliteTable) -> None:
        self._table = table
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="check the database", daemon=True)

    def start(self) -> None:
        """Check the file once. A table that is found damaged refuses every call from then on."""
        self._thread.start()

    def stop(self) -> None:
        """End the check, whether it is done or not."""
        self._stop.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        _give_way()
        if self._stop.wait(SECONDS_BEFORE):
            return
        began = time.monotonic()
        try:
            self._check()
        except Unavailable as error:
            log.error("the check of the whole database did not pass: %s", error)
        else:
            if not self._stop.is_set():
                log.info("the whole database is not damaged: checked in %d s", time.monotonic() - began)

    def _check(self) -> None:
        for read in reads(self._table.ask(Shape.of)):
            began = time.monotonic()
            self._table.ask(read)
            if self._stop.wait(time.monotonic() - began):
                break


def _give_way() -> None:
    """On Linux each thread has a priority of its own."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)

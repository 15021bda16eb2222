"""The process that the queues' functions run in, as they do in sandboxes on Lambda.

Rendering can neither slow the intake down through Python's global lock nor, should it crash, take the server with it:
a message that takes its worker down is delivered again, given up on, and ends with its order FAILED.
"""

import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from orders.errors import Misconfigured
from orders.local.damage import GONE
from orders.local.logs import show_logs
from orders.local.template import FunctionSpec

log = logging.getLogger(__name__)

NICENESS = 5
"""Receipts can wait a little, customers can't."""

CALLS_IN_LINE = 3
"""How many times its own timeout a call may take: other functions' calls may be before it in the one process."""


class WorkerDied(Exception):
    """Nobody knows what became of a call."""


class Worker:
    """Calls functions in its process, which is made anew after it has died."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._pool = self._start()

    def invoke(self, spec: FunctionSpec, event: object) -> Any:
        """What the function returned.

        Raises:
            WorkerDied: the process died over this call, or over one that ran beside it, or took longer than the
                function may and was ended.
            Exception: whatever the function raised.
        """
        pool, call = self._submit(spec.name, event)
        try:
            return call.result(spec.timeout.total_seconds() * CALLS_IN_LINE)
        except (BrokenProcessPool, TimeoutError) as error:
            self._replace(pool)
            raise WorkerDied(f"the worker process died or hung in {spec.name}") from error

    def _submit(self, function_name: str, event: object) -> tuple[ProcessPoolExecutor, "Future[Any]"]:
        """A process that died while it was idle is found out here, before it has taken anything."""
        pool = self._pool
        try:
            return pool, pool.submit(_invoke, function_name, event)
        except BrokenProcessPool:
            self._replace(pool)
            return self._pool, self._pool.submit(_invoke, function_name, event)

    def close(self) -> None:
        """End the process; nothing may be in hand any more."""
        _kill(self._pool)

    def _start(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(1, get_context("spawn"), _set_up, (str(self._data),))
        pool.submit(int)  # so that it is ready when the first order comes
        return pool

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                log.error("the worker process died or hung; starting another")
                _kill(broken)
                self._pool = self._start()


def _kill(pool: ProcessPoolExecutor) -> None:
    """A hung thread would keep the process, and whoever waits for it, for ever."""
    for process in multiprocessing.active_children():
        process.kill()
    pool.shutdown()


def _set_up(data: str) -> None:
    """In the new process: end only with the server, and after what is in hand is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    os.nice(NICENESS)
    os.environ["ORDERS_DATA"] = data
    show_logs()


def _end_with_the_server() -> None:
    server = parent_process()
    if server:
        server.join()
        os._exit(1)


def _invoke(function_name: str, event: object) -> Any:
    from orders.local import runtime, template

    if not Path(os.environ["ORDERS_DATA"]).exists():
        raise Misconfigured(GONE)  # whoever opens a folder makes it where it is not there
    return runtime.function(template.load().functions[function_name]).invoke(event)

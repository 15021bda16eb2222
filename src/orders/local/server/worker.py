"""The process that a queue's function runs in, as it does in sandboxes on Lambda.

Rendering can neither slow the intake down through Python's global lock nor, should it crash, take the server with it:
a message that takes its worker down is delivered again, given up on, and ends with its order FAILED. Each function has
a process of its own, so that a mail server which does not answer keeps no receipt waiting.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from orders.local.lambda_.template import FunctionSpec
from orders.local.logs import show_logs
from orders.local.sqlite.damage import GONE
from orders.order.errors import Misconfigured

log = logging.getLogger(__name__)

NICENESS = 5
"""Receipts can wait a little, customers can't."""

SECONDS_TO_START = 30

Bells = Mapping[str, list[str]]
"""What was rung in the other process: queues by their names in the template, and the messages for each."""


class WorkerDied(Exception):
    """Nobody knows what became of a call."""


class Worker:
    """Calls one function in its process, which is made when it is first needed, and anew after it has died.

    `carry_home` is told of the doorbells that were rung there, where nobody would hear them.
    """

    def __init__(self, data: Path, spec: FunctionSpec, carry_home: Callable[[Bells], None]) -> None:
        self._data = data
        self._spec = spec
        self._carry_home = carry_home
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def warm_up(self) -> None:
        """Begin to make the process, so that it is ready when the first order comes."""
        self._current().submit(int)

    def invoke(self, event: object) -> Any:
        """What the function returned.

        Raises:
            WorkerDied: the process died over this call, or over one that ran beside it, or took longer than the
                function may and was ended.
            Exception: whatever the function raised.
        """
        pool, call = self._submit(event)
        try:
            result, bells = call.result(self._spec.timeout.total_seconds())
        except (BrokenProcessPool, TimeoutError) as error:
            self._discard(pool)
            raise WorkerDied(f"the worker process of {self._spec.name} died or hung") from error
        self._carry_home(bells)
        return result

    def _submit(self, event: object) -> tuple[ProcessPoolExecutor, "Future[tuple[Any, Bells]]"]:
        """A process that died while it was idle is found out here, before it has taken anything."""
        pool = self._current()
        try:
            pool.submit(int).result(SECONDS_TO_START)
        except (BrokenProcessPool, TimeoutError):
            self._discard(pool)
            pool = self._current()
            pool.submit(int).result(SECONDS_TO_START)
        return pool, pool.submit(_invoke, self._spec.name, event)

    def close(self) -> None:
        """End the process; nothing may be in hand any more."""
        if self._pool:
            _kill(self._pool)

    def _current(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, get_context("spawn"), _set_up, (str(self._data),))
            return self._pool

    def _discard(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                log.error("the worker process of %s died or hung; another is started", self._spec.name)
                _kill(broken)
                self._pool = None


def _kill(pool: ProcessPoolExecutor) -> None:
    """A hung thread would keep the process, and whoever waits for it, for ever."""
    for process in list((pool._processes or {}).values()):  # which none of its methods gives away
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


def _invoke(function_name: str, event: object) -> tuple[Any, Bells]:
    """What the function returned, and the doorbells that were rung meanwhile."""
    from orders.local import stack
    from orders.local.lambda_ import runtime, template

    data = Path(os.environ["ORDERS_DATA"])
    if not data.exists():
        raise Misconfigured(GONE)  # whoever opens a folder makes it where it is not there
    result = runtime.function(template.load().functions[function_name]).invoke(event)
    return result, {name: queue.take_all() for name, queue in stack.stack_in(data.absolute()).queues.items()}

"""Runs each function that a queue feeds in a process of its own, as Lambda does.

Drawing receipts can't slow the intake down through Python's global lock. A crash ends only the worker: its messages are
delivered again, and an order that crashes it each time ends `FAILED`. A mail server that does not answer delays no
receipt.
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
from orders.measured import Measured, take_all
from orders.order.errors import Misconfigured

log = logging.getLogger(__name__)

NICENESS = 5
"""The intake goes before the workers: receipts can wait a little, callers can't."""

SECONDS_TO_START = 30

Doorbells = Mapping[str, list[str]]
"""What a call sent to queues: the messages for each, by the queue's name in the template."""


class WorkerDied(Exception):
    """The worker ended during a call. Nobody knows what the call has done."""


class Worker:
    """Calls one function in its process. The first call starts the process; the call after a crash starts another.

    The function's messages to queues come back with its result, and go to `notify`. The queues are in the server. The
    durations that it measured go to `observe`.
    """

    def __init__(
        self,
        data: Path,
        spec: FunctionSpec,
        notify: Callable[[Doorbells], None],
        observe: Callable[[Measured], None] = lambda _measured: None,
    ) -> None:
        self._data = data
        self._spec = spec
        self._notify = notify
        self._observe = observe
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def warm_up(self) -> None:
        """Start the process now, so that it is ready for the first order."""
        self._current().submit(int)

    def invoke(self, event: object) -> Any:
        """What the function returned.

        Raises:
            WorkerDied: the process died during this call, perhaps because of another one, or was killed at the
                function's timeout.
            Exception: whatever the function raised.
        """
        pool, call = self._submit(event)
        try:
            result, doorbells, measured = call.result(self._spec.timeout.total_seconds())
        except (BrokenProcessPool, TimeoutError) as error:
            self._discard(pool)
            raise WorkerDied(f"the worker process of {self._spec.name} died or hung") from error
        self._notify(doorbells)
        self._observe(measured)
        return result

    def is_alive(self) -> bool:
        """Whether the process lives, or was not needed yet. One that died while it was idle is started again."""
        pool = self._pool
        if pool is None or all(process.is_alive() for process in list((pool._processes or {}).values())):
            return True
        self._discard(pool)
        self.warm_up()
        return False

    def _submit(self, event: object) -> tuple[ProcessPoolExecutor, "Future[tuple[Any, Doorbells, Measured]]"]:
        """Replace a process that died while it was idle, before it gets an event."""
        pool = self._current()
        try:
            pool.submit(int).result(SECONDS_TO_START)
        except (BrokenProcessPool, TimeoutError):
            self._discard(pool)
            pool = self._current()
            pool.submit(int).result(SECONDS_TO_START)
        return pool, pool.submit(_invoke, self._spec.name, event)

    def close(self) -> None:
        """End the process. No call may be running."""
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
    """Kill it: a hung thread would keep the process alive for ever."""
    for process in list((pool._processes or {}).values()):  # no public method lists the processes
        process.kill()
    pool.shutdown()


def _set_up(data: str) -> None:
    """In the new process: ignore signals, and end when the server ends."""
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


def _invoke(function_name: str, event: object) -> tuple[Any, Doorbells, Measured]:
    """In the worker: what the function returned, the messages that it sent, and the durations that it measured.

    Messages of a call that raised, or of a record that went on after its call, come with the next result.
    """
    from orders.local import stack
    from orders.local.lambda_ import runtime, template

    data = Path(os.environ["ORDERS_DATA"])
    if not data.exists():
        raise Misconfigured(GONE)  # opening the folder would create a new one
    result = runtime.function(template.load().functions[function_name]).invoke(event)
    queues = stack.stack_in(data.absolute()).queues
    return result, {name: queue.take_all() for name, queue in queues.items()}, take_all()

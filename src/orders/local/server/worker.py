"""Runs each function that a queue feeds in a process of its own, as Lambda does.

Drawing receipts can't slow the intake down through Python's global lock. A crash ends only the worker: its messages are
delivered again, and an order that crashes it each time ends `FAILED`. A mail server that does not answer delays no
receipt.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orders.local.lambda_.template import FunctionSpec
from orders.local.server.worker_process import Doorbells, Reply, WorkerDied, WorkerProcess
from orders.measured import Measured

log = logging.getLogger(__name__)


class Worker:
    """Calls one function in its process. The first call starts the process; the call after a crash starts another.

    The function's messages to queues come back with its result, and go to `notify`. The queues are in the server. The
    durations that it measured go to `observe`. One thread calls at a time.
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
        self._process: WorkerProcess | None = None
        self._has_died = False

    def warm_up(self) -> None:
        """Start the process now, so that it is ready for the first order.

        Raises:
            WorkerDied: it did not start.
        """
        with self._lock:
            self._start()

    def invoke(self, event: object) -> Any:
        """What the function returned. A process that died while it was idle is replaced before it gets the event.

        Raises:
            WorkerDied: the process did not start, died during this call, or was killed at the function's timeout.
            Exception: whatever the function raised.
        """
        with self._lock:
            reply = self._reply(event)
        self._notify(reply.doorbells)
        self._observe(reply.measured)
        if reply.error:
            raise reply.error
        return reply.result

    def is_alive(self) -> bool:
        """Whether the process lives, or was not needed yet. One that died while it was idle is started again.

        A call that is running finds out by itself whether its process lives.
        """
        if not self._lock.acquire(blocking=False):
            return True
        try:
            if not self._has_died and (self._process is None or self._process.is_alive()):
                return True
            with contextlib.suppress(WorkerDied):
                self._start()
            return False
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process. No call may be running."""
        if self._process:
            self._process.end()
            self._process = None

    def _start(self) -> WorkerProcess:
        if self._process and not self._process.is_alive():
            log.error("the worker process of %s died or hung; another is started", self._spec.name)
            self.close()
        if self._process is None:
            self._has_died = True
            self._process = WorkerProcess(self._data)
            self._has_died = False
        return self._process

    def _reply(self, event: object) -> Reply:
        try:
            return self._start().call(self._spec.name, event, self._spec.timeout.total_seconds())
        except WorkerDied:
            raise WorkerDied(f"the worker process of {self._spec.name} died or hung") from None

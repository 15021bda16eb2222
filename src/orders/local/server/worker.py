"""Runs each function that a queue feeds in a process of its own, as Lambda does.

Drawing receipts can't slow the intake down through Python's global lock. A crash ends only the worker: its messages are
delivered again, and an order that crashes it each time ends `FAILED`. A mail server that does not answer delays no
receipt.
"""

import contextlib
import logging
import os
import signal
import sqlite3
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import PicklingError
from typing import Any

from orders.local import stack
from orders.local.folder.folder import FolderError
from orders.local.lambda_ import runtime, template
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


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a call returned or raised, the messages that it sent, and the durations that it measured."""

    result: Any = None
    doorbells: Doorbells = field(default_factory=dict)
    measured: Measured = field(default_factory=dict)
    error: Exception | None = None


class _WorkerProcess:
    """One process, which does one call after another."""

    def __init__(self, data: Path) -> None:
        """Start it and wait until it is ready.

        Raises:
            WorkerDied: it did not start.
        """
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(str(data), theirs), daemon=False)
        self._process.start()
        theirs.close()
        self._reply(SECONDS_TO_START)

    def call(self, function_name: str, event: object, seconds: float) -> _Reply:
        """What the function returned or raised.

        Raises:
            WorkerDied: the process ended, or took longer and was killed.
        """
        try:
            self._pipe.send((function_name, event))
        except OSError:
            self.end()
            raise WorkerDied from None
        return self._reply(seconds)

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        """Whatever it does: a hung call would keep it alive for ever. Ending it twice is fine."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _reply(self, seconds: float) -> _Reply:
        try:
            if self._pipe.poll(seconds):
                reply: _Reply = self._pipe.recv()
                return reply
        except (EOFError, OSError):
            pass
        self.end()
        raise WorkerDied


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
        self._process: _WorkerProcess | None = None
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

    def _start(self) -> _WorkerProcess:
        if self._process and not self._process.is_alive():
            log.error("the worker process of %s died or hung; another is started", self._spec.name)
            self.close()
        if self._process is None:
            self._has_died = True
            self._process = _WorkerProcess(self._data)
            self._has_died = False
        return self._process

    def _reply(self, event: object) -> _Reply:
        try:
            return self._start().call(self._spec.name, event, self._spec.timeout.total_seconds())
        except WorkerDied:
            raise WorkerDied(f"the worker process of {self._spec.name} died or hung") from None


def _run(data: str, calls: Connection) -> None:
    """In the new process. An orderly end would close the database as if the server had been stopped."""
    _work(data, calls)
    os._exit(1)


def _work(data: str, calls: Connection) -> None:
    """Do calls until the server ends."""
    _set_up(data)
    with contextlib.suppress(FolderError, Misconfigured, OSError, sqlite3.Error):
        _stack()  # if it can't be opened, the first call will meet that, and tell
    calls.send(_Reply())
    with contextlib.suppress(EOFError, OSError):
        while True:
            function_name, event = calls.recv()
            _answer(calls, _outcome(function_name, event))


def _answer(calls: Connection, reply: _Reply) -> None:
    """An error that can't be sent is replaced by its name."""
    try:
        calls.send(reply)
    except (PicklingError, TypeError, AttributeError):
        calls.send(_Reply(error=RuntimeError(f"an unexpected {type(reply.error).__name__}")))


def _outcome(function_name: str, event: object) -> _Reply:
    try:
        return _Reply(*_invoke(function_name, event))
    except FolderError as error:
        return _Reply(error=Misconfigured(str(error)))
    except Exception as error:
        error.add_note(traceback.format_exc())
        return _Reply(error=error)


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
    queues = _stack().queues
    result = runtime.function(template.load().functions[function_name]).invoke(event)
    return result, {name: queue.take_all() for name, queue in queues.items()}, take_all()


def _stack() -> stack.Stack:
    data = Path(os.environ["ORDERS_DATA"])
    if not data.exists():
        raise Misconfigured(GONE)  # opening the folder would create a new one
    return stack.stack_in(data.absolute())

"""The process in which a function that a queue feeds runs, and what goes through the pipe to it."""

import contextlib
import os
import signal
import sqlite3
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import PicklingError
from typing import Any

from orders.local import stack
from orders.local.folder.folder import FolderError
from orders.local.lambda_ import runtime, template
from orders.local.logs import show_logs
from orders.local.sqlite.damage import GONE
from orders.measured import Measured, take_all
from orders.order.errors import Misconfigured

NICENESS = 5
"""The intake goes before the workers: receipts can wait a little, callers can't."""

SECONDS_TO_START = 30

Doorbells = Mapping[str, list[str]]
"""What a call sent to queues: the messages for each, by the queue's name in the template."""


class WorkerDied(Exception):
    """The worker ended during a call. Nobody knows what the call has done."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call returned or raised, the messages that it sent, and the durations that it measured."""

    result: Any = None
    doorbells: Doorbells = field(default_factory=dict)
    measured: Measured = field(default_factory=dict)
    error: Exception | None = None


class WorkerProcess:
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

    def call(self, function_name: str, event: object, seconds: float) -> Reply:
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

    def _reply(self, seconds: float) -> Reply:
        try:
            if self._pipe.poll(seconds):
                reply: Reply = self._pipe.recv()
                return reply
        except (EOFError, OSError):
            pass
        self.end()
        raise WorkerDied


def _run(data: str, calls: Connection) -> None:
    """In the new process. An orderly end would close the database as if the server had been stopped."""
    work(data, calls)
    os._exit(1)


def work(data: str, calls: Connection) -> None:
    """Do calls until the server ends."""
    set_up(data)
    with contextlib.suppress(FolderError, Misconfigured, OSError, sqlite3.Error):
        _stack()  # if it can't be opened, the first call will meet that, and tell
    calls.send(Reply())
    with contextlib.suppress(EOFError, OSError):
        while True:
            function_name, event = calls.recv()
            _answer(calls, _outcome(function_name, event))


def _answer(calls: Connection, reply: Reply) -> None:
    """An error that can't be sent is replaced by its name."""
    try:
        calls.send(reply)
    except (PicklingError, TypeError, AttributeError):
        calls.send(Reply(error=RuntimeError(f"an unexpected {type(reply.error).__name__}")))


def _outcome(function_name: str, event: object) -> Reply:
    try:
        return Reply(*invoke(function_name, event))
    except FolderError as error:
        return Reply(error=Misconfigured(str(error)))
    except Exception as error:
        error.add_note(traceback.format_exc())
        return Reply(error=error)


def set_up(data: str) -> None:
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


def invoke(function_name: str, event: object) -> tuple[Any, Doorbells, Measured]:
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

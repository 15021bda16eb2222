"""In the process that delivers webhooks: `functions.deliver_webhooks` in a thread for each endpoint that is due."""

import contextlib
import logging
import os
import sqlite3
import threading
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from orders.local import stack
from orders.local.folder.folder import DataFolder, FolderError
from orders.local.lambda_ import runtime
from orders.local.lambda_.runtime import Context
from orders.local.lambda_.template import FunctionSpec, Template
from orders.local.server import worker_process
from orders.local.server.webhook_dispatcher import Calls, Dispatcher
from orders.local.server.webhook_turns import Turns
from orders.local.sqlite.changes import Changes
from orders.order.errors import Misconfigured, OrdersError

log = logging.getLogger(__name__)

NAME = "orders-webhooks"
"""The name of this process, in 15 letters."""
SECONDS_TO_FINISH = 5.0
"""How long a stopping server waits for deliveries. Those that take longer are repeated after the next start."""
SPARE = timedelta(seconds=30)
"""How much longer than its function's timeout a turn may take before it counts as hanging."""


def run(data: str, server: Connection) -> None:
    """Deliver until the server says stop or ends, or no endpoint is enabled. The server reads a beat for each look."""
    worker_process.set_up(data)
    with contextlib.suppress(OSError):  # on Linux, as `ps` and `top` show it
        Path("/proc/self/comm").write_text(NAME)
    try:
        deliver(Path(data), server)
    except (FolderError, Misconfigured, OrdersError, OSError, sqlite3.Error) as error:
        log.error("webhooks can't be delivered now: %s", error)
        os._exit(1)
    os._exit(0)  # an orderly end would close the database as if the server had been stopped


def deliver(data: Path, server: Connection) -> None:
    """As `run`, in a process that is set up. The leases of a process that was killed are given back first."""
    resources = stack.stack_in(data.absolute())
    turns = Turns.of(resources.table)
    turns.release_all()
    spec = _function(resources.template)
    function, stopping = runtime.function(spec), threading.Event()

    def turn(endpoint_id: str) -> bool:
        return _is_done(function.invoke(_event(endpoint_id), _Turn(spec.timeout, stopping)))

    changes = Changes(DataFolder(data).database)
    calls = Calls(changes.are_there, turns.enabled, turns.is_due, turn, turns.release)
    dispatcher = Dispatcher(calls, (spec.timeout + SPARE).total_seconds())
    with contextlib.suppress(EOFError, OSError):
        dispatcher.run(server.poll, lambda: server.send(None))
    stopping.set()
    dispatcher.finish(SECONDS_TO_FINISH)


def _function(resources: Template) -> FunctionSpec:
    """The function that the queue for webhooks feeds."""
    (found,) = [
        spec
        for spec in resources.functions.values()
        if any(source.queue == resources.webhook_queue for source in spec.sources)
    ]
    return found


class _Turn(Context):
    """A turn has no time left once the server stops."""

    def __init__(self, timeout: timedelta, stopping: threading.Event) -> None:
        super().__init__(timeout)
        self._stopping = stopping

    def get_remaining_time_in_millis(self) -> int:
        return 0 if self._stopping.is_set() else super().get_remaining_time_in_millis()


def _event(endpoint_id: str) -> dict[str, object]:
    """The event that SQS sends on AWS, as far as the function reads it."""
    return {"Records": [{"messageId": endpoint_id, "body": endpoint_id, "eventSource": "aws:sqs"}]}


def _is_done(report: object) -> bool:
    """Whether the function hands nothing back to the queue."""
    return not (isinstance(report, dict) and report.get("batchItemFailures"))

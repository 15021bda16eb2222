"""What Lambda does around a handler: call it with a context, feed it from queues, wake it on schedule."""

import hashlib
import importlib
import logging
import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from orders.local.queue import MemoryQueue, Message
from orders.local.stack import Stack
from orders.local.template import FunctionSpec, QueueSource
from orders.local.worker import Worker

log = logging.getLogger(__name__)

CORES = os.cpu_count() or 1


def request_id() -> str:
    """A UUID that nothing secret hangs on: without the system call that real chance costs."""
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


class Context:
    """The part of Lambda's context object that handlers use."""

    def __init__(self, function_name: str, timeout: timedelta) -> None:
        self.function_name = function_name
        self.aws_request_id = request_id()
        self._deadline = time.monotonic() + timeout.total_seconds()

    def get_remaining_time_in_millis(self) -> int:
        return int((self._deadline - time.monotonic()) * 1000)


class Function:
    """A function of the template, ready to be called."""

    def __init__(self, spec: FunctionSpec) -> None:
        module, _, name = spec.handler.rpartition(".")
        self.spec = spec
        self._handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), name)

    def invoke(self, event: object) -> Any:
        return self._handler(event, Context(self.spec.name, self.spec.timeout))


@cache
def function(spec: FunctionSpec) -> Function:
    return Function(spec)


@contextmanager
def running(stack: Stack, functions: dict[str, Function]) -> Iterator[None]:
    """Feed the functions from their queues and wake them on schedule, until the block ends.

    Then what is in hand is finished first.
    """
    stop = threading.Event()
    worker = Worker(stack.data)
    threads = [*_pollers(stack, worker), *_timers(stop, functions)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for queue in stack.queues.values():
            queue.close()
        for thread in threads:
            thread.join()
        worker.close()


def _pollers(stack: Stack, worker: Worker) -> Iterator[threading.Thread]:
    for spec in stack.template.functions.values():
        for source in spec.sources:
            queue, invoke = stack.queues[source.queue], partial(worker.invoke, spec.name)
            yield threading.Thread(target=_poll, args=(queue, source, invoke), name=f"poll {source.queue}")


def _timers(stop: threading.Event, functions: dict[str, Function]) -> Iterator[threading.Thread]:
    for function in functions.values():
        for period in function.spec.schedules:
            yield threading.Thread(target=_tick, args=(stop, period, function), name=f"wake {function.spec.name}")


def _poll(queue: MemoryQueue, source: QueueSource, invoke: Callable[[object], Any]) -> None:
    """Lambda's event source mapping: what the function does not report as failed is deleted."""
    while received := queue.receive(source.batch_size):
        event = {"Records": [_record(source.queue, handle, message) for handle, message in received]}
        failed = _failed(_try(invoke, event), source, [message.message_id for _, message in received])
        for handle, message in received:
            if message.message_id not in failed:
                queue.delete(handle)


def _tick(stop: threading.Event, period: timedelta, function: Function) -> None:
    """EventBridge Scheduler; the first time at once, for what the last process left behind."""
    while not stop.is_set():
        _try(function.invoke, {"time": datetime.now(UTC).isoformat()})
        stop.wait(period.total_seconds())


class _Crashed:
    """What a function that raised has returned."""


def _try(invoke: Callable[[object], Any], event: object) -> Any:
    try:
        return invoke(event)
    except Exception:
        log.exception("a function failed")
        return _Crashed


def _failed(result: Any, source: QueueSource, message_ids: list[str]) -> set[str]:
    """The messages to deliver again: all of them, where the function raised or its report makes no sense."""
    if result is _Crashed:
        return set(message_ids)
    if not source.reports_failures or not result:
        return set()
    reported = {failure.get("itemIdentifier") for failure in result.get("batchItemFailures") or ()}
    return reported if reported <= set(message_ids) else set(message_ids)


def _record(queue_name: str, handle: int, message: Message) -> dict[str, Any]:
    sent_at = time.time() - (time.monotonic() - message.sent_at)
    return {
        "messageId": message.message_id,
        "receiptHandle": str(handle),
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(int(sent_at * 1000)),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:local:000000000000:{queue_name}",
        "awsRegion": "local",
    }

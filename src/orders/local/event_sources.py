"""What sets functions to work besides requests: queues that feed them, schedules that wake them."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from orders.local.queue import MemoryQueue, Message
from orders.local.runtime import Function, function
from orders.local.stack import Stack
from orders.local.template import QueueSource
from orders.local.worker import Worker

log = logging.getLogger(__name__)

SECONDS_AFTER_A_CRASH = 1.0
"""A pause, so that a function which can't even start does not keep the machine busy."""


@contextmanager
def running(stack: Stack) -> Iterator[None]:
    """Feed the functions from their queues and wake them on schedule, until the block ends.

    Then what is in hand is finished first.
    """
    stop = threading.Event()
    worker = Worker(stack.data)
    threads = [*_pollers(stop, stack, worker), *_timers(stop, stack)]
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


def _pollers(stop: threading.Event, stack: Stack, worker: Worker) -> Iterator[threading.Thread]:
    for spec in stack.template.functions.values():
        for source in spec.sources:
            queue, invoke = stack.queues[source.queue], partial(worker.invoke, spec.name)
            yield threading.Thread(target=_poll, args=(stop, queue, source, invoke), name=f"poll {source.queue}")


def _timers(stop: threading.Event, stack: Stack) -> Iterator[threading.Thread]:
    for spec in stack.template.functions.values():
        for period in spec.schedules:
            yield threading.Thread(target=_tick, args=(stop, period, function(spec)), name=f"wake {spec.name}")


def _poll(stop: threading.Event, queue: MemoryQueue, source: QueueSource, invoke: Callable[[object], Any]) -> None:
    """Lambda's event source mapping: what the function does not report as failed is deleted."""
    while received := queue.receive(source.batch_size):
        event = {"Records": [_record(source.queue, handle, message) for handle, message in received]}
        result = _try(invoke, event)
        if result is _CRASHED:
            stop.wait(SECONDS_AFTER_A_CRASH)
        failed = _failed(result, source, [message.message_id for _, message in received])
        for handle, message in received:
            if message.message_id not in failed:
                queue.delete(handle)


def _tick(stop: threading.Event, period: timedelta, function: Function) -> None:
    """EventBridge Scheduler; the first time at once, for what the last process left behind."""
    while not stop.is_set():
        _try(function.invoke, {"time": datetime.now(UTC).isoformat()})
        stop.wait(period.total_seconds())


_CRASHED = object()
"""What a function that raised has returned."""


def _try(invoke: Callable[[object], Any], event: object) -> Any:
    try:
        return invoke(event)
    except Exception:
        log.exception("a function failed")
        return _CRASHED


def _failed(result: Any, source: QueueSource, message_ids: list[str]) -> set[str]:
    """The messages to deliver again: all of them, where the function raised or its report makes no sense."""
    if result is _CRASHED:
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

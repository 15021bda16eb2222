"""Calls functions for messages in queues, and on schedules."""

import contextlib
import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from orders.local.lambda_.queue import MemoryQueue
from orders.local.lambda_.ready import Message
from orders.local.lambda_.runtime import Function, function
from orders.local.lambda_.template import QueueSource
from orders.local.server.webhook_turns import Turns
from orders.local.server.webhook_worker import WebhookWorker
from orders.local.server.worker import Worker
from orders.local.server.worker_process import WorkerDied
from orders.local.stack import Stack
from orders.measured import Measured
from orders.order.clock import utc_now
from orders.order.errors import Misconfigured

log = logging.getLogger(__name__)

Received = tuple[int, Message]
"""A message and its receipt handle."""

ORDER_WORKERS = min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
"""Processes that complete orders: each uses one processor at a time, also while it draws a receipt."""
ORDERS_AT_ONCE = 40
"""As many orders share their writes if they wait; SQS would deliver ten. More would make a new order wait longer."""

SECONDS_AFTER_A_CRASH = 1.0
"""So that a function that can't start does not keep the machine busy."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a worker takes of a queue: at most so many messages at once, and none unless more than a backlog wait."""

    most: int
    backlog: int = 0
    starts_at_once: bool = False


@contextlib.contextmanager
def running(stack: Stack, observe: Callable[[Measured], None]) -> Iterator[Callable[[], bool]]:
    """Call the functions until the block ends; then wait for calls that are running.

    `observe` gets the durations that workers measured. The block gets a function that says whether everything runs: a
    worker that died while it was idle is started again, and counts as running when it is.
    """
    stop = threading.Event()
    workers: list[Worker] = []
    webhooks = WebhookWorker(stack.data, Turns.of(stack.table))
    threads = [
        *_pollers(stop, stack, observe, workers),
        *_timers(stop, stack),
        threading.Thread(target=webhooks.run, name="webhooks"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield lambda: all(
            [*(each.is_alive() for each in threads), *(each.is_alive() for each in workers), webhooks.is_alive()]
        )
    finally:
        stop.set()
        webhooks.stop()
        for queue in stack.queues.values():
            queue.close()
        for thread in threads:
            thread.join()
        for worker in workers:
            worker.close()


def _pollers(
    stop: threading.Event, stack: Stack, observe: Callable[[Measured], None], workers: list[Worker]
) -> Iterator[threading.Thread]:
    """Threads that each feed a worker, which is added to `workers`.

    None is for the webhooks' queue: what waits for an endpoint is in the database, and `WebhookWorker` finds it there.
    """
    for spec in stack.template.functions.values():
        for source in spec.sources:
            if source.queue == stack.template.webhook_queue:
                continue
            for share in _shares(source, stack):
                workers.append(worker := Worker(stack.data, spec, stack.notify, observe))
                poller = Poller(stop, stack.queues[source.queue], source, share, worker.invoke)
                yield threading.Thread(target=_feed, args=(worker, poller), name=f"poll {source.queue}")


def _feed(worker: Worker, poller: "Poller") -> None:
    """Until the queue is closed. A worker that is ready at once starts now, and others with their first message."""
    if poller.share.starts_at_once:
        with contextlib.suppress(WorkerDied):
            worker.warm_up()
    poller.run()


def _shares(source: QueueSource, stack: Stack) -> list[Share]:
    """One for each worker. The first one for orders is ready for the first order; the others start with a backlog."""
    if source.queue != stack.template.order_queue:
        return [Share(source.batch_size)]
    first = Share(ORDERS_AT_ONCE, starts_at_once=True)
    return [first, *[Share(ORDERS_AT_ONCE, backlog=source.batch_size)] * (ORDER_WORKERS - 1)]


def _timers(stop: threading.Event, stack: Stack) -> Iterator[threading.Thread]:
    for spec in stack.template.functions.values():
        for period in spec.schedules:
            yield threading.Thread(target=_tick, args=(stop, period, function(spec)), name=f"wake {spec.name}")


@dataclass(frozen=True, slots=True)
class Poller:
    """Lambda's event source mapping: it deletes each message that the function does not report as failed."""

    stop: threading.Event
    queue: MemoryQueue
    source: QueueSource
    share: Share
    invoke: Callable[[object], Any]

    def run(self) -> None:
        """Until the queue is closed."""
        while received := self.queue.receive(self.share.most, self.share.backlog):
            self.deliver(received)

    def deliver(self, received: list[Received], again: bool = True) -> None:
        """If the worker dies, deliver each message once more, alone: at most one of them is the cause."""
        event = {"Records": [_record(self.source.queue, handle, message) for handle, message in received]}
        try:
            result = self.invoke(event)
        except WorkerDied as error:
            log.error("%s", error)
            self.stop.wait(SECONDS_AFTER_A_CRASH)
            for one in received if again else ():
                if self.stop.is_set():
                    break
                self.deliver([one], again=False)
        except Misconfigured as error:
            log.error("a whole batch is delivered again: %s", error)
        except Exception:
            log.exception("a function raised an error: its whole batch is delivered again")
        else:
            self.delete_all_but(_failed(result, self.source), received)

    def delete_all_but(self, failed: set[str] | None, received: list[Received]) -> None:
        """`None` is a report that makes no sense: then every message is delivered again."""
        if failed is None or not failed <= {message.message_id for _, message in received}:
            return
        for handle, message in received:
            if message.message_id not in failed:
                self.queue.delete(handle)


def _tick(stop: threading.Event, period: timedelta, function: Function) -> None:
    """EventBridge Scheduler. The first call is at once, for what the last process left."""
    while not stop.is_set():
        try:
            function.invoke({"time": utc_now().isoformat()})
        except Exception:
            log.exception("a function on schedule raised an error")
        stop.wait(period.total_seconds())


def _failed(result: Any, source: QueueSource) -> set[str] | None:
    if not source.reports_failures or not result:
        return set()
    try:
        return {failure["itemIdentifier"] for failure in result["batchItemFailures"] or ()}
    except (KeyError, TypeError):
        return None


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

"""SQS event in, partial batch response out: the records of a batch are worked on side by side.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from orders.order.errors import Misconfigured, NewerVersion, OrdersError

log = logging.getLogger(__name__)

WORKERS = 10
SPARE_SECONDS = 3.0
"""So much of the function's time is left when the rest of a batch is handed back to the queue."""


class Deadline(Protocol):
    """The part of Lambda's context that a batch needs."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(work: Callable[[str], object]) -> Callable[[Mapping[str, Any], Deadline], dict[str, Any]]:
    """A Lambda handler that does `work` for the order id in each record.

    If the work raises, or is not done shortly before the function's time is over, the record is handed back to the
    queue. The other records are not. The exception is an order that a newer version wrote. This version can't note the
    attempt in it, so the message is deleted, and the sweep sends others, less and less often. If it were handed back,
    each message would be delivered five times, and then from the dead-letter queue every six minutes for two weeks.
    """
    threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="record")
    late: set[Future[object]] = set()

    def handle(event: Mapping[str, Any], context: Deadline) -> dict[str, Any]:
        if any(future.running() for future in late):
            log.error("a record of an earlier batch hangs: this process ends, and a new one continues")
            os._exit(1)
        late.clear()
        running = {threads.submit(work, record["body"]): record for record in event["Records"]}
        wait(running, timeout=context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS)
        late.update(future for future in running if not future.done())
        failed = [record["messageId"] for future, record in running.items() if not _is_done(future, record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


def _is_done(future: Future[object], record: Mapping[str, Any]) -> bool:
    if not future.done():
        future.cancel()
        log.warning("order %r handed back: no time left", record["body"])
        return False
    error = future.exception()
    if isinstance(error, NewerVersion):
        log.error("order %r still waits: %s", record["body"], error)
        return True
    if isinstance(error, OrdersError):
        level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
        log.log(level, "order %r handed back: %s %s", record["body"], type(error).__name__, error)
    elif error:
        log.error("order %r handed back: unexpected error", record["body"], exc_info=error)
    return error is None

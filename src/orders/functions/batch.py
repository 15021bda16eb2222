"""SQS event in, partial batch response out: the records of a batch are worked on side by side.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
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


Handler = Callable[[Mapping[str, Any], Deadline], Any]
Work = Callable[[str], object]
Begin = Callable[[Sequence[str]], tuple[Work, Callable[[], None]]]
SideBySide = Callable[[Work, Sequence[str], float], Sequence["Future[object]"]]
"""Does the work for each of these order ids, for at most these seconds. A future that is not done then has failed."""


def handler(work: Work) -> Handler:
    """A Lambda handler that does `work` for the order id in each record, as `handler_of_batches` does."""
    return handler_of_batches(lambda _order_ids: (work, _nothing))


def handler_of_batches(begin: Begin, side_by_side: SideBySide | None = None) -> Handler:
    """A Lambda handler that works on the order id in each record: in threads, unless there is a better way.

    `begin` gets all order ids of the batch, and does what can be done for all of them together before the rest. It
    returns the work that is left for each, and what can be done for all of them together after that. This is called
    also if a record has failed or is not done. Neither of the two raises anything.

    If the work raises, or is not done shortly before the function's time is over, the record is handed back to the
    queue. The other records are not. The exception is an order that a newer version wrote. This version can't note the
    attempt in it, so the message is deleted, and the sweep sends others, less and less often. If it were handed back,
    each message would be delivered five times, and then from the dead-letter queue every six minutes for two weeks.
    """
    do_all = side_by_side or in_threads()

    def handle(event: Mapping[str, Any], context: Deadline) -> dict[str, Any]:
        records = event["Records"]
        order_ids = [record["body"] for record in records]
        work, end = begin(order_ids)
        seconds = context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
        futures = do_all(work, order_ids, seconds)
        end()
        outcomes = zip(records, futures, strict=True)
        failed = [record["messageId"] for record, future in outcomes if not _is_done(future, record)]
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handle


def in_threads() -> SideBySide:
    """A thread for each record: while one waits for the network, others go on."""
    threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="record")
    late: set[Future[object]] = set()

    def do_all(work: Work, order_ids: Sequence[str], seconds: float) -> Sequence[Future[object]]:
        if any(future.running() for future in late):
            log.error("a record of an earlier batch hangs: this process ends, and a new one continues")
            os._exit(1)
        late.clear()
        futures = [threads.submit(work, order_id) for order_id in order_ids]
        wait(futures, timeout=seconds)
        late.update(future for future in futures if not future.done())
        return futures

    return do_all


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


def _nothing() -> None:
    pass

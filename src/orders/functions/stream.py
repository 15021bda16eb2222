"""Records of the table's stream in, partial batch response out."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orders.functions.batch import Deadline, Handler
from orders.order.errors import Misconfigured, Unavailable

log = logging.getLogger(__name__)

Record = Mapping[str, Any]
PAUSES = (1, 2, 4, 8)
"""Seconds before the batch is tried again. Lambda's own attempts are limited, and an outage may last for hours."""


def handler(work: Callable[[Sequence[Record]], object], attempt_seconds: float) -> Handler:
    """A Lambda handler that does `work` for the records of a batch. A retry needs `attempt_seconds` that are left.

    If `work` raises `Unavailable`, the whole batch is handed back: Lambda delivers it again, and later ones wait for
    it. If the function raised an error instead, Lambda would divide the batch.
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """

    def handle(event: Mapping[str, Any], context: Deadline) -> dict[str, Any]:
        records = event["Records"]
        error = _failure(work, records)
        for pause in PAUSES:
            if error is None or context.get_remaining_time_in_millis() / 1000 < pause + attempt_seconds:
                break
            time.sleep(pause)
            error = _failure(work, records)
        if error is None:
            return {"batchItemFailures": []}
        level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
        log.log(level, "%d records handed back to the stream: %s", len(records), error)
        return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}

    return handle


def _failure(work: Callable[[Sequence[Record]], object], records: Sequence[Record]) -> Unavailable | None:
    """Do the work. Returns the error if it could not be done now."""
    try:
        work(records)
    except Unavailable as error:
        return error
    return None

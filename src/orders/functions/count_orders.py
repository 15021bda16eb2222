"""From the table's stream: count the orders that moved."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from orders.edition import connect_counts
from orders.functions.batch import Deadline
from orders.order.errors import Misconfigured, Unavailable

log = logging.getLogger(__name__)
count = connect_counts()
PAUSES = (1, 2, 4, 8)
"""Seconds before the batch is tried again. Lambda's own attempts are limited, and an outage may last for hours."""
ATTEMPT_SECONDS = 8
"""No attempt begins with less time than this: two calls, each with a second to connect and two for the answer."""


def handler(event: Mapping[str, Any], context: Deadline) -> dict[str, Any]:
    """A batch that could not be counted is delivered again as it is, and later ones wait for it.

    So its token stays the same, and it counts once even if DynamoDB has counted it and only the answer was lost. If
    this raised an error instead, Lambda would divide the batch.
    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    records = event["Records"]
    error = failure(records)
    for pause in PAUSES:
        if error is None or context.get_remaining_time_in_millis() / 1000 < pause + ATTEMPT_SECONDS:
            break
        time.sleep(pause)
        error = failure(records)
    if error is None:
        return {"batchItemFailures": []}
    level = logging.ERROR if isinstance(error, Misconfigured) else logging.WARNING
    log.log(level, "%d records handed back to the stream: %s", len(records), error)
    return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}


def failure(records: list[Mapping[str, Any]]) -> Unavailable | None:
    """Count the records. Returns why they could not be counted, if they could not."""
    try:
        count(records)
    except Unavailable as error:
        return error
    return None

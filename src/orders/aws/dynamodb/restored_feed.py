"""Lets the feed of a restored table go on at numbers that were never given.

A restored feed ends earlier than the lost one. If it went on with the next number, an id would be given twice: often to
the same event, as the stream tells of a day again and shops post again, but behind other events than before. A cursor
from the lost time would be valid then, and could skip some.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.dynamodb.batch_reader import BatchReader
from orders.aws.dynamodb.event_batches import BEGIN, READABLE_FOR, Batch, item_of, number_at
from orders.order.clock import from_iso, utc_now
from orders.order.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

_TRIES = 20


def go_on_elsewhere(name: str, client: "DynamoDBClient", clock: Callable[[], datetime] = utc_now) -> None:
    """Append the batch behind which the feed goes on at a number that is higher than any before.

    Others may append meanwhile. A feed that never began needs nothing: it begins at such a number by itself. The call
    may be repeated.

    Raises:
        Unavailable: others append all the time. Call again.
    """
    for _ in range(_TRIES):
        now = clock()
        found = _end(name, client, now)
        if found is None:
            return
        number, appended_at = found
        last = Batch(number, appended_at, b"", goes_on_at=max(number_at(now), number + 1))
        if _put(last, name, client):
            return
    raise Unavailable("events: others append at the same time")


def _end(name: str, client: "DynamoDBClient", now: datetime) -> tuple[int, datetime] | None:
    """The number and the time of the batch that would come next; None if the feed begins at a new number anyway."""
    if newest := BatchReader(client, name).newest():
        return newest.next_number, max(now, newest.appended_at)
    with faults.errors_translated("events"):
        begin = client.get_item(TableName=name, Key=dict(BEGIN), ConsistentRead=True).get("Item")
    if begin is None or now - from_iso(begin["at"]["S"]) >= READABLE_FOR:
        return None
    return int(begin["number"]["N"]), now


def _put(batch: Batch, name: str, client: "DynamoDBClient") -> bool:
    with faults.errors_translated("events"):
        try:
            client.put_item(TableName=name, Item=item_of(batch), ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            return faults.held(error)
    return True

"""Writes many items with few calls, without conditions. Items that DynamoDB did not process are sent again.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orders.aws import errors as faults
from orders.aws import pauses
from orders.aws.dynamodb.item import Item
from orders.order.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

ITEMS_A_CALL = 25
PATIENCE = 5.0
"""Seconds after the first call in which items are sent again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


def put(client: "DynamoDBClient", table: str, items: Sequence[Item], what: str) -> None:
    """Store the items, in place of those with the same keys. No two may have the same key.

    `what` names the table in errors. No new call begins more than `PATIENCE` seconds after the first.

    Raises:
        Unavailable: the table did not answer, or was throttled. Some items may be stored.
    """
    until = time.monotonic() + PATIENCE
    for start in range(0, len(items), ITEMS_A_CALL):
        _put_part(client, table, items[start : start + ITEMS_A_CALL], what, until)


def _put_part(client: "DynamoDBClient", table: str, items: Sequence[Item], what: str, until: float) -> None:
    wanted: Any = {table: [{"PutRequest": {"Item": item}} for item in items]}
    for pause in pauses.growing(_FIRST_PAUSE, _LONGEST_PAUSE):
        with faults.errors_translated(what):
            wanted = client.batch_write_item(RequestItems=wanted).get("UnprocessedItems")
        if not wanted:
            return
        if time.monotonic() + pause > until:
            raise Unavailable(f"{what}: throttled")
        time.sleep(pause)

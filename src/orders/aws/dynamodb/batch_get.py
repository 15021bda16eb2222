"""Many items of a table at once. What DynamoDB leaves out of an answer is requested again, less and less often.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orders.aws import errors as faults
from orders.aws import pauses
from orders.aws.dynamodb.item import Item
from orders.order.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

KEYS_A_CALL = 100
PATIENCE = 5.0
"""For how many seconds a caller waits, unless it says otherwise."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


def items(
    client: "DynamoDBClient", table: str, keys: Sequence[Item], what: str, *,
    consistent: bool = True, patience: float = PATIENCE,
) -> Iterator[Item]:  # fmt: skip
    """The items that exist, in any order. `what` names the table in errors.

    `consistent` items are read as they are now. The others cost half, and may be a second old. No new call begins
    more than `patience` seconds after the first.

    Raises:
        Unavailable: the table did not answer, or only in part until the patience ended.
    """
    until = time.monotonic() + patience
    for start in range(0, len(keys), KEYS_A_CALL):
        wanted = {"Keys": keys[start : start + KEYS_A_CALL], "ConsistentRead": consistent}
        yield from _part(client, table, wanted, what, until)


def _part(client: "DynamoDBClient", table: str, part: Item, what: str, until: float) -> Iterator[Item]:
    """An answer leaves keys out if the table is throttled, or after 16 MB."""
    wanted: Mapping[str, Any] = {table: part}
    for pause in pauses.growing(_FIRST_PAUSE, _LONGEST_PAUSE):
        with faults.errors_translated(what):
            answer = client.batch_get_item(RequestItems=wanted)
        yield from answer["Responses"].get(table, ())
        wanted = answer["UnprocessedKeys"]
        if not wanted:
            return
        if time.monotonic() + pause > until:
            raise Unavailable(f"{what}: throttled")
        time.sleep(pause)

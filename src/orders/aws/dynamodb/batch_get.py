"""Many items of a table at once, each as it is now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orders.aws import errors as faults
from orders.aws.dynamodb.item import Item
from orders.order.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

KEYS_A_CALL = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""
_CALLS_FOR_A_PART = 5


def items(client: "DynamoDBClient", table: str, keys: Sequence[Item], what: str) -> Iterator[Item]:
    """The items that exist, in any order. `what` names the table in errors.

    Raises:
        Unavailable: the table did not answer, or only ever in part.
    """
    for start in range(0, len(keys), KEYS_A_CALL):
        yield from _part(client, table, keys[start : start + KEYS_A_CALL], what)


def _part(client: "DynamoDBClient", table: str, keys: Sequence[Item], what: str) -> Iterator[Item]:
    wanted: Mapping[str, Any] = {table: {"Keys": keys, "ConsistentRead": True}}
    for _ in range(_CALLS_FOR_A_PART):
        with faults.errors_translated(what):
            answer = client.batch_get_item(RequestItems=wanted)
        yield from answer["Responses"].get(table, ())
        wanted = answer["UnprocessedKeys"]  # an answer ends at 16 MB
        if not wanted:
            return
    raise Unavailable(f"{what}: throttled")

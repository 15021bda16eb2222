"""Reads batches of the feed, always as they are now."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from orders.aws import errors as faults
from orders.aws.dynamodb.event_batches import FEED, Batch, batch_of, key_of, sort_key

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

BATCHES_A_QUERY = 50
_WITHOUT_EVENTS: Any = {
    "ProjectionExpression": "sk, appendedAt, #keys, goesOnAt",
    "ExpressionAttributeNames": {"#keys": "keys"},
}
_END = ":"
"""As a text, it is behind all numbers."""


class BatchReader:
    """Queries to the feed's partition in the table of this name. There is no Scan."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def one(self, number: int) -> Batch | None:
        return self._one(number)

    def keys_of(self, number: int) -> Batch | None:
        """The batch without its events."""
        return self._one(number, **_WITHOUT_EVENTS)

    def forward(self, number: int, limit: int = BATCHES_A_QUERY) -> Iterator[Batch]:
        """The batches from this number on, with their events, up to the first gap.

        A query sees the table at more than one moment. It can miss a batch and find a later one that was appended
        meanwhile. Whoever read on from there would skip events.
        """
        return _up_to_a_gap(number, self._asked(sort_key(number), _END, limit=limit))

    def keys_forward(self, number: int) -> Iterator[Batch]:
        """As `forward`, without the events."""
        return _up_to_a_gap(number, self._asked(sort_key(number), _END, **_WITHOUT_EVENTS))

    def keys_backward(self, number: int | None = None) -> Iterator[Batch]:
        """The batches before this number, or all, without the events, the newest first."""
        until = sort_key(number - 1) if number is not None else _END
        limit = BATCHES_A_QUERY if number is not None else 1
        return self._asked("", until, ScanIndexForward=False, limit=limit, **_WITHOUT_EVENTS)

    def newest(self) -> Batch | None:
        return next(self.keys_backward(), None)

    def oldest(self) -> Batch | None:
        return next(self._asked("", _END, limit=1, **_WITHOUT_EVENTS), None)

    def first_from(self, number: int) -> Batch | None:
        """The first batch with this number or a higher one, without its events."""
        return next(self._asked(sort_key(number), _END, limit=1, **_WITHOUT_EVENTS), None)

    def _one(self, number: int, **more: Any) -> Batch | None:
        with faults.errors_translated("events"):
            answer: Any = self._client.get_item(TableName=self._name, Key=key_of(number), ConsistentRead=True, **more)
        return batch_of(answer["Item"]) if "Item" in answer else None

    def _asked(self, first: str, last: str, *, limit: int = BATCHES_A_QUERY, **more: Any) -> Iterator[Batch]:
        query: dict[str, Any] = {
            "KeyConditionExpression": "pk = :feed AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {":feed": {"S": FEED}, ":first": {"S": first or "0"}, ":last": {"S": last}},
            "ConsistentRead": True,
            "Limit": limit,
            **more,
        }
        while True:
            with faults.errors_translated("events"):
                answer: Any = self._client.query(TableName=self._name, **query)
            yield from map(batch_of, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _up_to_a_gap(number: int, batches: Iterator[Batch]) -> Iterator[Batch]:
    for batch in batches:
        if batch.number != number:
            return
        yield batch
        number = batch.next_number

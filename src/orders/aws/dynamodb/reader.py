"""Queries to the partitions of the indexes."""

from typing import TYPE_CHECKING, Any

from orders.aws import errors as faults
from orders.aws.dynamodb.item import Item, key_of
from orders.aws.dynamodb.listing import ALL_ORDERS, Partition, Reading, Span

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

NAMES_A_QUERY = 1000
"""How many names with the same first letter one query looks at."""
MOST_QUERIES = 5
"""The most queries of one page to one partition. If that is not enough, the page ends early and its cursor goes on."""


class Reader:
    """Reads partitions of the indexes of one table, which follow it within a second."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def newest(self, partition: Partition, span: Span, limit: int) -> Reading:
        """More than `limit` places of that partition and span, or all of them, or as many as a page may read."""
        places: list[str] = []
        query = _query(partition, span, limit)
        for _ in range(MOST_QUERIES):
            answer = self._ask(query)
            places += [place for item in answer["Items"] if (place := _place(item, span)) in span]
            if "LastEvaluatedKey" not in answer:
                return Reading(places)
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            if len(places) > limit:
                break
        return Reading(places, _place(query["ExclusiveStartKey"], span))

    def oldest(self, partition: Partition, span: Span = ALL_ORDERS) -> str | None:
        """The oldest place there, if there is any."""
        query = _query(partition, span, 0) | {"ScanIndexForward": True}
        return next((str(item["place"]["S"]) for item in self._ask(query)["Items"]), None)

    def of_id(self, order_id: str, span: Span) -> Reading:
        """The place of the order with this id, if there is one in that span."""
        with faults.errors_translated("table"):
            answer = self._client.get_item(
                TableName=self._table, Key=key_of(order_id), ProjectionExpression="place", ConsistentRead=True
            )
        place = str(answer.get("Item", {}).get("place", {}).get("S", ""))  # an order of the canary has none
        return Reading([place] if place in span else [])

    def _ask(self, query: Item) -> Any:
        with faults.errors_translated("table"):
            return self._client.query(TableName=self._table, **query)


def _place(item: Item, span: Span) -> str:
    return str(item["place"]["S"]).removeprefix(span.prefix)


def _query(partition: Partition, span: Span, limit: int) -> dict[str, Any]:
    """BETWEEN includes `before`. If that is a cursor's place, the query reads one order too many."""
    since, before = span.bounds
    query: dict[str, Any] = {
        "IndexName": partition.index,
        "KeyConditionExpression": f"{partition.attribute} = :value AND place BETWEEN :since AND :before",
        "ExpressionAttributeValues": {
            ":value": {"S": partition.value},
            ":since": {"S": since},
            ":before": {"S": before},
        },
        "ProjectionExpression": "place",
        "ScanIndexForward": False,
        "Limit": limit + 1,
    }
    if partition.name_key is not None:
        query["Limit"] = NAMES_A_QUERY
        query["FilterExpression"] = "begins_with(nameKey, :name)"
        query["ExpressionAttributeValues"][":name"] = {"S": partition.name_key}
    return query

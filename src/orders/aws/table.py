"""The table on DynamoDB: every write conditional, every refusal looked into before it is believed, no Scan."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import chain, islice
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from orders import cursor as cursors
from orders.aws import faults
from orders.aws.clients import dynamodb
from orders.aws.item import SHARDS, Item, item_of, row_of, shard_name
from orders.clock import from_iso, to_iso
from orders.errors import Unavailable, UnknownOrder
from orders.ports import DueOrder, Page
from orders.row import Row, Status

A = TypeVar("A")
B = TypeVar("B")

_READS_OF_A_BATCH = 5


class DynamoTable:
    """`orders.ports.Table` in the table of this name, with the indexes `waiting`, `newest` and `newestByStatus`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client = dynamodb()
        self._threads = ThreadPoolExecutor(2 * SHARDS, thread_name_prefix="table")

    def create(self, row: Row) -> Row:
        if self._put(row, ConditionExpression="attribute_not_exists(orderId)"):
            return row
        return self.read(row.order_id)

    def read(self, order_id: str) -> Row:
        with faults.told_apart("table"):
            answer = self._client.get_item(TableName=self._name, Key=_key(order_id), ConsistentRead=True)
        if "Item" not in answer:
            raise UnknownOrder
        return row_of(answer["Item"])

    def replace(self, before: Row, after: Row) -> Row:
        unmoved = {":before": {"N": str(before.revision)}}
        if self._put(after, ConditionExpression="revision = :before", ExpressionAttributeValues=unmoved):
            return after
        return self.read(after.order_id)

    def due(self, now: datetime, limit: int) -> list[DueOrder]:
        condition = "idShard = :shard AND dueAt <= :now"
        shards = [{":shard": {"S": str(shard)}, ":now": {"S": to_iso(now)}} for shard in range(SHARDS)]
        found = self._each(lambda values: self._query("waiting", condition, values, limit, newest_first=False), shards)
        waiting = heapq.merge(*found, key=lambda item: item["dueAt"]["S"])
        return [_due_order(item) for item in islice(waiting, limit)]

    def postpone(self, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        list(self._each(self._postpone_one, zip(orders, until, strict=True)))

    def page(self, status: Status | None, limit: int, cursor: str | None) -> Page:
        """The list may lag behind by a second: indexes follow their table. What it shows of an order is true now."""
        places = self._places(status, limit + 1, cursors.place_of(cursor) if cursor else None)
        rows = self._read_all([place.split(" ")[1] for place in places[:limit]])
        return Page(
            [row for row in rows if status in {None, row.status}],
            cursors.at(places[limit - 1]) if len(places) > limit else None,
        )

    def _put(self, row: Row, **condition: Any) -> bool:
        """Whether the condition held. A call that was resent may be refused by the effect of its own first sending."""
        with faults.told_apart("table"):
            try:
                self._client.put_item(TableName=self._name, Item=item_of(row), **condition)
            except ClientError as error:
                return _held(error)
        return True

    def _postpone_one(self, move: tuple[DueOrder, datetime]) -> None:
        order, until = move
        with faults.told_apart("table"):
            try:
                self._client.update_item(
                    TableName=self._name,
                    Key=_key(order.order_id),
                    UpdateExpression="SET dueAt = :until",
                    ConditionExpression="dueAt = :before",
                    ExpressionAttributeValues={
                        ":until": {"S": to_iso(until)},
                        ":before": {"S": to_iso(order.due_at)},
                    },
                )
            except ClientError as error:
                _held(error)  # it waits no longer, or another sweep was here

    def _places(self, status: Status | None, limit: int, after: str | None) -> list[str]:
        """The places of the newest orders, or of those after that place, from all shards."""
        index, attribute = ("newestByStatus", "statusShard") if status else ("newest", "idShard")
        condition = f"{attribute} = :shard" + (" AND place < :after" if after else "")
        start: dict[str, Any] = {":after": {"S": after}} if after else {}
        shards = [start | {":shard": {"S": shard_name(shard, status)}} for shard in range(SHARDS)]
        found = self._each(lambda values: self._query(index, condition, values, limit, newest_first=True), shards)
        return sorted((item["place"]["S"] for item in chain.from_iterable(found)), reverse=True)[:limit]

    def _query(self, index: str, condition: str, values: Item, limit: int, *, newest_first: bool) -> list[Item]:
        with faults.told_apart("table"):
            answer = self._client.query(
                TableName=self._name,
                IndexName=index,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ScanIndexForward=not newest_first,
                Limit=limit,
            )
        return list(answer["Items"])

    def _read_all(self, order_ids: Sequence[str]) -> list[Row]:
        """The rows as they are now, in that order."""
        rows: dict[str, Row] = {}
        wanted: Mapping[str, Any] = {}
        if order_ids:
            wanted = {self._name: {"Keys": [_key(order_id) for order_id in order_ids], "ConsistentRead": True}}
        for _ in range(_READS_OF_A_BATCH):
            if not wanted:
                return [rows[order_id] for order_id in order_ids if order_id in rows]
            with faults.told_apart("table"):
                answer = self._client.batch_get_item(RequestItems=wanted)
            rows |= {row.order_id: row for row in map(row_of, answer["Responses"].get(self._name, ()))}
            wanted = answer["UnprocessedKeys"]  # an answer ends at 16 MB
        raise Unavailable("table: throttled")

    def _each(self, work: Callable[[A], B], inputs: Iterable[A]) -> Iterable[B]:
        """Several calls at once, as one after another they would take as many times as long."""
        return self._threads.map(work, inputs)


def _key(order_id: str) -> dict[str, Any]:
    return {"orderId": {"S": order_id}}


def _due_order(item: Item) -> DueOrder:
    return DueOrder(item["orderId"]["S"], from_iso(item["waitingSince"]["S"]), from_iso(item["dueAt"]["S"]))


def _held(error: ClientError) -> bool:
    """False when a condition was refused; any other error is raised again."""
    if faults.code(error) != "ConditionalCheckFailedException":
        raise error
    return False

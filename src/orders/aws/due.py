"""The orders that wait for a bell, by the index of that bell: it holds only what waits."""

import heapq
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, repeat
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orders.aws import faults, item
from orders.aws.item import Item, key_of, shard_name
from orders.clock import from_iso, to_iso
from orders.ports import Bell, DueOrder

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where it stands when an order is due for a bell, by which index it is found, and what tells since when."""

    attribute: str
    index: str
    since: Callable[[Item], str]


WAITING = {
    Bell.RECEIPT: Waiting("dueAt", "waiting", lambda found: found["waitingSince"]["S"]),
    Bell.MAIL: Waiting("mailDueAt", "mailWaiting", lambda found: json.loads(found["mail"]["S"])["at"]),
}


class DueOrders:
    """What Sweep asks of one table; several calls at once, as one after another would take as many times as long."""

    def __init__(self, client: "DynamoDBClient", table: str, threads: ThreadPoolExecutor) -> None:
        self._client = client
        self._table = table
        self._threads = threads

    def first(self, bell: Bell, now: datetime, limit: int) -> list[DueOrder]:
        waiting = WAITING[bell]
        found = self._threads.map(lambda shard: self._in_shard(shard, waiting, now, limit), range(item.SHARDS))
        return list(islice(heapq.merge(*found, key=lambda order: order.due_at), limit))

    def postpone(self, bell: Bell, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        list(self._threads.map(self._postpone_one, repeat(WAITING[bell].attribute, len(orders)), orders, until))

    def _in_shard(self, shard: int, waiting: Waiting, now: datetime, limit: int) -> list[DueOrder]:
        with faults.told_apart("table"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=waiting.index,
                KeyConditionExpression=f"idShard = :shard AND {waiting.attribute} <= :now",
                ExpressionAttributeValues={":shard": {"S": shard_name(shard)}, ":now": {"S": to_iso(now)}},
                Limit=limit,
            )
        return [_due_order(found, waiting) for found in answer["Items"]]

    def _postpone_one(self, attribute: str, order: DueOrder, until: datetime) -> None:
        with faults.told_apart("table"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=key_of(order.order_id),
                    UpdateExpression=f"SET {attribute} = :until",
                    ConditionExpression=f"{attribute} = :before",
                    ExpressionAttributeValues={
                        ":until": {"S": to_iso(until)},
                        ":before": {"S": to_iso(order.due_at)},
                    },
                )
            except ClientError as error:
                faults.held(error)  # it waits no longer, or another sweep was here


def _due_order(found: Item, waiting: Waiting) -> DueOrder:
    since, due_at = waiting.since(found), found[waiting.attribute]["S"]
    return DueOrder(found["orderId"]["S"], from_iso(since), from_iso(due_at))

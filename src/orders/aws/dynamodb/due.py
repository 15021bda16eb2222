"""The orders that wait for a doorbell, by the index of that doorbell: it holds only what waits."""

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.dynamodb import item
from orders.aws.dynamodb.item import Item, key_of, shard_name
from orders.order.clock import to_iso
from orders.order.errors import Unavailable
from orders.ports import DueOrder, Task

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


ORDERS_A_QUERY = 250
"""How many due orders are read of one shard at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where it stands when an order is due for a doorbell, by which index it is found, and what tells since when."""

    attribute: str
    index: str
    since: Callable[[Item], object]


def _mail_since(found: Item) -> object:
    """Nothing, where the mail can't be read."""
    try:
        return json.loads(found["mail"]["S"])["at"]
    except (LookupError, TypeError, ValueError):
        return None


WAITING = {
    Task.RECEIPT: Waiting("dueAt", "waiting", lambda found: found.get("waitingSince", {}).get("S")),
    Task.MAIL: Waiting("mailDueAt", "mailWaiting", _mail_since),
}


class DueOrders:
    """What Sweep asks of one table; several calls at once, as one after another would take as many times as long."""

    def __init__(self, client: "DynamoDBClient", table: str, threads: ThreadPoolExecutor) -> None:
        self._client = client
        self._table = table
        self._threads = threads

    def all(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        """As the port has it: of each shard the first part now, at the same time, and the others when they are needed.

        Each query starts behind the last order of the one before. What that query showed may be postponed by now, and
        the index may show the old entry still: nobody looks there again.
        """
        waiting = WAITING[task]
        queries = [_query(waiting, shard, now) for shard in range(item.SHARDS)]
        shards = map(self._in_shard, queries, self._threads.map(self._ask, queries), repeat(waiting))
        return heapq.merge(*shards, key=attrgetter("due_at"))

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        """As the port has it. With some refused by throttling, the others are postponed all the same."""
        attribute = repeat(WAITING[task].attribute, len(orders))
        errors = [error for error in self._threads.map(self._try_to_postpone, attribute, orders, until) if error]
        if errors and len(errors) == len(orders):
            raise errors[0]

    def _in_shard(self, query: Item, answer: Any, waiting: Waiting) -> Iterator[DueOrder]:
        """The orders in an answer to this query, and in those that continue it."""
        while True:
            yield from DueOrder.all_of(_kept(found, waiting) for found in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            answer = self._ask({**query, "ExclusiveStartKey": answer["LastEvaluatedKey"]})

    def _ask(self, query: Item) -> Any:
        with faults.errors_translated("table"):
            return self._client.query(TableName=self._table, **query)

    def _try_to_postpone(self, attribute: str, order: DueOrder, until: datetime) -> Unavailable | None:
        try:
            self._postpone_one(attribute, order, until)
        except Unavailable as error:
            return error
        return None

    def _postpone_one(self, attribute: str, order: DueOrder, until: datetime) -> None:
        with faults.errors_translated("table"):
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


def _kept(found: Item, waiting: Waiting) -> tuple[str, object, str]:
    return found["orderId"]["S"], waiting.since(found), found[waiting.attribute]["S"]


def _query(waiting: Waiting, shard: int, now: datetime) -> dict[str, Any]:
    return {
        "IndexName": waiting.index,
        "KeyConditionExpression": f"idShard = :shard AND {waiting.attribute} <= :now",
        "ExpressionAttributeValues": {":shard": {"S": shard_name(shard)}, ":now": {"S": to_iso(now)}},
        "Limit": ORDERS_A_QUERY,
    }

"""The orders that wait for a task, found by an index that holds only what waits for it."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.dynamodb import item
from orders.aws.dynamodb.item import Item, key_of, shard_name
from orders.aws.threads import Threads
from orders.order.clock import to_iso
from orders.order.due import DueOrder, Task
from orders.order.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient


ORDERS_A_QUERY = 250
"""How many due orders are read of one shard at once."""


INDEXES: Mapping[Task, str] = {Task.RECEIPT: "waiting", Task.MAIL: "mailWaiting"}


class DueOrders:
    """What the sweep does with one table. It makes several calls at once, because one after another takes too long."""

    def __init__(self, client: "DynamoDBClient", table: str, threads: Threads) -> None:
        self._client = client
        self._table = table
        self._threads = threads

    def all(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        """As the port has it: of each shard the first part now, at the same time, and the others when they are needed.

        Each query starts behind the last order of the one before. What that query showed may be postponed by now, and
        the index may show the old entry still: nobody looks there again.

        All shards that there can be are read. Whatever the stack's number of shards was, no order waits in vain.
        """
        queries = [_query(task, shard, now) for shard in range(item.MOST_SHARDS)]
        shards = map(self._in_shard, repeat(task), queries, self._threads.map(self._ask, queries))
        return heapq.merge(*shards, key=attrgetter("due_at"))

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        """As the port has it. With some refused by throttling, the others are postponed all the same."""
        tasks = repeat(task, len(orders))
        errors = [error for error in self._threads.map(self._try_to_postpone, tasks, orders, until) if error]
        if errors and len(errors) == len(orders):
            raise errors[0]

    def _in_shard(self, task: Task, query: Item, answer: Any) -> Iterator[DueOrder]:
        """The orders in an answer to this query, and in those that continue it."""
        while True:
            yield from DueOrder.all_of(task, (_kept(task, found) for found in answer["Items"]))
            if "LastEvaluatedKey" not in answer:
                return
            answer = self._ask({**query, "ExclusiveStartKey": answer["LastEvaluatedKey"]})

    def _ask(self, query: Item) -> Any:
        with faults.errors_translated("table"):
            return self._client.query(TableName=self._table, **query)

    def _try_to_postpone(self, task: Task, order: DueOrder, until: datetime) -> Unavailable | None:
        try:
            self._postpone_one(task, order, until)
        except Unavailable as error:
            return error
        return None

    def _postpone_one(self, task: Task, order: DueOrder, until: datetime) -> None:
        with faults.errors_translated("table"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=key_of(order.order_id),
                    UpdateExpression=f"SET {task.due_field} = :until",
                    ConditionExpression=f"{task.due_field} = :before",
                    ExpressionAttributeValues={
                        ":until": {"S": to_iso(until)},
                        ":before": {"S": to_iso(order.due_at)},
                    },
                )
            except ClientError as error:
                faults.held(error)  # it waits no longer, or another sweep was here


def _kept(task: Task, found: Item) -> tuple[str, object, str]:
    since = found.get(task.since_field, {}).get("S")
    return found["orderId"]["S"], since, found[task.due_field]["S"]


def _query(task: Task, shard: int, now: datetime) -> dict[str, Any]:
    return {
        "IndexName": INDEXES[task],
        "KeyConditionExpression": f"idShard = :shard AND {task.due_field} <= :now",
        "ExpressionAttributeValues": {":shard": {"S": shard_name(shard)}, ":now": {"S": to_iso(now)}},
        "Limit": ORDERS_A_QUERY,
    }

"""The table on DynamoDB. Every write is conditional, every refusal is checked by a read, and there is no Scan."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.clients import dynamodb
from orders.aws.dynamodb import batch_get, conditional, listing
from orders.aws.dynamodb.conditional import Write
from orders.aws.dynamodb.counting import CountTable
from orders.aws.dynamodb.due import DueOrders
from orders.aws.dynamodb.item import NOBODYS_ITEM, SHARDS, Item, item_of, key_of, order_of, proof_of, shard_name
from orders.aws.dynamodb.listing import Partition, Reading
from orders.aws.dynamodb.mailboxes import Mailboxes
from orders.aws.dynamodb.reader import Reader
from orders.aws.dynamodb.register import Register
from orders.aws.dynamodb.shards import Shards
from orders.aws.missing import Missing
from orders.aws.threads import Threads
from orders.order import counts, record, register
from orders.order import cursor as cursors
from orders.order.clock import from_iso
from orders.order.counts import Activity
from orders.order.due import DueOrder, Task
from orders.order.errors import Misconfigured, Unavailable, UnknownOrder
from orders.order.mailbox import Mailbox
from orders.order.order import Order, Status
from orders.order.register import Entry, Head
from orders.ports import Page, Proof, Selection

log = logging.getLogger(__name__)

A = TypeVar("A")
B = TypeVar("B")
THREADS = 16
"""How many calls are made at once."""
_NEW = {"ConditionExpression": "attribute_not_exists(orderId)"}


class DynamoTable:
    """`orders.ports.Table` in the table of this name with its indexes.

    `count_table` is the table of the counts. The rows that it writes are spread over so many `shards` of the indexes.
    """

    def __init__(self, name: str, count_table: str | None = None, shards: int = SHARDS) -> None:
        self._name = name
        self._client = dynamodb()
        self._reader = Reader(self._client, name)
        self._counts = (
            CountTable(count_table, self._client) if count_table else cast("CountTable", Missing("ORDERS_COUNTS"))
        )
        self._mailboxes = (
            Mailboxes(count_table, self._client) if count_table else cast("Mailboxes", Missing("ORDERS_COUNTS"))
        )
        self._threads = Threads(THREADS, thread_name_prefix="table")
        self._shards = Shards(shards, self._is_used)
        self._due = DueOrders(self._client, name, self._threads)
        self._register = Register(self._client, name, self.read, self._moved)

    def create(self, order: Order) -> Order:
        """As the port says. The line in the log joins the request, whose id it has, with all lines about the order."""
        is_new = self._put(order, **_NEW)
        log.info("order %s %s", order.order_id, "stored" if is_new else "was stored before")
        if is_new:
            return order
        return self.read(order.order_id)

    def read(self, order_id: str) -> Order:
        with faults.errors_translated("table"):
            answer = self._client.get_item(TableName=self._name, Key=key_of(order_id), ConsistentRead=True)
        if "Item" not in answer:
            raise UnknownOrder
        return order_of(answer["Item"])

    def read_many(self, order_ids: Sequence[str]) -> Callable[[str], Order]:
        """As the port says, with one BatchGetItem. An order that it did not return is read by itself."""
        found = self._found(order_ids)
        return lambda order_id: order_of(found[order_id]) if order_id in found else self.read(order_id)

    def proof(self, order_id: str) -> Proof:
        """As the port says, except for the time that DynamoDB itself takes to find nothing."""
        with faults.errors_translated("table"):
            answer = self._client.get_item(
                TableName=self._name,
                Key=key_of(order_id),
                ProjectionExpression="receiptToken, receipt",
                ConsistentRead=True,
            )
        return proof_of(answer.get("Item", NOBODYS_ITEM))

    def replace(self, before: Order, after: Order) -> Order:
        """As the port says. If the register changes, too, it is a transaction, at double the price."""
        change = register.change(before, after)
        if self._register.move(self._moved(before, after), change) if change else self._put(after, **_unmoved(before)):
            return after
        return self.read(after.order_id)

    def append(self, before: Order, after: Order, document: Order) -> Order:
        """As the port says.

        Raises:
            Misconfigured: a row has the document's id, of which the order's row knows nothing.
        """
        new = {"Put": self._written(document, **_NEW)}
        refused = conditional.refused(self._client, [self._moved(before, after), new])
        if not refused:
            return after
        held = self.read(after.order_id)
        if held.revision == before.revision:
            raise Misconfigured(f"the row {document.order_id} exists, and its order does not refer to it")
        return held

    def issue(self, wanted: Sequence[tuple[Order, str]], at: datetime) -> Sequence[Order]:
        return self._register.issue(wanted, at)

    def series(self) -> Sequence[Head]:
        return self._register.series()

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        return self._register.entries(series, first, limit)

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        return self._due.all(task, now)

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        self._due.postpone(task, orders, until)

    def page(self, selection: Selection, limit: int, cursor: str | None) -> Page:
        """The list may lag behind by a second: indexes follow their table. The orders in it are read as they are now.

        A text does not find orders that were last written by a version without search. For names, a page looks at some
        thousand with the same first letter. If matches are rarer than that, the page is not full.
        """
        readings = list(self._each(lambda read: read(), self._readings(selection, cursor, limit)))
        places, after = listing.merged(readings, limit)
        orders, unreadable = self._read_all([place.split(" ")[1] for place in places])
        shown = [order for order in orders if selection.status in {None, order.status}]
        return Page(shown, cursors.at(after) if after else None, unreadable)

    def activity(self, now: datetime) -> Activity:
        """The counts lag behind by seconds. `CountTable.add` says how exact they are."""
        partitions = listing.partitions(Selection(Status.RECEIVED), self._shards.to_read())
        waiting = self._each(self._reader.oldest, partitions)
        oldest = min((place for place in waiting if place), default=None)
        return counts.activity(self._counts.read(now), from_iso(oldest.split(" ")[0]) if oldest else None)

    def mailbox(self, key: str) -> Mailbox:
        return self._mailboxes.read(key)

    def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
        return self._mailboxes.count(before, after)

    def _put(self, order: Order, **condition: Any) -> bool:
        """Whether the condition held. A resent call may be refused because its own first sending took effect."""
        return conditional.put(self._client, **self._written(order, **condition))

    def _moved(self, before: Order, after: Order) -> Write:
        """A part of a transaction: this row, if it is still at the revision before."""
        return {"Put": self._written(after, **_unmoved(before))}

    def _written(self, order: Order, **condition: Any) -> dict[str, Any]:
        return {"TableName": self._name, "Item": item_of(order, self._shards.written), **condition}

    def _found(self, order_ids: Sequence[str]) -> Mapping[str, Item]:
        """The items that could be read together. DynamoDB refuses the whole call if one id comes twice or is empty."""
        found: dict[str, Item] = {}
        keys = [key_of(order_id) for order_id in dict.fromkeys(order_ids)]
        try:
            for item in batch_get.items(self._client, self._name, keys, "table"):
                found[item["orderId"]["S"]] = item
        except (ClientError, Unavailable) as error:
            log.warning("%d of %d orders are read one by one: %s", len(keys) - len(found), len(keys), error)
        return found

    def _readings(self, selection: Selection, cursor: str | None, limit: int) -> Iterator[Callable[[], Reading]]:
        for span in listing.spans(selection, cursor):
            for partition in listing.partitions(selection, self._shards.to_read()):
                yield partial(self._reader.newest, partition, span, limit)
            if selection.text is not None:
                yield partial(self._reader.of_id, selection.text, span)

    def _is_used(self, shards: Sequence[int]) -> bool:
        """Whether there is a row in any of these shards."""
        partitions = [Partition("newest", "idShard", shard_name(it)) for it in shards]
        return any(self._each(lambda each: self._reader.oldest(each, listing.ANY_ROW), partitions))

    def _read_all(self, order_ids: Sequence[str]) -> tuple[list[Order], tuple[str, ...]]:
        """The orders as they are now, in the order of the ids, and the ids of those that can't be read."""
        found = batch_get.items(self._client, self._name, [key_of(order_id) for order_id in order_ids], "table")
        items = {str(item["orderId"]["S"]): item for item in found}
        return record.readable(((each, items[each]) for each in order_ids if each in items), order_of)

    def _each(self, work: Callable[[A], B], inputs: Iterable[A]) -> Iterable[B]:
        """Several calls at once. One after another would take many times as long."""
        return self._threads.map(work, inputs)


def _unmoved(before: Order) -> dict[str, Any]:
    """The condition that the row is still at this revision."""
    return {
        "ConditionExpression": "revision = :before",
        "ExpressionAttributeValues": {":before": {"N": str(before.revision)}},
    }

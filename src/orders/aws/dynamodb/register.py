"""The register of numbers, as items of the orders' table: what gives numbers shares a transaction with the rows.

The key of each begins with a slash, which no id of an order or a document does:

    /register                           the names of all series
    /register/R2026-{number:06}         the head of a series: the number and the hash of its last entry
    /register/R2026-{number:06}/17      an entry

None has an attribute of the indexes, or one by which the stream's filters select: no list shows it, no sweep finds it,
and nobody counts it.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from orders.aws import errors as faults
from orders.aws import pauses
from orders.aws.dynamodb import batch_get, conditional
from orders.aws.dynamodb.conditional import Write
from orders.aws.dynamodb.item import OF_THE_REGISTER, Item, key_of
from orders.order import canonical, register
from orders.order.errors import Misconfigured, Unavailable
from orders.order.order import Order, Status
from orders.order.register import Change, Entry, Head, Issue

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

ROWS_A_WRITE = (conditional.MOST_WRITES - 2) // 2
"""How many rows get numbers in one transaction: each with its entry, beside the head and the names of the series."""
BYTES_A_WRITE = 3_000_000
"""How many bytes of what is printed their rows have at most. All items of a transaction have at most 4 MB."""
PATIENCE = 10.0
"""No new attempt begins so many seconds after the first. Many functions may want the next number of one series."""

Read = Callable[[str], Order]
Put = Callable[[Order, Order], Write]
"""From a row as it is and as it is to be: the write that is refused if the row has moved."""


class Register:
    """The register in the table of this name. `read` reads a row, and `put` makes a write that moves one."""

    def __init__(self, client: "DynamoDBClient", table: str, read: Read, put: Put) -> None:
        self._client = client
        self._table = table
        self._read = read
        self._put = put

    def issue(self, wanted: Sequence[tuple[Order, str]], at: datetime) -> Sequence[Order]:
        """As the port says. A series with more orders than a transaction takes has several writes."""
        held = dict[str, Order]()
        for series, orders in _by_series(wanted).items():
            for part in _parts(orders):
                held |= self._issue(series, part, at)
        return [held.get(order.order_id) or self._read(order.order_id) for order, _ in wanted]

    def series(self) -> Sequence[Head]:
        names = self._item(OF_THE_REGISTER).get("series", {}).get("SS", ())
        keys = [key_of(_head_key(name)) for name in sorted(names)]
        found = {item["series"]["S"]: item for item in batch_get.items(self._client, self._table, keys, "table")}
        return [_head(name, found.get(name, {})) for name in sorted(names)]

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        """As the port says. Behind a gap of a whole call, only entries up to the head are looked for."""
        found = list[Entry]()
        for start in range(first, first + limit, batch_get.KEYS_A_CALL):
            numbers = range(start, min(start + batch_get.KEYS_A_CALL, first + limit))
            keys = [key_of(_entry_key(series, number)) for number in numbers]
            part = [_entry(item) for item in batch_get.items(self._client, self._table, keys, "table")]
            if not part and self._last(series).number < start:
                break
            found += sorted(part, key=lambda entry: entry.number)
        return found

    def move(self, row: Write, change: Change) -> bool:
        """Whether the row was written, together with what this changes in the entry of its number.

        Raises:
            Misconfigured: there is no such entry, or it is another row's, so the row must not move.
        """
        refused = conditional.refused(self._client, [row, _changed(self._table, change)])
        if refused and 0 not in refused:
            text = register.text_of(change.series, change.number)
            raise Misconfigured(f"the register has no entry of this row for number {text}: see `orders audit`")
        return not refused

    def _issue(self, series: str, orders: Sequence[Order], at: datetime) -> Mapping[str, Order]:
        """Numbers of one series, in one write. Whoever else moved the series or a row has come first: look again."""
        held, waiting, until = dict[str, Order](), list(orders), time.monotonic() + PATIENCE
        for pause in pauses.growing(conditional.FIRST_PAUSE, conditional.LONGEST_PAUSE):
            head = self._last(series)
            issued, refused = self._try_to_issue(head, waiting, at)
            if not refused:
                return held | _by_id(issued)
            moved = [waiting[position] for position in refused if position < len(waiting)]
            held |= {order.order_id: self._read(order.order_id) for order in moved}
            if refused[0] > len(waiting):
                self._follow(head)
            waiting = [order for order in waiting if order.order_id not in held]
            if not waiting:
                return held
            if time.monotonic() + pause > until:
                break
            time.sleep(pause)
        raise Unavailable(f"table: others issue numbers of {series} at the same time")

    def _try_to_issue(
        self, head: Head, waiting: Sequence[Order], at: datetime
    ) -> tuple[Sequence[Order], Sequence[int]]:
        """The rows with their numbers, and which writes were refused: those of the rows first, then the register's."""
        entries = list(register.entries(head, waiting, at))
        issued = [
            order.issued(Issue(head.series, entry.number, at)) for order, entry in zip(waiting, entries, strict=True)
        ]
        rows = [self._put(before, after) for before, after in zip(waiting, issued, strict=True)]
        return issued, conditional.refused(self._client, [*rows, *self._noted(head, entries)])

    def _noted(self, head: Head, entries: Sequence[Entry]) -> Iterator[Write]:
        """The writes of the register: the head first, if it is still this one, then the entries, if there are none."""
        yield {"Put": {"TableName": self._table, "Item": _head_item(_after(entries[-1])), **_unmoved(head)}}
        for entry in entries:
            yield {
                "Put": {
                    "TableName": self._table,
                    "Item": _entry_item(entry),
                    "ConditionExpression": "attribute_not_exists(orderId)",
                }
            }
        if not head.number:
            yield {
                "Update": {
                    "TableName": self._table,
                    "Key": key_of(OF_THE_REGISTER),
                    "UpdateExpression": "ADD #series :name",
                    "ExpressionAttributeNames": {"#series": "series"},
                    "ExpressionAttributeValues": {":name": {"SS": [head.series]}},
                }
            }

    def _follow(self, head: Head) -> None:
        """Let the head name an entry that is there already behind it.

        A restored table may have a part of the last transaction only: then the head was one write older.
        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation
        """
        entry = _entry(self._item(_entry_key(head.series, head.number + 1)))
        if entry.previous != head.hash:
            raise Misconfigured(f"the register is damaged behind number {head.number} of {head.series}: `orders audit`")
        write: Write = {"TableName": self._table, "Item": _head_item(_after(entry)), **_unmoved(head)}
        conditional.put(self._client, **write)

    def _last(self, series: str) -> Head:
        return _head(series, self._item(_head_key(series)))

    def _item(self, key: str) -> Item:
        with faults.errors_translated("table"):
            answer = self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True)
        return answer.get("Item", {})


def _by_series(wanted: Sequence[tuple[Order, str]]) -> Mapping[str, Sequence[Order]]:
    """The orders of each series, in their order, each one once, and only those that may get a number."""
    found = defaultdict[str, dict[str, Order]](dict)
    for order, series in wanted:
        if order.status is Status.RECEIVED and order.issue is None:
            found[series].setdefault(order.order_id, order)
    return {series: list(orders.values()) for series, orders in found.items()}


def _parts(orders: Sequence[Order]) -> Iterator[Sequence[Order]]:
    """The same orders, as many at a time as one transaction takes."""
    part, size = list[Order](), 0
    for order in orders:
        own_size = len(order.body.encode()) + len((order.document_text or "").encode())
        if part and (len(part) == ROWS_A_WRITE or size + own_size > BYTES_A_WRITE):
            yield part
            part, size = [], 0
        part.append(order)
        size += own_size
    if part:
        yield part


def _by_id(orders: Sequence[Order]) -> dict[str, Order]:
    return {order.order_id: order for order in orders}


def _head_key(series: str) -> str:
    """A slash in the series is written as `%2F`, so that no series has the keys of another one's entries."""
    return f"{OF_THE_REGISTER}/{quote(series, safe='{}: ')}"


def _entry_key(series: str, number: int) -> str:
    return f"{_head_key(series)}/{number}"


def _after(entry: Entry) -> Head:
    return Head(entry.series, entry.number, entry.hash)


def _head(series: str, item: Item) -> Head:
    return Head(series, int(item["number"]["N"]), item["hash"]["S"]) if item else Head(series)


def _head_item(head: Head) -> dict[str, Any]:
    return {
        **key_of(_head_key(head.series)),
        "series": {"S": head.series},
        "number": {"N": str(head.number)},
        "hash": {"S": head.hash},
    }


def _unmoved(head: Head) -> dict[str, Any]:
    """The condition that the head is still this one."""
    if not head.number:
        return {"ConditionExpression": "attribute_not_exists(orderId)"}
    return {
        "ConditionExpression": "#number = :number AND #hash = :hash",
        "ExpressionAttributeNames": {"#number": "number", "#hash": "hash"},
        "ExpressionAttributeValues": {":number": {"N": str(head.number)}, ":hash": {"S": head.hash}},
    }


def _entry_item(entry: Entry) -> dict[str, Any]:
    """What the hash is of is one text. What comes later has attributes of its own."""
    return {**key_of(_entry_key(entry.series, entry.number)), "entry": {"S": canonical.written(entry.hashed())}}


def _entry(item: Item) -> Entry:
    later = {name: item[name]["S"] for name in ("sha256", "void") if name in item}
    return Entry.from_document(json.loads(item["entry"]["S"]) | later)


def _changed(table: str, change: Change) -> Write:
    """The write that notes a change in its entry, if there is one.

    In a restored table, the row may have its number without the entry, and the number may have been issued again since.
    """
    later = {name: text for name, text in (("sha256", change.sha256), ("void", change.void)) if text is not None}
    return {
        "Update": {
            "TableName": table,
            "Key": key_of(_entry_key(change.series, change.number)),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in later),
            "ConditionExpression": "contains(#entry, :fingerprint)",
            "ExpressionAttributeNames": {f"#{name}": name for name in ("entry", *later)},
            "ExpressionAttributeValues": {
                f":{name}": {"S": text} for name, text in (("fingerprint", change.fingerprint), *later.items())
            },
        }
    }

"""Prints the items of the tables for `functions.py` as JSON: for each table, for each order's id, the item.

    python bench/items.py COMPLETED WAITING [WAITING ...]

It runs with the interpreter and the package that are measured, so the package's own code makes the items.
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from orders.aws.dynamodb.item import item_of
from orders.order.order import Order, StoredReceipt
from orders.order.posted import PostedOrder

TOKEN = "AAAAAAAAAAAAAAAAAAAAAA"
MAILED = "3"
"""How the ids of orders begin whose customers get an e-mail; `samples.batch` makes them."""
NOON = datetime(2099, 7, 31, 12, tzinfo=UTC)
"""Later than any measurement, as its orders are new: an order that has waited is first looked for in the bucket."""


def waiting(order_id: str) -> Order:
    email = "alice@casaluna.example" if order_id.startswith(MAILED) else None
    return Order.received(PostedOrder(order_id, "Alice", customer_email=email), TOKEN, NOON)


def completed(order_id: str) -> Order:
    row = waiting(order_id)
    return row.completed(StoredReceipt(row.receipt_key, "0" * 64, 12_345, "v1"), NOON)


def conventional(row: Order) -> dict[str, dict[str, str]]:
    """The item of the same order as `conventional/` stores it."""
    attributes = {"orderId": row.order_id, "order": row.body, "status": row.status, "receivedAt": NOON.isoformat()}
    if row.receipt:
        attributes["receiptKey"] = row.receipt.key
    return {name: {"S": value} for name, value in attributes.items()}


if __name__ == "__main__":
    _, completed_id, *waiting_ids = sys.argv
    rows = [completed(completed_id), *map(waiting, waiting_ids)]
    tables: dict[str, Callable[[Order], dict[str, Any]]] = {"orders": item_of, "conventional": conventional}
    print(json.dumps({name: {row.order_id: item(row) for row in rows} for name, item in tables.items()}))

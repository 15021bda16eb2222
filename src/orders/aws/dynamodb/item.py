"""An order as an item of DynamoDB, with what the table's indexes are made of.

The indexes are sharded by a hash of the order's id, so that no status and no day becomes one hot partition.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-sharding.html
"""

import json
import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from orders.order import index, record
from orders.order.document import is_of_an_order
from orders.order.order import Order, Status
from orders.ports import NOBODYS, Proof

Item = Mapping[str, Any]
"""An item as DynamoDB writes it: `{"orderId": {"S": "12345"}, "revision": {"N": "1"}}`."""

SHARDS, MOST_SHARDS = 8, 32
"""Over how many shards orders are spread unless the stack says otherwise, and over how many at most."""
EXPIRES_AT = "expiresAt"
"""The attribute that only orders of the canary have: DynamoDB deletes the item after that time.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""
CANARY_KEPT = timedelta(days=7)
OF_THE_REGISTER = "/register"
"""With this begin the keys of all items of the register (`orders.aws.dynamodb.register`), and of no row."""
DOCUMENTS = "document "
"""Before the place of a document that follows an order. It sorts behind the places of all orders, so that no list of
orders reads it, though it is in the same partitions."""
_BESIDES = frozenset({"idShard", "statusShard", "place", "nameShard", "nameKey", "emailKey", "numberKey", EXPIRES_AT})
"""The attributes of an item besides its record."""


def item_of(order: Order, shards: int = SHARDS) -> dict[str, Any]:
    """The item of an order: its record, and what the indexes are made of.

    One of the canary is in the index of what waits, and in none of the lists.
    """
    shard = zlib.crc32(order.order_id.encode()) % shards
    values = record.from_order(order) | {
        "idShard": shard_name(shard),
        **(_expiring(order) if order.is_canary else _listed(order, shard)),
    }
    return {name: _attribute(value) for name, value in values.items() if value is not None}


def order_of(item: Item) -> Order:
    """The order that an item holds.

    Raises:
        NewerVersion: it has an attribute, or something in one, that this version does not know.
        Misconfigured: it is damaged.
    """
    try:
        kept = {name: _value(attribute) for name, attribute in item.items() if name not in _BESIDES}
    except (LookupError, ValueError):
        raise record.newer(item["orderId"]["S"], "an attribute that is neither text nor whole number") from None
    return record.to_order(kept)


def proof_of(item: Item) -> Proof:
    """The proof of an item's order."""
    receipt = json.loads(item["receipt"]["S"]) if "receipt" in item else {}
    return Proof(item["receiptToken"]["S"], receipt.get("sha256", NOBODYS.sha256))


NOBODYS_ITEM: Item = {
    "receiptToken": {"S": NOBODYS.receipt_token},
    "receipt": {"S": json.dumps({"key": "-" * 60, "sha256": NOBODYS.sha256, "size": 0, "version": "-" * 32})},
}
"""Decoded in place of an item that does not exist. It is as long as a real one."""


def shard_name(shard: int, status: Status | None = None) -> str:
    return f"{status} {shard}" if status else str(shard)


def name_shard(shard: int, name_key: str) -> str:
    """The shard of the orders whose names begin with the same letter."""
    return f"{name_key[0]} {shard}"


def key_of(order_id: str) -> dict[str, Any]:
    return {"orderId": {"S": order_id}}


def _listed(order: Order, shard: int) -> dict[str, str | None]:
    return {
        "statusShard": shard_name(shard, order.status),
        "place": ("" if is_of_an_order(order.order_id) else DOCUMENTS) + index.place(order),
        **_found_by(order, shard),
    }


def _expiring(order: Order) -> dict[str, int]:
    return {EXPIRES_AT: int((order.received_at + CANARY_KEPT).timestamp())}


def is_canary(item: Item) -> bool:
    """Whether the canary posted this order. Only the attribute counts, as a newer version may have written the item."""
    return EXPIRES_AT in item


def is_of_the_register(item: Item) -> bool:
    """Whether it is an item of the register of numbers, and no row."""
    return str(item["orderId"]["S"]).startswith(OF_THE_REGISTER)


def _found_by(order: Order, shard: int) -> dict[str, str | None]:
    """The keys by which a search finds the order. An order whose body is damaged has none, but can be stored."""
    try:
        name, email, number = index.name_key(order), index.email_key(order), index.number_key(order)
    except (AttributeError, LookupError, TypeError, ValueError):
        return {}
    return {
        "nameShard": name_shard(shard, name) if name else None,
        "nameKey": name or None,
        "emailKey": email,
        "numberKey": number,
    }


def _attribute(value: str | int) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _value(attribute: Mapping[str, str]) -> str | int:
    return attribute["S"] if "S" in attribute else int(attribute["N"])

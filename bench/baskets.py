"""The orders whose receipts are measured. All differ, so that typst can reuse no more than it could for a shop."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

from orders.order import record, validation
from orders.order.order import Order

API_URL = "https://orders.example.com/"
NOON = datetime(2026, 7, 31, 12, tzinfo=UTC)
TOKEN = "AAAAAAAAAAAAAAAAAAAAAA"

CUSTOMERS = ["Alice", "Zoë Ångström", "Jürgen Weiß", "Søren Kjær", "Inês Gonçalves", "Café Müller & Söhne"]
THINGS = ["Espresso cup", "Crêpe pan", "Linen apron", "Olive oil", "Jalapeño salt", "Pillow, goose down", "Desk lamp"]
KINDS = ["blue", "façade grey", "oak", "n° 5", "crème", "hand-made", "small", "refill", "from Málaga", "second choice"]
PACKS = ["", ", 250 ml", ", 40 by 60 cm", ", pair", ", box of 12", ", 1.5 kg"]
RATES = ["7", "19"]
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def row(number: int, items: int) -> Order:
    """The order with this number and as many items. It is always the same, in Latin letters, which core fonts have."""
    chance = Random(f"{number} {items}")
    order_id = "".join(chance.choices(LETTERS, k=26))
    document: dict[str, Any] = {"orderId": order_id, "customerName": chance.choice(CUSTOMERS)}
    if items:
        document |= {"currency": "EUR", "items": [_item(chance) for _ in range(items)]}
    return Order.received(validation.parse(document), TOKEN, NOON, API_URL)


def requests(number: int, items: int, first: int = 0) -> list[bytes]:
    """Consecutive orders as records, one line each."""
    rows = (row(each, items) for each in range(first, first + number))
    return [json.dumps(record.from_order(each)).encode() + b"\n" for each in rows]


def _item(chance: Random) -> dict[str, object]:
    return {
        "name": f"{chance.choice(THINGS)}, {chance.choice(KINDS)}{chance.choice(PACKS)}",
        "quantity": chance.choice([1, 1, 1, 2, 2, 3, 4, 6, 12, 48]),
        "unitPrice": f"{chance.randint(1, 240)}.{chance.choice(['00', '50', '90', '95', '99'])}",
        "taxRate": chance.choice(RATES),
    }

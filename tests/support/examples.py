"""Orders that one remembers."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

ALICE: dict[str, Any] = {"orderId": "12345", "customerName": "Alice"}
ALICIA = ALICE | {"customerName": "Alicia"}
BASKET: dict[str, Any] = {
    "orderId": "basket-1",
    "customerName": "Zoë Ångström",
    "customerEmail": "zoe@example.com",
    "currency": "EUR",
    "items": [
        {"name": "Espresso cups", "quantity": 4, "unitPrice": "7.5", "taxRate": "20", "sku": "CUP-4"},
        {"name": "Coffee, 1 kg", "quantity": 2, "unitPrice": "18.99", "taxRate": "5.5"},
        {"name": "Gift card", "quantity": 1, "unitPrice": "25.00"},
    ],
    "note": "Ring twice.",
}


def example_orders() -> list[dict[str, Any]]:
    lines = (ROOT / "examples" / "orders.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]

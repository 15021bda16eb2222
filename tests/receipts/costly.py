"""The orders that take the typesetter longest, as a search found them, and the largest order of any text."""

import json
import unicodedata
from typing import Any

from orders.order.posted import MAX_BODY_BYTES, MOST_ITEMS, MOST_PARTS

COSTLY = (
    " \u0e31", "-\u0e4d\u0e4d", " \u302a", "\U0001f600\u0e31",  # marks without a letter
    "\u2061\u115f\U0001f469\u2061\u200e\ufe0f\u2062\u115f",  # letters that show nothing
    "\ufe52\u08e7\U0001f47a\u1dc9\U0001f575\u2211\U0001f485\u0485\u0951",  # a font for each letter
    "\u064d\ufd6f\u1ce4\u0342\ufe44\u030e\U0001f477\u064d\U0001f344\ufe44",
    "\u061c\U0001f93c\xad\u0355", "\ufef4\u031d\u08e9-\u1ab0\u065c", "\ufdfa",
    "\u0628\u0651", "\u0644\u0651\u0651", "\u0628\u064e\u0651",  # a long word whose letters join, with marks
    "\u076c\u0767", "\u0341\u08d9\u0343-\xad\u0342\u061c", "\U000e019b\xa0", "\u0e01\u0e31 ",
)  # fmt: skip
"""What to repeat. `bench/costliest_order.py` looks for worse ones."""


def largest(unit: str, most_items: int = MOST_ITEMS) -> dict[str, Any]:
    """An order with as many items as an order may have, all texts as long as they may be and made of this unit.

    No two items have the same name, number or tax: the typesetter would lay it out once.
    """
    order: dict[str, Any] = {
        "orderId": "1", "customerName": of_length(unit, 200), "note": of_length(unit, 1000), "currency": "EUR",
        "orderNumber": of_length(unit, 60), "customerCompany": of_length(unit, 200),
        "customerAddress": {"lines": [of_length(unit, 100, f"{number}x") for number in range(4)]},
        "charges": [
            {"kind": "fee", "name": of_length(unit, 40, f"{number}x"), "amount": "1"} for number in range(MOST_PARTS)
        ],
    }  # fmt: skip
    items = _items(unit, 200, most_items)
    while size(order | {"items": items}) > MAX_BODY_BYTES:
        items = _items(unit, len(items[0]["name"]) * 9 // 10, most_items)
    return order | {"items": items}


def _items(unit: str, letters: int, most_items: int) -> list[dict[str, Any]]:
    return [
        {
            "name": of_length(unit, letters, f"{number}x"), "sku": of_length(unit, min(letters, 64), f"{number}x"),
            "description": of_length(unit, min(2 * letters, 500), f"{number}y"), "unit": of_length(unit, 5),
            "discount": {"percent": "1", "name": of_length(unit, letters, f"{number}z")},
            "quantity": 1, "unitPrice": "1", "taxRate": f"{number % 100}.{number // 100}",
        }
        for number in range(most_items)
    ]  # fmt: skip


def of_length(unit: str, letters: int, begin: str = "x") -> str:
    """With a letter at the beginning: a text of marks alone is taken for blank."""
    return unicodedata.normalize("NFC", f"{begin}{unit * letters}"[:letters])[:letters]


def size(document: dict[str, Any]) -> int:
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())

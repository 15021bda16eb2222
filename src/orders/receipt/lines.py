"""The lines of the receipt: one for each item."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orders.order import taxes
from orders.order.parts import PostedItem
from orders.receipt.bill import NO_BREAK_SPACE, Bill

_A_COLUMN = 22
"""So many of the widest letters fit."""
_LONGEST_QUANTITY = 14
"""With its unit, on one line."""
_LEFTWARD = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
HAS_LEFTWARD = re.compile(_LEFTWARD)
"""A letter of Hebrew or Arabic."""
_STARTS_LEFTWARD = re.compile(f"[\\W\\d_]*{_LEFTWARD}")


def of(bill: Bill) -> list[dict[str, Any]]:
    each = zip(bill.posted.items, bill.totals.lines, bill.totals.line_discounts, strict=True)
    return [_line(bill, item, amount, discount) for item, amount, discount in each]


def _line(bill: Bill, item: PostedItem, amount: int, discount: int) -> dict[str, Any]:
    return {
        "name": bill.writing.breakable(item.name, _A_COLUMN),
        "sku": _sku(bill, item) if item.sku else None,
        "details": [*_description(bill, item), *_discount(bill, item, discount)],
        "quantity": _quantity(bill, item),
        "unitPrice": bill.speech.unit_price(item.unit_price, bill.currency),
        "rates": [bill.percent(levy.rate) for levy in taxes.levies_of(item)] if bill.is_new else [],
        "amount": bill.amount(amount),
    }


def _sku(bill: Bill, item: PostedItem) -> str:
    """The article number. After a name that mixes two directions it begins with a mark of direction."""
    sku = bill.writing.breakable(item.sku or "", _A_COLUMN)
    is_mixed = HAS_LEFTWARD.search(item.name) and not _STARTS_LEFTWARD.match(item.name)
    return f"\u200e{sku}" if is_mixed else sku


def _description(bill: Bill, item: PostedItem) -> Iterator[str]:
    yield from map(bill.written, filter(str.strip, (item.description or "").split("\n")))


def _discount(bill: Bill, item: PostedItem, amount: int) -> Iterator[str]:
    """As in `Summer sale 25% -59.75`."""
    if item.discount:
        name = item.discount.name or bill.word("discount")
        yield bill.written(name, bill.percent(item.discount.percent), bill.amount(-amount))


def _quantity(bill: Bill, item: PostedItem) -> str:
    quantity = bill.speech.number(Decimal(item.quantity))
    if not item.unit:
        return quantity
    unit = bill.writing.printable(item.unit)
    return (NO_BREAK_SPACE if len(quantity + unit) < _LONGEST_QUANTITY else "\n").join([quantity, unit])

"""The lines of the receipt: one for each item."""

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import repeat
from typing import Any

from orders.order import taxes
from orders.order.parts import PostedItem
from orders.receipt import advances
from orders.receipt.bill import NO_BREAK_SPACE, REDUCED, Bill

_A_COLUMN = 22
"""So many of the widest letters fit."""
_NARROWEST, _NARROWEST_OF_AMOUNTS, _A_DIGIT, _A_BLANK, _A_GUTTER = 5, 7, 0.6, 0.3, 1.5
_FIGURE_SIZES = ((15, 1), (22, 0.85), (math.inf, 0.7))
_A_ROW, _SKU_SIZE = 46, 0.8
"""Widths, in the size of the letters. The page is a little wider than a row."""
_LAST_OF_LATIN = "\u024f"
_LONGEST_QUANTITY = 14
"""With its unit, on one line."""
_LEFTWARD = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
HAS_LEFTWARD = re.compile(_LEFTWARD)
"""A letter of a script that is written from the right, such as Hebrew, Arabic, N'Ko and Adlam."""
_STARTS_LEFTWARD = re.compile(f"[\\W\\d_]*{_LEFTWARD}")


def of(bill: Bill) -> list[dict[str, Any]]:
    each = zip(bill.posted.items, bill.totals.lines, bill.totals.line_discounts, strict=True)
    return [_line(bill, item, amount, discount) for item, amount, discount in each]


def figure_size(lines: list[dict[str, Any]]) -> float:
    """The size of the figures, beside that of other letters. They keep their columns however long they are."""
    longest = max((len(line[name]) for line in lines for name in ("amount", "unitPrice")), default=0)
    return next(size for length, size in _FIGURE_SIZES if longest <= length)


def widths(lines: list[dict[str, Any]]) -> list[float]:
    """The widths of the columns of figures, in the size of the letters. The page would take long to find them."""
    columns = [[line["quantity"] for line in lines], [line["unitPrice"] for line in lines]]
    if any(line["rates"] for line in lines):
        columns.append([rate for line in lines for rate in line["rates"]])
    columns.append([line["amount"] for line in lines])
    size = figure_size(lines)
    least = [*repeat(_NARROWEST, len(columns) - 1), _NARROWEST_OF_AMOUNTS]
    return [
        max([narrowest, *(size * _width(each) for each in set(column))])
        for narrowest, column in zip(least, columns, strict=True)
    ]


def are_low(lines: list[dict[str, Any]], columns: list[float]) -> list[bool]:
    """Which of them surely need one row of text: the page sets these without measuring them first."""
    room = _A_ROW - sum(columns) - _A_GUTTER * len(columns)
    return [_is_low(line, room) for line in lines]


def _is_low(line: dict[str, Any], room: float) -> bool:
    name, sku = line["name"], line["sku"] or ""
    if line["details"] or len(line["rates"]) > 1 or "\n" in line["quantity"] or max(name + sku) > _LAST_OF_LATIN:
        return False
    return advances.of(name) + _SKU_SIZE * advances.of(sku) + _A_BLANK < room


def _width(figures: str) -> float:
    """Of a column with these figures: of a digit for each letter, and of two for each letter of Asia."""
    return max(_A_DIGIT * (len(line) + sum(letter >= "\u2e80" for letter in line)) for line in figures.split("\n"))


def _line(bill: Bill, item: PostedItem, amount: int, discount: int) -> dict[str, Any]:
    return {
        "name": _name(bill, item),
        "sku": _sku(bill, item) if item.sku else None,
        "details": [*_description(bill, item), *_discount(bill, item, discount)],
        "quantity": _quantity(bill, item),
        "unitPrice": bill.speech.unit_price(item.unit_price, bill.currency) if item.unit_price else "",
        "rates": [bill.percent(levy.rate) for levy in taxes.levies_of(item)],
        "amount": bill.amount(amount),
    }


def _name(bill: Bill, item: PostedItem) -> str:
    name = bill.writing.breakable(item.name, _A_COLUMN)
    return f"{name} {REDUCED}" if bill.is_reduced(item) else name


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
    """Empty on a credit note that gives back a part of the line's amount."""
    if item.quantity == "":
        return ""
    quantity = bill.speech.number(Decimal(item.quantity))
    if not item.unit:
        return quantity
    unit = bill.writing.printable(item.unit)
    return (NO_BREAK_SPACE if len(quantity + unit) < _LONGEST_QUANTITY else "\n").join([quantity, unit])

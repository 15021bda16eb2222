"""What is exported of an order: a row for the order, a row for each of its taxes, or a row for each of its items."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orders.api import present
from orders.api.export.forms import Cell
from orders.order import figures, money
from orders.order.clock import from_iso
from orders.order.credits import Taken, settlement
from orders.order.errors import InvalidOrder
from orders.order.order import Order
from orders.order.parts import PostedItem
from orders.order.posted import PostedOrder

Row = Mapping[str, Cell]

_UNREADABLE = "The server can't read this order: a newer version wrote it, or it is damaged. Its log says which."
_DAMAGED = "The server can't read this order: it is damaged."
_CANNOT_BE_READ = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError, InvalidOrder)


@dataclass(frozen=True, slots=True)
class Rows:
    """One kind of rows. `note` is the column that says why an order can't be read."""

    name: str
    columns: tuple[str, ...]
    note: str
    _of_readable: Callable[[Order], Iterable[Row]]

    def of(self, order: Order) -> list[Row]:
        """The rows of an order. An order that can't be read has one row too, so that somebody notices."""
        try:
            return list(self._of_readable(order))
        except _CANNOT_BE_READ:
            return [{"orderId": order.order_id, self.note: _DAMAGED}]

    def of_unreadable(self, order_id: str) -> Row:
        return {"orderId": order_id, self.note: _UNREADABLE}


def _of_order(order: Order) -> Iterator[Row]:
    """An order whose amounts can't be computed still has the other cells."""
    listed: dict[str, Any] = dict(present.listed(order))
    yield {column: listed[column] for column in _LISTED} | {
        "receivedAt": order.received_at,
        "completedAt": order.completed_at,
        "total": _amount(listed["total"]),
        **_facts_and_amounts(order),
    }


def _facts_and_amounts(order: Order) -> Row:
    try:
        posted = order.posted
        totals = _totals(order)
    except _CANNOT_BE_READ:
        return {}
    return _facts(posted) | {
        "customerCompany": posted.customer_company,
        "customerTaxId": posted.customer_tax_id,
        **{column: _amount(totals.get(column)) for column in _AMOUNTS},
        "metadata": _json(dict(posted.metadata)),
        **_settlement(order),
    }


def _settlement(order: Order) -> Row:
    """Whether the order was refunded, and what was given back so far."""
    taken = Taken.from_document(order.settlement.taken)
    refunded = figures.of_taken(order.posted, taken) if order.settlement.taken else None
    return {
        "settlement": settlement(order.posted, taken).value,
        "refunded": _amount(refunded["payable"]) if refunded else None,
    }


def _of_taxes(order: Order) -> Iterator[Row]:
    for tax in _totals(order).get("taxes", ()):
        yield _of_its_order(order) | {
            "name": tax["name"],
            "rate": _amount(tax["rate"]),
            "category": tax["category"],
            "base": _amount(tax["base"]),
            "amount": _amount(tax["amount"]),
        }


def _of_items(order: Order) -> Iterator[Row]:
    posted = order.posted
    for number, (item, amount) in enumerate(zip(posted.items, _totals(order).get("lines", ()), strict=True)):
        yield _of_its_order(order) | {
            "pricesIncludeTax": "true" if posted.prices_include_tax else "false",
            "line": number + 1,
            **_of_item(item),
            "discount": _discount(posted, number) if item.discount else None,
            "amount": _amount(amount),
        }


def _discount(posted: PostedOrder, number: int) -> Cell:
    """What is taken off a line."""
    if posted.totals is None or posted.currency is None:
        return None
    return money.from_minor(posted.totals.line_discounts[number], posted.currency)


def _of_item(item: PostedItem) -> Row:
    discount = item.discount
    return {
        "name": item.name,
        "description": item.description,
        "sku": item.sku,
        "quantity": Decimal(item.quantity),
        "unit": item.unit,
        "unitPrice": Decimal(item.unit_price),
        "discountName": discount.name if discount else None,
        "discountPercent": _amount(discount.percent) if discount else None,
        "taxRate": _amount(item.tax_rate),
        "taxName": item.tax_name,
        "taxCategory": item.tax_category,
        "taxes": _json([{"name": tax.name, "rate": tax.rate, "compound": tax.compound} for tax in item.taxes]),
    }


def _of_its_order(order: Order) -> dict[str, Cell]:
    return {
        "orderId": order.order_id,
        "status": order.status,
        "receivedAt": order.received_at,
        "currency": order.posted.currency,
        **_facts(order.posted),
    }


def _facts(posted: PostedOrder) -> dict[str, Cell]:
    return {
        "orderNumber": posted.order_number,
        "placedAt": _instant(posted.placed_at),
        "country": country(posted),
    }


def country(posted: PostedOrder) -> str | None:
    """The country of the buyer's address, or of the delivery address if the buyer's has none."""
    addresses = (posted.customer_address, posted.delivery_address)
    return next((each.country for each in addresses if each and each.country), None)


def _totals(order: Order) -> Mapping[str, Any]:
    """The figures of the API; none if nothing in the order has a price.

    Raises:
        KeyError, TypeError, ValueError, InvalidOrder: it can't be read.
    """
    return (present.totals(order) or {}) if order.posted.totals else {}


def _amount(text: str | None) -> Cell:
    """A number. Anything else that a damaged row may have is a text."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return text


def _instant(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def _json(document: Sequence[object] | Mapping[str, object]) -> str | None:
    """As JSON; nothing for an empty document."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) if document else None


_LISTED = (
    "orderId", "status", "receivedAt", "completedAt", "customerName", "customerEmail", "currency", "total", "attempts",
    "lastError",
)  # fmt: skip
_AMOUNTS = ("net", "tax", "discount", "charges", "rounding", "payable", "paid", "due")
_ITS_ORDER = ("orderId", "orderNumber", "placedAt", "receivedAt", "status", "country", "currency")

ORDERS = Rows(
    "orders",
    (
        *_LISTED, "orderNumber", "placedAt", "customerCompany", "country", "customerTaxId", *_AMOUNTS, "metadata",
        "settlement", "refunded",
    ),
    "lastError",
    _of_order,
)  # fmt: skip
"""New columns come last: programs know the others by their places."""
TAXES = Rows("taxes", (*_ITS_ORDER, "name", "rate", "category", "base", "amount", "problem"), "problem", _of_taxes)
ITEMS = Rows(
    "items",
    (
        *_ITS_ORDER, "pricesIncludeTax", "line", "name", "description", "sku", "quantity", "unit", "unitPrice",
        "discountName", "discountPercent", "discount", "taxRate", "taxName", "taxCategory", "taxes", "amount",
        "problem",
    ),
    "problem",
    _of_items,
)  # fmt: skip
KINDS = {rows.name: rows for rows in (ORDERS, TAXES, ITEMS)}

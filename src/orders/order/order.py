"""What an order is: its canonical form, its fingerprint, its totals. What a shop may post is in `schema.py`."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orders.order import money
from orders.order.errors import NewerVersion

MAX_BODY_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class LineItem:
    """`unit_price` is before tax, in the order's currency; `tax_rate` is a percentage. Both are decimals as text."""

    name: str
    quantity: int
    unit_price: str
    tax_rate: str | None = None
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Whole minor units of the order's currency; `taxes` by rate in percent, in rising order."""

    lines: list[int]
    subtotal: int
    taxes: dict[Decimal, int]
    total: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as the shop posted it. An order with items has a `currency` (ISO 4217)."""

    order_id: str
    customer_name: str
    customer_email: str | None = None
    items: tuple[LineItem, ...] = ()
    currency: str | None = None
    locale: str | None = None
    note: str | None = None

    @staticmethod
    def stored(canonical: str) -> "Order":
        """An accepted order, from its canonical form: not judged again, by rules that may be newer than it is.

        Raises:
            NewerVersion: it has a field that this version does not know.
        """
        document: dict[str, Any] = json.loads(canonical)
        items = tuple(LineItem(**_named(item, _ITEM)) for item in document.pop("items", ()))
        return Order(**_named(document, _ORDER), items=items)

    def canonical(self) -> str:
        """The order as JSON text that is the same for every way of writing the same order.

        Keys sorted, no blanks, no fields that were left out; prices with all of the currency's decimals.
        """
        document = _document(self, _ORDER)
        if self.items:
            document["items"] = [_document(item, _ITEM) for item in self.items]
            for item in document["items"]:
                item["unitPrice"] = _all_decimals(item["unitPrice"], self.currency)
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def totals(self) -> Totals | None:
        """Net lines, their sum, the tax by rate and the total; none without items.

        Tax is computed once for each rate, on the sum of its lines, and rounded half up to the minor unit.
        """
        if not self.items or not self.currency:
            return None
        lines = [item.quantity * money.to_minor(Decimal(item.unit_price), self.currency) for item in self.items]
        net_by_rate: dict[Decimal, int] = {}
        for item, line in zip(self.items, lines, strict=True):
            if item.tax_rate is not None:
                rate = Decimal(item.tax_rate)
                net_by_rate[rate] = net_by_rate.get(rate, 0) + line
        taxes = {rate: money.tax_on(net_by_rate[rate], rate) for rate in sorted(net_by_rate)}
        return Totals(lines, sum(lines), taxes, sum(lines) + sum(taxes.values()))

    def total(self) -> str | None:
        """The total as a decimal with all of the currency's decimals; none without items."""
        totals = self.totals()
        return str(money.from_minor(totals.total, self.currency)) if totals and self.currency else None


def fingerprint(canonical: str) -> str:
    """SHA-256 of a canonical order, in hexadecimal: equal for equal orders only."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def unknown_fields(canonical: str) -> set[str]:
    """The fields of an accepted order and of its items that this version does not know.

    Every read of a row asks this: it takes about as long as parsing the JSON, and a third of `Order.stored`. A text
    that is no order at all has none.
    """
    try:
        document: dict[str, Any] = json.loads(canonical)
        of_items = set[str]().union(*document.get("items", ()))
        return (document.keys() - _FIELDS) | (of_items - _ITEM.keys())
    except (AttributeError, TypeError, ValueError, RecursionError):
        return set()


def _all_decimals(price: str, currency: str | None) -> str:
    if currency is None:
        return price
    return str(money.from_minor(money.to_minor(Decimal(price), currency), currency))


_ORDER = {
    "orderId": "order_id",
    "customerName": "customer_name",
    "customerEmail": "customer_email",
    "currency": "currency",
    "locale": "locale",
    "note": "note",
}
_ITEM = {"name": "name", "quantity": "quantity", "unitPrice": "unit_price", "taxRate": "tax_rate", "sku": "sku"}
"""The fields' names in JSON, and here."""
_FIELDS = frozenset({*_ORDER, "items"})


def _named(document: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    try:
        return {names[name]: value for name, value in document.items()}
    except KeyError as unknown:
        raise NewerVersion(f"an order's field {unknown}") from None


def _document(value: object, names: dict[str, str]) -> dict[str, Any]:
    fields = ((name, getattr(value, attribute)) for name, attribute in names.items())
    return {name: field for name, field in fields if field is not None}

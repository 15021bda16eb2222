"""What an order is: its fields and their limits, its canonical form, its fingerprint, its totals."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel, to_snake

from orders import money
from orders.errors import InvalidOrder, WrongField
from orders.fields import Currency, Email, Locale, Name, Note, OrderId, Sku, TaxRate, UnitPrice

MAX_BODY_BYTES = 128 * 1024
_MOST_FIELDS_NAMED = 50


class _Strict(BaseModel):
    """Frozen, camelCase in JSON, no unknown fields, nothing coerced."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, hide_input_in_errors=True
    )


class LineItem(_Strict):
    """`unit_price` is before tax, in the order's currency; `tax_rate` is a percentage."""

    name: Name
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price: UnitPrice
    tax_rate: TaxRate | None = None
    sku: Sku | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Whole minor units of the order's currency; `taxes` by rate in percent, in rising order."""

    lines: list[int]
    subtotal: int
    taxes: dict[Decimal, int]
    total: int


class Order(_Strict):
    """One order, as the shop posted it."""

    order_id: OrderId
    customer_name: Name
    customer_email: Email | None = None
    items: Annotated[tuple[LineItem, ...], Field(strict=False, max_length=200)] = ()
    currency: Currency | None = None
    locale: Locale | None = None
    note: Note | None = None

    @classmethod
    def parse(cls, document: object) -> Self:
        """The order that a JSON document describes.

        Raises:
            InvalidOrder: with every field that is wrong, as far as can be told at once.
        """
        try:
            order = cls.model_validate(document)
        except ValidationError as error:
            raise InvalidOrder(_wrong_fields(error)) from None
        if wrong := list(order._wrong_together()):
            raise InvalidOrder(wrong[:_MOST_FIELDS_NAMED])
        return order

    @staticmethod
    def stored(canonical: str) -> "Order":
        """An accepted order, from its canonical form: not judged again, by rules that may be newer than it is."""
        document: dict[str, Any] = json.loads(canonical)
        items = tuple(LineItem.model_construct(**_named(item)) for item in document.pop("items", ()))
        return Order.model_construct(**_named(document), items=items)

    def _wrong_together(self) -> Iterator[WrongField]:
        if not self.items:
            return
        if self.currency is None:
            yield WrongField("#/currency", "is required with items")
            return
        for position, item in enumerate(self.items):
            try:
                money.to_minor(Decimal(item.unit_price), self.currency)
            except ValueError as error:
                yield WrongField(f"#/items/{position}/unitPrice", str(error))

    def canonical(self) -> str:
        """The order as JSON text that is the same for every way of writing the same order.

        Keys sorted, no blanks, no fields that were left out; prices with all of the currency's decimals.
        """
        document = self.model_dump(by_alias=True, exclude_defaults=True)
        if self.currency:
            for item in document.get("items", ()):
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


def fingerprint(canonical: str) -> str:
    """SHA-256 of a canonical order, in hexadecimal: equal for equal orders only."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def _all_decimals(price: str, currency: str) -> str:
    return str(money.from_minor(money.to_minor(Decimal(price), currency), currency))


_python_name = cache(to_snake)


def _named(document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields by their names in Python."""
    return {_python_name(name): value for name, value in document.items()}


def _wrong_fields(error: ValidationError) -> list[WrongField]:
    faults = error.errors(include_url=False, include_context=True, include_input=False)
    return [WrongField(_pointer(fault["loc"]), _detail(fault)) for fault in faults[:_MOST_FIELDS_NAMED]]


def _pointer(location: tuple[int | str, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "#" + "".join(f"/{step}" for step in steps)


_DETAILS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of an order",
    "model_type": "must be an object",
    "string_unicode": "must be valid Unicode",
    "tuple_type": "must be an array",
}


def _detail(fault: Mapping[str, object]) -> str:
    kind, context = fault["type"], fault.get("ctx")
    if kind == "value_error" and isinstance(context, dict):
        return str(context["error"])
    message = str(fault["msg"])
    return _DETAILS.get(str(kind), message[:1].lower() + message[1:])

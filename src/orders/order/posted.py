"""What a shop posts. Each field is declared here, once: its name, its type, its limits and its description.

The names in JSON are these in camelCase. The check of a body (`orders.order.validation`), JSON Schema and OpenAPI
(`orders.api.openapi`), the stored form and its reader all come from the declarations.
"""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from orders.order import money, rules
from orders.order.errors import NewerVersion

MAX_BODY_BYTES = 128 * 1024
MOST_ITEMS = 200


def in_camel_case(name: str) -> str:
    """`customerName` for `customer_name`."""
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


_STRICT = {"alias_generator": in_camel_case, "extra": "forbid", "hide_input_in_errors": True}
"""For pydantic: https://docs.pydantic.dev/latest/api/config/"""


@dataclass(frozen=True, slots=True)
class PostedItem:
    """One line of an order: the price is before tax, in the order's currency; the tax is a percentage."""

    __pydantic_config__: ClassVar = _STRICT

    name: Annotated[str, rules.line("The item's name: one line, not blank, with at most 30 accents in a row.", 200)]
    quantity: Annotated[int, rules.WholeNumber("The quantity, a whole number.", least=1, most=1_000_000)]
    unit_price: Annotated[
        str, rules.price("The price of one unit before tax, with no more decimals than the currency has.")
    ]
    tax_rate: Annotated[str | None, rules.percentage("The tax in percent, a decimal from 0 to 100.")] = None
    sku: Annotated[str | None, rules.line("The shop's own article number (stock keeping unit).", 64)] = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Whole minor units of the order's currency; `taxes` by rate in percent, in rising order."""

    lines: list[int]
    subtotal: int
    taxes: dict[Decimal, int]
    total: int


@dataclass(frozen=True, slots=True)
class PostedOrder:
    """The body of `POST /orders`."""

    __pydantic_config__: ClassVar = _STRICT

    order_id: Annotated[
        str,
        rules.order_id(
            "The shop's own id of the order: 1 to 64 letters, digits, dots, underscores or hyphens. The server makes"
            " an id if there is none."
        ),
    ]
    customer_name: Annotated[
        str,
        rules.line(
            "The customer's name, as on the receipt: one line, not blank, with at most 30 accents in a row. Stored in"
            " Unicode's composed form (NFC).",
            200,
        ),
    ]
    customer_email: Annotated[
        str | None, rules.email("The address that the receipt is sent to. The receipt does not show it.")
    ] = None
    items: Annotated[
        tuple[PostedItem, ...], rules.ListOf("The line items. An order with items needs a `currency`.", most=MOST_ITEMS)
    ] = ()
    currency: Annotated[str | None, rules.currency("The currency of all prices (ISO 4217).")] = None
    locale: Annotated[
        str | None, rules.language_tag("The receipt's language and formats (BCP 47), such as `de` or `pt-BR`.")
    ] = None
    note: Annotated[
        str | None,
        rules.lines("A text for the receipt, of one line or several, with at most 30 accents in a row.", 1000),
    ] = None

    @staticmethod
    def stored(canonical: str) -> "PostedOrder":
        """An accepted order, from its canonical form: not judged again, by rules that may be newer than it is.

        Raises:
            NewerVersion: it has a field that this version does not know.
        """
        document: dict[str, Any] = json.loads(canonical)
        items = tuple(PostedItem(**_named(item, _ITEM)) for item in document.pop("items", ()))
        return PostedOrder(**_named(document, _ORDER), items=items)

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

    Every read of a row asks this: it takes about as long as parsing the JSON, and a third of `PostedOrder.stored`. A
    text that is no order at all has none.
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


def _names(kind: type) -> dict[str, str]:
    """The fields' names in JSON, and here; without the items, which are documents themselves."""
    names = (each.name for each in dataclasses.fields(kind))
    return {in_camel_case(name): name for name in names if name != "items"}


_ORDER, _ITEM = _names(PostedOrder), _names(PostedItem)
_FIELDS = frozenset({*_ORDER, "items"})


def _named(document: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    try:
        return {names[name]: value for name, value in document.items()}
    except KeyError as unknown:
        raise NewerVersion(f"an order's field {unknown}") from None


def _document(value: object, names: dict[str, str]) -> dict[str, Any]:
    fields = ((name, getattr(value, attribute)) for name, attribute in names.items())
    return {name: field for name, field in fields if field is not None}

"""What a shop posts. Each field is declared here, once: its name, its type, its limits and its description.

The names in JSON are these in camelCase. The check of a body (`orders.order.validation`), JSON Schema and OpenAPI
(`orders.api.openapi`), the stored form and its reader (`orders.order.canonical`) all come from the declarations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any, ClassVar

from orders.order import amounts, canonical, money, rules
from orders.order.parts import (
    STRICT,
    Address,
    Charge,
    DeliveryAddress,
    OrderDiscount,
    Payment,
    PostedItem,
    StatedTax,
)
from orders.order.rule import Flag, ListOf, Part
from orders.order.totals import Totals

MAX_BODY_BYTES = 256 * 1024
TOO_LARGE = f"A body may have at most {MAX_BODY_BYTES:,} bytes."
MOST_ITEMS = 500
MOST_PARTS = 50
"""The largest number of discounts, of charges, of stated taxes and of payments."""


@dataclass(frozen=True)
class PostedOrder:
    """The body of `POST /orders`."""

    __pydantic_config__: ClassVar = STRICT

    order_id: Annotated[
        str,
        rules.order_id(
            "The shop's own id of the order: 1 to 64 letters, digits, dots, underscores or hyphens. The server makes"
            " an id if there is none."
        ),
    ]
    customer_name: Annotated[
        str,
        rules.required_line(
            "The customer's name, as on the receipt: one line, not blank, with at most 30 accents in a row. Stored in"
            " Unicode's composed form (NFC).",
            200,
        ),
    ]
    customer_email: Annotated[
        str | None, rules.email("The address that the receipt is sent to. The receipt does not show it.")
    ] = None
    items: Annotated[
        tuple[PostedItem, ...], ListOf("The line items. An order with items needs a `currency`.", most=MOST_ITEMS)
    ] = ()
    currency: Annotated[
        str | None, rules.currency("The currency of all amounts (ISO 4217). An order with amounts needs one.")
    ] = None
    locale: Annotated[
        str | None, rules.language_tag("The receipt's language and formats (BCP 47), such as `de` or `pt-BR`.")
    ] = None
    note: Annotated[
        str | None,
        rules.lines("A text for the receipt, of one line or several, with at most 30 accents in a row.", 1000),
    ] = None
    order_number: Annotated[
        str | None,
        rules.line("The order's number as the shop writes it, such as #1001. It is printed instead of the id.", 64),
    ] = None
    placed_at: Annotated[
        str | None,
        rules.instant(
            "When the customer bought, with an offset (RFC 3339): the receipt's date. By default, the time of receipt."
        ),
    ] = None
    customer_company: Annotated[str | None, rules.line("The buyer's company.", 200)] = None
    customer_tax_id: Annotated[str | None, rules.line("The buyer's VAT or tax id.", 40)] = None
    customer_reference: Annotated[str | None, rules.line("The buyer's reference, such as a purchase order.", 100)] = (
        None
    )
    customer_address: Annotated[Address | None, Part("The buyer's address.")] = None
    delivery_address: Annotated[
        DeliveryAddress | None, Part("The address to which the goods go, if it is another one.")
    ] = None
    prices_include_tax: Annotated[bool, Flag("Whether every price, discount and charge includes its tax.")] = False
    discounts: Annotated[
        tuple[OrderDiscount, ...],
        ListOf("Reductions of the whole order. A gift card bought before is a payment.", most=MOST_PARTS),
    ] = ()
    charges: Annotated[tuple[Charge, ...], ListOf("Shipping, fees, tips and deposits.", most=MOST_PARTS)] = ()
    taxes: Annotated[
        tuple[StatedTax, ...],
        ListOf("The taxes as the shop charged them, if it computes them in another way.", most=MOST_PARTS),
    ] = ()
    total: Annotated[
        str | None, rules.amount("The total as the shop charged it.", instead="a refund is another document")
    ] = None
    rounding: Annotated[
        str | None,
        rules.signed_amount("Added to the total to get the payable amount, as in cash rounding.", default="0"),
    ] = None
    payments: Annotated[tuple[Payment, ...], ListOf("The payments so far.", most=MOST_PARTS)] = ()
    tax_exemption_reason: Annotated[
        str | None, rules.line("Why no tax is charged, for the categories E, AE, K, G and O.", 300)
    ] = None
    metadata: Annotated[
        Mapping[str, str],
        rules.metadata("Up to 20 texts of the shop, by name. They are stored and exported, and never printed."),
    ] = field(default_factory=dict)

    @staticmethod
    def stored(text: str) -> "PostedOrder":
        """An accepted order, from its canonical form: not judged again, by rules that may be newer than it is.

        Raises:
            NewerVersion: it has a field that this version does not know.
        """
        return canonical.read(PostedOrder, text)

    def canonical(self) -> str:
        """The order as JSON text that is the same for every way of writing the same order.

        Keys sorted, no blanks, no fields that were left out; amounts with all of the currency's decimals.
        """
        return canonical.written(self.document())

    def document(self) -> dict[str, Any]:
        """The same order before it is written as text."""
        return canonical.document(self, self.currency)

    @cached_property
    def amounts(self) -> amounts.Amounts | None:
        """All amounts of the order, and what they were computed of; `None` if nothing in it has a price.

        Raises:
            WrongAmount: they contradict each other. Not for an order that was accepted.
        """
        return amounts.of(self)

    @property
    def totals(self) -> Totals | None:
        """All amounts of the order; `None` and raises as `amounts`."""
        return self.amounts.totals if self.amounts else None

    @property
    def is_gross(self) -> bool:
        """Whether its lines include a tax."""
        return self.prices_include_tax and self.totals is not None and bool(self.totals.taxes)

    def schema_version(self) -> int:
        """The oldest schema version of rows that has everything in this order: 3, or 4 with anything new in 4."""
        return 4 if any(_SINCE_VERSION_4(self)) or len(self.items) > 200 or any(map(self._is_new, self.items)) else 3

    def _is_new(self, item: PostedItem) -> bool:
        if any(_OF_AN_ITEM_SINCE_VERSION_4(item)) or isinstance(item.quantity, str) or item.quantity < 0:
            return True
        decimals = money.DECIMALS[self.currency] if self.currency else 0
        return money.decimals_of(item.unit_price) > decimals or money.decimals_of(item.tax_rate or "") > 3

    def total_text(self) -> str | None:
        """The total as a decimal with all of the currency's decimals; `None` if nothing in the order has a price."""
        totals = self.totals
        return money.text(totals.total, self.currency) if totals and self.currency else None


_SINCE_VERSION_4 = attrgetter(
    "order_number", "placed_at", "customer_company", "customer_tax_id", "customer_reference", "customer_address",
    "delivery_address", "prices_include_tax", "discounts", "charges", "taxes", "total", "rounding", "payments",
    "tax_exemption_reason", "metadata",
)  # fmt: skip
_OF_AN_ITEM_SINCE_VERSION_4 = attrgetter("description", "unit", "discount", "tax_name", "tax_category", "taxes")


def unknown_fields(text: str) -> set[str]:
    """The fields of an accepted order that this version does not know.

    Every read of an order asks this: it takes about as long as parsing the JSON, and a third of `PostedOrder.stored`. A
    text that is no order at all has none.
    """
    return canonical.unknown_fields(PostedOrder, text)

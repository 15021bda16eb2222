"""The parts of a posted order: items, charges, discounts, taxes, payments and addresses.

Their fields are declared as those of the order itself: see `orders.order.posted`.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from orders.order import rules
from orders.order.canonical import in_camel_case
from orders.order.rule import Flag, ListOf, Part
from orders.order.totals import STANDARD

MOST_TAXES_AT_ONCE = 6
CATEGORIES_WITHOUT_A_RATE = ("Z", "E", "AE", "K", "G", "O")
CATEGORIES = (STANDARD, *CATEGORIES_WITHOUT_A_RATE)
"""UNCL 5305, as EN 16931 uses it."""
CHARGES = ("shipping", "fee", "tip", "deposit", "other")
METHODS = ("card", "cash", "transfer", "paypal", "voucher", "other")

STRICT = {"alias_generator": in_camel_case, "extra": "forbid", "hide_input_in_errors": True}
"""For pydantic: https://docs.pydantic.dev/latest/api/config/"""

_RATE = "The tax in percent, a decimal from 0 to 100 with at most 6 decimals."
_CATEGORY = (
    "The tax category (UNCL 5305): `S` standard, which is the default; `Z` zero rated, `E` exempt, `AE` reverse charge,"
    " `K` intra-Community supply, `G` export, `O` outside the scope. All but `S` take no rate, or 0."
)


@dataclass(frozen=True, slots=True)
class Discount:
    """A reduction of a line: an amount, or a percentage of the line."""

    __pydantic_config__: ClassVar = STRICT

    amount: Annotated[str | None, rules.amount("The reduction of the whole line, in the order's currency.")] = None
    percent: Annotated[str | None, rules.percentage("The reduction in percent of the line.")] = None
    name: Annotated[str | None, rules.line("The name of the reduction.", 200)] = None


@dataclass(frozen=True, slots=True)
class PostedTax:
    """One of several taxes that an item or a charge bears."""

    __pydantic_config__: ClassVar = STRICT

    name: Annotated[str, rules.required_line("The name of the tax, such as GST.", 40)]
    rate: Annotated[str, rules.percentage(_RATE)]
    compound: Annotated[
        bool, Flag("Whether the tax is charged on the amount plus the taxes before it in the list.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxed:
    """What an item or a charge says about its tax."""

    __pydantic_config__: ClassVar = STRICT

    tax_rate: Annotated[str | None, rules.percentage(_RATE)] = None
    tax_name: Annotated[str | None, rules.line("The name of the tax, such as VAT.", 40)] = None
    tax_category: Annotated[str | None, rules.one_of(_CATEGORY, *CATEGORIES, default=STANDARD)] = None
    taxes: Annotated[
        tuple[PostedTax, ...], ListOf("Several taxes at once, instead of `taxRate`.", most=MOST_TAXES_AT_ONCE)
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedItem(Taxed):
    """One line of an order."""

    __pydantic_config__: ClassVar = STRICT

    name: Annotated[
        str, rules.required_line("The item's name: one line, not blank, with at most 30 accents in a row.", 200)
    ]
    quantity: Annotated[
        int | str,
        rules.quantity(
            "A whole number, or a decimal as text with at most 6 decimals. Negative for goods that the customer brought"
            " back."
        ),
    ]
    unit_price: Annotated[
        str,
        rules.amount(
            "The price of one unit, with at most 8 decimals, before tax unless `pricesIncludeTax` is true.",
            instead="use a discount or a negative quantity",
        ),
    ]
    sku: Annotated[str | None, rules.line("The shop's own article number (stock keeping unit).", 64)] = None
    description: Annotated[str | None, rules.lines("Details such as size and colour, in one line or more.", 500)] = None
    unit: Annotated[str | None, rules.line("The unit of the quantity, such as kg, h or m.", 12)] = None
    discount: Annotated[Discount | None, Part("A reduction of this line.")] = None


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """A reduction of the whole order: an amount, or a percentage of the sum of the lines."""

    __pydantic_config__: ClassVar = STRICT

    name: Annotated[str, rules.required_line("The name of the reduction.", 200)]
    amount: Annotated[str | None, rules.amount("The reduction, in the order's currency.")] = None
    percent: Annotated[str | None, rules.percentage("The reduction in percent of the sum of the lines.")] = None
    tax_rate: Annotated[
        str | None,
        rules.percentage(
            "The rate of the lines to which the discount belongs. Without it, it is spread over all lines."
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(Taxed):
    """Shipping, a fee, a tip or a deposit."""

    __pydantic_config__: ClassVar = STRICT

    kind: Annotated[str, rules.one_of("What the charge is for.", *CHARGES)]
    name: Annotated[str, rules.required_line("The name of the charge, as on the receipt.", 200)]
    amount: Annotated[
        str, rules.amount("The charge, before tax unless `pricesIncludeTax` is true.", instead="use a discount")
    ]


@dataclass(frozen=True, slots=True)
class StatedTax:
    """A tax as the shop charged it."""

    __pydantic_config__: ClassVar = STRICT

    amount: Annotated[str, rules.signed_amount("The tax, in the order's currency.")]
    name: Annotated[str | None, rules.line("The name of the tax, such as Sales tax.", 40)] = None
    rate: Annotated[
        str | None, rules.percentage(f"{_RATE} Required if any item or charge says something about tax.")
    ] = None
    base: Annotated[str | None, rules.signed_amount("The amount without tax on which the tax is charged.")] = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that the shop has received."""

    __pydantic_config__: ClassVar = STRICT

    method: Annotated[str, rules.one_of("How the customer paid.", *METHODS)]
    amount: Annotated[str, rules.amount("The amount that was paid.", instead="a refund is another document")]
    label: Annotated[str | None, rules.reference("The name of the card or the account, such as Visa.", 60)] = None
    last4: Annotated[str | None, rules.last_four("The last four digits of the card.")] = None
    paid_at: Annotated[str | None, rules.instant("When it was paid, with an offset (RFC 3339).")] = None
    reference: Annotated[str | None, rules.reference("The payment's number or text. Never a card number.", 140)] = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    __pydantic_config__: ClassVar = STRICT

    lines: Annotated[
        tuple[Annotated[str, rules.required_line("A line of the address.", 100)], ...],
        ListOf("Street, house number and the like: at most four lines.", most=4, without_blanks=True),
    ] = ()
    postal_code: Annotated[str | None, rules.line("The postal code.", 20)] = None
    city: Annotated[str | None, rules.line("The city.", 100)] = None
    region: Annotated[str | None, rules.line("The state, province or region.", 100)] = None
    country: Annotated[str | None, rules.country("The country (ISO 3166-1), such as DE.")] = None


@dataclass(frozen=True, slots=True)
class DeliveryAddress(Address):
    """The address to which the goods go."""

    name: Annotated[str | None, rules.line("The name of the person who receives the goods.", 200)] = None

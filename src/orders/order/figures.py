"""What an order comes to, as texts: in the API's answers, and in the order that is attached to a receipt."""

from typing import TYPE_CHECKING, TypedDict

from orders.order import money
from orders.order.totals import Tax

if TYPE_CHECKING:
    from orders.order.posted import PostedOrder


class TotalsTax(TypedDict):
    """A tax of an order. `base` and `rate` are null if the shop states the tax of the whole order without them."""

    name: str | None
    rate: str | None
    category: str
    base: str | None
    amount: str


class Totals(TypedDict):
    """What an order comes to. Every amount is a decimal with all of the currency's decimals.

    `lines` are in the order of `items`, after their discounts. `net` is the sum without tax. `due` is negative if more
    was paid than is payable.
    """

    lines: list[str]
    discount: str
    charges: str
    net: str
    taxes: list[TotalsTax]
    tax: str
    total: str
    rounding: str
    payable: str
    paid: str
    due: str


def of(posted: "PostedOrder") -> Totals | None:
    """`None` if nothing in the order has a price."""
    totals, currency = posted.totals, posted.currency
    if totals is None or currency is None:
        return None
    return {
        "lines": [money.text(line, currency) for line in totals.lines],
        "discount": money.text(sum(totals.discounts), currency),
        "charges": money.text(sum(totals.charges), currency),
        "net": money.text(totals.net, currency),
        "taxes": [_tax(tax, currency) for tax in totals.taxes],
        "tax": money.text(totals.tax, currency),
        "total": money.text(totals.total, currency),
        "rounding": money.text(totals.rounding, currency),
        "payable": money.text(totals.payable, currency),
        "paid": money.text(totals.paid, currency),
        "due": money.text(totals.due, currency),
    }


def _tax(tax: Tax, currency: str) -> TotalsTax:
    return {
        "name": tax.name,
        "rate": None if tax.rate is None else f"{tax.rate:f}",
        "category": tax.category,
        "base": None if tax.base is None else money.text(tax.base, currency),
        "amount": money.text(tax.amount, currency),
    }

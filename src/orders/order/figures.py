"""What an order comes to, as texts: in the API's answers, and in the order that is attached to a receipt."""

from typing import TYPE_CHECKING, TypedDict

from orders.order import money
from orders.order.credit import Credit
from orders.order.ledger import Ledger
from orders.order.totals import Tax

if TYPE_CHECKING:
    from orders.order.posted import PostedOrder
    from orders.order.taken import Taken


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


class Remaining(TypedDict):
    """The amounts that can still be given back of an order. `lines` and `charges` are before the order's discounts.

    `quantities` are those of the lines, as decimals. `total` is with tax, `payable` with the rounding, too.
    """

    lines: list[str]
    quantities: list[str]
    charges: list[str]
    total: str
    payable: str


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


def of_credit(credit: Credit, posted: "PostedOrder") -> Totals:
    """The amounts of a credit. `lines` has every line of the order: `0.00` where nothing is given back."""
    amount_of = {line.place: line.amount for line in credit.lines}
    currency = posted.currency or ""
    return {
        "lines": [money.text(amount_of.get(place, 0), currency) for place in range(len(posted.items))],
        "discount": money.text(credit.discount, currency),
        "charges": money.text(sum(charge.amount for charge in credit.charges), currency),
        "net": money.text(credit.net, currency),
        "taxes": [_tax(tax, currency) for tax in credit.taxes],
        "tax": money.text(credit.tax, currency),
        "total": money.text(credit.total, currency),
        "rounding": money.text(credit.rounding, currency),
        "payable": money.text(credit.payable, currency),
        "paid": money.text(credit.paid, currency),
        "due": money.text(credit.payable - credit.paid, currency),
    }


def of_taken(posted: "PostedOrder", taken: "Taken") -> Totals | None:
    """The sum of all credits of an order; `None` if nothing in the order has a price."""
    ledger = Ledger.of(posted)
    return of_credit(Credit.of(ledger, taken), posted) if ledger else None


def of_rest(ledger: Ledger, rest: "Taken") -> Remaining:
    """The amounts that remain of an order."""
    parts = [rest.part(place) for place in range(ledger.parts)]
    amounts = [money.text(part.amount, ledger.currency) for part in parts]
    return {
        "lines": amounts[: ledger.lines],
        "quantities": [money.from_millionths(part.quantity) for part in parts[: ledger.lines]],
        "charges": amounts[ledger.lines :],
        "total": money.text(ledger.total(rest), ledger.currency),
        "payable": money.text(ledger.payable(rest), ledger.currency),
    }

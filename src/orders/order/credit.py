"""The credit of one refund, in whole minor units of the order's currency: all amounts that a credit note prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from orders.order import money
from orders.order.ledger import Ledger
from orders.order.taken import Part, Taken
from orders.order.totals import Tax


class CreditedPart(NamedTuple):
    """A line item or a charge, by its place in its list, counted from 0.

    `amount` is before the discounts of the whole order, whose share is in `discount`. `quantity` is a decimal as text;
    `None` if the amount is not that of a quantity.
    """

    place: int
    quantity: str | None
    amount: int
    discount: int


class CreditedTax(NamedTuple):
    """A tax of a group; `rate` in percent, as a decimal."""

    name: str | None
    rate: str | None
    category: str


class CreditedGroup(NamedTuple):
    """The credited amount, with tax, of all parts with the same `taxes`; these are empty if the parts are untaxed."""

    taxes: tuple[CreditedTax, ...]
    amount: int


@dataclass(frozen=True)
class Credit:
    """`lines` and `charges` are only those of which something is given back. `discount` is that of the whole order.

    If a refund names an amount and no lines, `is_spread` is true, and `groups` say over which taxes it is spread.
    `taxes` are the rows of the order's table of taxes of which something is given back. `paid` is what the refund's
    payments come to.
    """

    lines: tuple[CreditedPart, ...]
    charges: tuple[CreditedPart, ...]
    groups: tuple[CreditedGroup, ...]
    is_spread: bool
    discount: int
    net: int
    taxes: tuple[Tax, ...]
    total: int
    rounding: int = 0
    paid: int = 0

    @property
    def tax(self) -> int:
        return sum(tax.amount for tax in self.taxes)

    @property
    def payable(self) -> int:
        return self.total + self.rounding

    @staticmethod
    def of(ledger: Ledger, taken: Taken, *, is_spread: bool = False, paid: int = 0) -> "Credit":
        """The taken amounts of an order, in the form in which they are printed."""
        credited = [_credited(ledger, place, part) for place, part in taken.parts.items()]
        total, tax = ledger.total(taken), ledger.tax(taken)
        return Credit(
            lines=tuple(part for part in credited if part.place < ledger.lines),
            charges=tuple(
                part._replace(place=part.place - ledger.lines) for part in credited if part.place >= ledger.lines
            ),
            groups=_groups(ledger, taken) if is_spread else (),
            is_spread=is_spread,
            discount=sum(part.discount for part in credited),
            net=total - tax,
            taxes=tuple(
                Tax(row.name, row.rate, row.category, None if row.base is None else base, amount)
                for row, (amount, base) in zip(ledger.rows, ledger.taxes(taken), strict=True)
                if amount or base
            ),
            total=total,
            rounding=taken.rounding,
            paid=paid,
        )

    def to_document(self) -> dict[str, Any]:
        """For JSON; amounts stay whole minor units."""
        return {
            "lines": [list(line) for line in self.lines],
            "charges": [list(charge) for charge in self.charges],
            "groups": [[[list(tax) for tax in group.taxes], group.amount] for group in self.groups],
            "isSpread": self.is_spread,
            "discount": self.discount,
            "net": self.net,
            "taxes": [_tax_document(tax) for tax in self.taxes],
            "total": self.total,
            "rounding": self.rounding,
            "paid": self.paid,
        }

    @staticmethod
    def from_document(document: Mapping[str, Any]) -> "Credit":
        """Read the form that `to_document` writes."""
        return Credit(
            lines=tuple(CreditedPart(*line) for line in document["lines"]),
            charges=tuple(CreditedPart(*charge) for charge in document["charges"]),
            groups=tuple(
                CreditedGroup(tuple(CreditedTax(*tax) for tax in taxes), amount) for taxes, amount in document["groups"]
            ),
            is_spread=document["isSpread"],
            discount=document["discount"],
            net=document["net"],
            taxes=tuple(_tax_of(*tax) for tax in document["taxes"]),
            total=document["total"],
            rounding=document["rounding"],
            paid=document["paid"],
        )


def _credited(ledger: Ledger, place: int, part: Part) -> CreditedPart:
    whole = ledger.whole.part(place)
    fair = whole.quantity and money.divided(whole.amount * abs(part.quantity), abs(whole.quantity))
    has_quantity = part.quantity and abs(part.amount - fair) <= 1
    return CreditedPart(
        place, money.from_millionths(part.quantity) if has_quantity else None, part.amount, part.discount
    )


def _groups(ledger: Ledger, taken: Taken) -> tuple[CreditedGroup, ...]:
    found = []
    for number, group in enumerate(ledger.groups):
        if amount := ledger.given_back(number, taken):
            rows = [ledger.rows[row] for row in group.rows]
            found.append(CreditedGroup(tuple(CreditedTax(row.name, _rate(row), row.category) for row in rows), amount))
    return tuple(found)


def _rate(tax: Tax) -> str | None:
    return None if tax.rate is None else f"{tax.rate:f}"


def _tax_document(tax: Tax) -> list[Any]:
    return [tax.name, _rate(tax), tax.category, tax.base, tax.amount]


def _tax_of(name: str | None, rate: str | None, category: str, base: int | None, amount: int) -> Tax:
    return Tax(name, None if rate is None else Decimal(rate), category, base, amount)

"""What an order comes to. The API, the receipt, the mail, the export and the page show these figures and compute none.

Amounts are whole minor units of the order's currency. "Rounded" means half up, away from zero.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from orders.order import money, stated
from orders.order.errors import WrongAmount
from orders.order.totals import TaxSum, TaxSums, Totals

if TYPE_CHECKING:
    from orders.order.posted import Charge, OrderDiscount, PostedItem, PostedOrder

STANDARD = "S"
LEAST_LIMIT_OF_ROUNDING = 5
"""Minor units. `rounding` may be up to this, or 1 % of the total if that is more."""
MOST_TAXES = 600
"""Of all groups together, far more than any order has."""


class Levy(NamedTuple):
    """A tax that a line or a charge bears; `rate` in percent, as a decimal without needless zeros.

    A compound one is charged on the taxes before it, too.
    """

    category: str
    name: str | None
    rate: str
    compound: bool = False


Levies = tuple[Levy, ...]
"""All taxes of a line or a charge. Lines and charges with the same ones are a group."""


@dataclass(slots=True)
class _Group:
    """`lines` is the sum of its lines, over which discounts are spread; `amount` has discounts and charges, too.

    `parts` is the number of its lines and charges.
    """

    lines: int = 0
    amount: int = 0
    parts: int = 0


_Groups = dict[Levies, _Group]


def of(order: "PostedOrder") -> Totals | None:
    """The amounts of an order; `None` if nothing in it has a price.

    Raises:
        WrongAmount: they contradict each other, or the figures that the shop states.
    """
    if order.currency is None or not (order.items or order.charges):
        return None
    currency, groups = order.currency, _Groups()
    lines = [_line(item, currency, number) for number, item in enumerate(order.items)]
    for item, (amount, _) in zip(order.items, lines, strict=True):
        _group(groups, levies_of(item), amount).lines += amount
    _refuse_too_many_taxes(groups)
    discounts = _take_discounts(order, currency, groups)
    charges = [money.to_minor(charge.amount, currency) for charge in order.charges]
    for charge, amount in zip(order.charges, charges, strict=True):
        _group(groups, levies_of(charge), amount)
    sums = _taxes_inside(groups) if order.prices_include_tax else _taxes_on_top(groups)
    net, taxes, total = stated.settled(order, currency, sum(group.amount for group in groups.values()), sums)
    totals = Totals(
        lines=tuple(amount for amount, _ in lines),
        line_discounts=tuple(discount for _, discount in lines),
        discounts=tuple(discounts),
        charges=tuple(charges),
        net=net,
        taxes=taxes,
        total=total,
        rounding=money.to_minor(order.rounding or "0", currency),
        payments=tuple(money.to_minor(payment.amount, currency) for payment in order.payments),
    )
    _refuse_impossible(totals, currency)
    return totals


def _refuse_too_many_taxes(groups: _Groups) -> None:
    """Each tax takes about 10 µs to compute."""
    if sum(map(len, groups)) > MOST_TAXES:
        raise WrongAmount("#/items", f"must not have more than {MOST_TAXES:,} different taxes")


def levies_of(part: "PostedItem | Charge") -> Levies:
    """The taxes of a line or a charge; empty if it says nothing about tax."""
    if part.taxes:
        return tuple(Levy(STANDARD, tax.name, tax.rate, tax.compound) for tax in part.taxes)
    if part.tax_rate is None and part.tax_category is None:
        return ()
    return (Levy(part.tax_category or STANDARD, part.tax_name, part.tax_rate or "0"),)


def _group(groups: _Groups, levies: Levies, amount: int) -> _Group:
    group = groups.setdefault(levies, _Group())
    group.amount += amount
    group.parts += 1
    return group


def _line(item: "PostedItem", currency: str, number: int) -> tuple[int, int]:
    """Rule 1: what a line comes to after its discount, and that discount."""
    line, discount = money.product(item.unit_price, item.quantity, currency), item.discount
    if discount is None:
        return line, 0
    if discount.percent is not None:
        off = money.share(line, discount.percent)
        return line - off, off
    off = money.to_minor(discount.amount or "0", currency)
    if line < 0:
        raise WrongAmount(f"#/items/{number}/discount", "must be a percentage, because the quantity is negative")
    if off > line:
        raise WrongAmount(
            f"#/items/{number}/discount/amount",
            f"must not be more than the line, which comes to {money.text(line, currency)}",
        )
    return line - off, off


def _take_discounts(order: "PostedOrder", currency: str, groups: _Groups) -> list[int]:
    """Rule 2: the discounts of the whole order, each taken off the groups that it belongs to."""
    subtotal = sum(group.lines for group in groups.values())
    discounts = [_discount(discount, subtotal, currency) for discount in order.discounts]
    if order.discounts and (sum(discounts) > subtotal or subtotal < 0):
        raise WrongAmount(
            "#/discounts",
            f"must not be more than the lines: the lines come to {money.text(subtotal, currency)}, the discounts to"
            f" {money.text(sum(discounts), currency)}. A gift card or voucher that was bought before is a payment",
        )
    ranked, of_rate = sorted(groups, key=_combined) if order.discounts else [], Counter[str | None]()
    for number, (discount, amount) in enumerate(zip(order.discounts, discounts, strict=True)):
        chosen = _groups_of(discount, groups, ranked, f"#/discounts/{number}/taxRate")
        of_rate[discount.tax_rate] += amount
        if of_rate[discount.tax_rate] > (limit := sum(group.lines for group in chosen)):
            raise WrongAmount(
                f"#/discounts/{number}",
                f"must not be more than the lines with this tax rate, which come to {money.text(limit, currency)}",
            )
        for group, part in zip(chosen, apportioned(amount, [group.lines for group in chosen]), strict=True):
            group.amount -= part
    return discounts


def _discount(discount: "OrderDiscount", subtotal: int, currency: str) -> int:
    if discount.percent is not None:
        return money.share(subtotal, discount.percent)
    return money.to_minor(discount.amount or "0", currency)


def _groups_of(discount: "OrderDiscount", groups: _Groups, ranked: list[Levies], pointer: str) -> list[_Group]:
    """The groups over which a discount is spread, in the order of `ranked`: the first gets a remainder first."""
    rate = discount.tax_rate
    of_rate = [levies for levies in ranked if rate is None or (len(levies) == 1 and levies[0].rate == rate)]
    if not of_rate:
        raise WrongAmount(pointer, f"must be the tax rate of an item; no item has {discount.tax_rate}")
    return [group for levies in of_rate if (group := groups[levies]).lines > 0]


def _taxes_on_top(groups: _Groups) -> TaxSums:
    """Rule 4: prices without tax. Each tax is rounded once, on the sum of all that bears it."""
    sums: TaxSums = {}
    for levies, group in groups.items():
        taxed = group.amount
        for levy in levies:
            each = sums.setdefault((levy.category, levy.name, levy.rate), TaxSum())
            each.base += taxed if levy.compound else group.amount
            each.parts += group.parts
            taxed += money.share(taxed if levy.compound else group.amount, levy.rate)
    for (_, _, rate), each in sums.items():
        each.amount = money.share(each.base, rate)
    return sums


def _taxes_inside(groups: _Groups) -> TaxSums:
    """Rule 5: prices that include tax. The split never changes the sum that includes tax."""
    sums: TaxSums = {}
    for levies, group in groups.items():
        adds = list(_adds(levies))
        combined = sum(adds, Fraction(0))
        inside = group.amount * combined / (1 + combined)
        tax = money.divided(inside.numerator, inside.denominator)
        base = group.amount - tax
        taxed = base
        for levy, amount in zip(levies, apportioned(tax, adds), strict=True):
            each = sums.setdefault((levy.category, levy.name, levy.rate), TaxSum())
            each.base += taxed if levy.compound else base
            each.amount += amount
            each.parts += group.parts
            taxed += amount
    return sums


def _adds(levies: Levies) -> Iterator[Fraction]:
    """What each tax adds to an amount of 1."""
    before = Fraction(0)
    for levy in levies:
        adds = Fraction(levy.rate) / 100 * (1 + before if levy.compound else 1)
        before += adds
        yield adds


def _combined(levies: Levies) -> Fraction:
    return sum(_adds(levies), Fraction(0))


def apportioned(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """A total divided in proportion to the weights, by largest remainder. The parts add up exactly.

    Of equal remainders the earlier one comes first.
    """
    shares = _in_whole_numbers(weights)
    whole = sum(shares)
    if not whole:
        return [0] * len(shares)
    divided = [divmod(abs(total) * share, whole) for share in shares]
    parts = [part for part, _ in divided]
    by_remainder = sorted(range(len(parts)), key=lambda place: -divided[place][1])
    for place in by_remainder[: abs(total) - sum(parts)]:
        parts[place] += 1
    return parts if total >= 0 else [-part for part in parts]


def _in_whole_numbers(weights: Sequence[int | Fraction]) -> list[int]:
    """In the same proportion: whole numbers are divided far faster than fractions."""
    common = math.lcm(*(weight.denominator for weight in weights))
    return [weight.numerator * (common // weight.denominator) for weight in weights]


def _refuse_impossible(totals: Totals, currency: str) -> None:
    if totals.total < 0:
        raise WrongAmount(
            "#/items",
            f"must not come to less than zero, and come to {money.text(totals.total, currency)}; a refund is another"
            " document",
        )
    limit = max(totals.total // 100, LEAST_LIMIT_OF_ROUNDING)
    if abs(totals.rounding) > limit:
        raise WrongAmount(
            "#/rounding",
            f"must be from {money.text(-limit, currency)} to {money.text(limit, currency)} with a total of"
            f" {money.text(totals.total, currency)}",
        )
    if totals.payable < 0:
        raise WrongAmount("#/rounding", "must not make the payable amount negative")

"""What an order comes to. The API, the receipt, the mail, the export and the page show these figures and compute none.

Amounts are whole minor units of the order's currency. "Rounded" means half up, away from zero.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.order import money, stated, taxes
from orders.order.errors import WrongAmount
from orders.order.taxes import Group, Groups, Levies
from orders.order.totals import Totals

if TYPE_CHECKING:
    from orders.order.parts import OrderDiscount, PostedItem
    from orders.order.posted import PostedOrder

LEAST_LIMIT_OF_ROUNDING = 5
"""Minor units. `rounding` may be up to this, or 1 % of the total if that is more."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """The figures of an order, and the groups of lines and charges that they were computed of."""

    totals: Totals
    groups: Groups


def of(order: "PostedOrder") -> Amounts | None:
    """The amounts of an order; `None` if nothing in it has a price.

    Raises:
        WrongAmount: they contradict each other, or the figures that the shop states.
    """
    if order.currency is None or not (order.items or order.charges):
        return None
    currency, groups = order.currency, Groups()
    lines = [_line(item, currency, number) for number, item in enumerate(order.items)]
    for place, (item, (amount, _)) in enumerate(zip(order.items, lines, strict=True)):
        taxes.join(groups, taxes.levies_of(item), place, amount).lines += amount
    taxes.refuse_too_many(groups)
    discounts = _take_discounts(order, currency, groups) if order.discounts else []
    charges = [money.to_minor(charge.amount, currency) for charge in order.charges]
    for place, (charge, amount) in enumerate(zip(order.charges, charges, strict=True), len(lines)):
        taxes.join(groups, taxes.levies_of(charge), place, amount)
    sums = taxes.inside(groups) if order.prices_include_tax else taxes.on_top(groups)
    net, rows, total = stated.settled(order, currency, sum(group.amount for group in groups.values()), sums)
    totals = Totals(
        lines=tuple(amount for amount, _ in lines),
        line_discounts=tuple(discount for _, discount in lines),
        discounts=tuple(discounts),
        charges=tuple(charges),
        net=net,
        taxes=rows,
        total=total,
        rounding=money.to_minor(order.rounding or "0", currency),
        payments=tuple(money.to_minor(payment.amount, currency) for payment in order.payments),
    )
    _refuse_impossible(totals, currency)
    return Amounts(totals, groups)


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


def _take_discounts(order: "PostedOrder", currency: str, groups: Groups) -> list[int]:
    """Rule 2: the discounts of the whole order, each taken off the groups that it belongs to."""
    subtotal = sum(group.lines for group in groups.values())
    discounts = [_discount(discount, subtotal, currency) for discount in order.discounts]
    if sum(discounts) > subtotal or subtotal < 0:
        raise WrongAmount(
            "#/discounts",
            f"must not be more than the lines: the lines come to {money.text(subtotal, currency)}, the discounts to"
            f" {money.text(sum(discounts), currency)}. A gift card or voucher that was bought before is a payment",
        )
    ranked, of_rate = sorted(groups, key=taxes.combined), Counter[str | None]()
    for number, (discount, amount) in enumerate(zip(order.discounts, discounts, strict=True)):
        chosen = _groups_of(discount, groups, ranked, f"#/discounts/{number}/taxRate")
        of_rate[discount.tax_rate] += amount
        if of_rate[discount.tax_rate] > (limit := sum(group.lines for group in chosen)):
            raise WrongAmount(
                f"#/discounts/{number}",
                f"must not be more than the lines with this tax rate, which come to {money.text(limit, currency)}",
            )
        for group, part in zip(chosen, money.apportioned(amount, [group.lines for group in chosen]), strict=True):
            group.amount -= part
    return discounts


def _discount(discount: "OrderDiscount", subtotal: int, currency: str) -> int:
    if discount.percent is not None:
        return money.share(subtotal, discount.percent)
    return money.to_minor(discount.amount or "0", currency)


def _groups_of(discount: "OrderDiscount", groups: Groups, ranked: list[Levies], pointer: str) -> list[Group]:
    """The groups over which a discount is spread, in the order of `ranked`: the first gets a remainder first."""
    rate = discount.tax_rate
    of_rate = [levies for levies in ranked if rate is None or (len(levies) == 1 and levies[0].rate == rate)]
    if not of_rate:
        raise WrongAmount(pointer, f"must be the tax rate of an item; no item has {discount.tax_rate}")
    return [group for levies in of_rate if (group := groups[levies]).lines > 0]


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

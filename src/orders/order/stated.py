"""Rule 6: the figures that the shop states. They are printed as stated if they are close to ours and add up.

This is for carts that round each line by itself, or down.
"""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from orders.order import money
from orders.order.errors import WrongAmount
from orders.order.totals import STANDARD, Tax, TaxSums, in_order

if TYPE_CHECKING:
    from orders.order.parts import StatedTax
    from orders.order.posted import PostedOrder

_Settled = tuple[int, tuple[Tax, ...], int]
"""The sum without tax, the taxes, and the total."""


def settled(order: "PostedOrder", currency: str, everything: int, sums: TaxSums) -> _Settled:
    """What is printed. `everything` is the sum of lines, charges and discounts; `sums` are the taxes that we compute.

    Raises:
        WrongAmount: the shop states figures that do not belong to this order, or that do not add up.
    """
    stated_total = None if order.total is None else money.to_minor(order.total, currency)
    if not order.taxes:
        taxes = in_order([Tax(key[1], Decimal(key[2]), key[0], one.base, one.amount, key) for key, one in sums.items()])
        if order.prices_include_tax or stated_total is None:
            return _added_up(order, currency, everything, taxes, stated_total)
        return everything, _with_difference(order, currency, everything, taxes, sums), stated_total
    if sums:
        return _added_up(order, currency, everything, _checked(order, currency, sums), stated_total)
    taxes = in_order([_unchecked(tax, currency) for tax in order.taxes])
    if order.prices_include_tax and sum(tax.amount for tax in taxes) > everything >= 0:
        raise WrongAmount("#/taxes", f"must not be more than the total, which is {money.text(everything, currency)}")
    return _added_up(order, currency, everything, taxes, stated_total)


def _added_up(
    order: "PostedOrder", currency: str, everything: int, taxes: tuple[Tax, ...], stated_total: int | None
) -> _Settled:
    tax = sum(each.amount for each in taxes)
    net, total = (everything - tax, everything) if order.prices_include_tax else (everything, everything + tax)
    if stated_total is not None and stated_total != total:
        raise WrongAmount("#/total", _contradiction(total, stated_total, currency))
    return net, taxes, total


def _with_difference(
    order: "PostedOrder", currency: str, everything: int, taxes: tuple[Tax, ...], sums: TaxSums
) -> tuple[Tax, ...]:
    """Only the total is stated: the difference goes to the largest tax, if that may differ so much."""
    total = everything + sum(tax.amount for tax in taxes)
    stated_total = money.to_minor(order.total or "0", currency)
    difference = stated_total - total
    if not difference:
        return taxes
    largest = max((tax for tax in taxes if tax.rate), key=lambda tax: tax.amount, default=None)
    if largest is None or abs(difference) > sums[largest.category, largest.name, f"{largest.rate:f}"].parts:
        raise WrongAmount("#/total", _contradiction(total, stated_total, currency))
    return tuple(replace(tax, amount=tax.amount + difference) if tax is largest else tax for tax in taxes)


def _checked(order: "PostedOrder", currency: str, sums: TaxSums) -> tuple[Tax, ...]:
    """Each stated tax with the category of ours that it belongs to, if it is close to it."""
    left, taxes = dict(sums), list[Tax]()
    for number, tax in sorted(enumerate(order.taxes), key=lambda each: _doubt(each[1], sums)):
        pointer = f"#/taxes/{number}"
        key = _ours(tax, currency, left, pointer)
        ours = left.pop(key)
        amount = money.to_minor(tax.amount, currency)
        base = ours.base if tax.base is None else money.to_minor(tax.base, currency)
        if tax.base is None and order.prices_include_tax:
            base = ours.base + ours.amount - amount
        _refuse_if_far(amount, ours.amount, ours.parts, currency, f"{pointer}/amount", "this tax")
        _refuse_if_far(base, ours.base, ours.parts, currency, f"{pointer}/base", "the base of this tax")
        taxes.append(Tax(tax.name or key[1], Decimal(key[2]), key[0], base, amount, key))
    if missing := [(key, ours) for key, ours in left.items() if ours.amount]:
        (_, name, rate), ours = missing[0]
        raise WrongAmount(
            "#/taxes",
            f"must have every tax of the order; {name or 'the tax'} at {rate} %, which comes to"
            f" {money.text(ours.amount, currency)}, is missing",
        )
    taxes += [Tax(key[1], Decimal(key[2]), key[0], ours.base, 0, key) for key, ours in left.items()]
    return in_order(taxes)


def _doubt(tax: "StatedTax", sums: TaxSums) -> tuple[bool, bool]:
    """Sorts first a tax that has the name of one of ours, then one with a base: another must not take its place."""
    return not any(name == tax.name and rate == tax.rate for _, name, rate in sums), tax.base is None


def _ours(tax: "StatedTax", currency: str, sums: TaxSums, pointer: str) -> tuple[str, str | None, str]:
    """The tax of ours that a stated one belongs to: that of its rate, and of its name where several have that rate.

    Of several that are left, as zero rated and exempt, the one with the nearest base, or else the nearest amount.
    """
    if tax.rate is None:
        raise WrongAmount(f"{pointer}/rate", "is required if an item or a charge says something about tax")
    of_rate = [key for key in sums if key[2] == tax.rate]
    of_name = [key for key in of_rate if key[1] == tax.name]
    if chosen := of_name or of_rate:
        if tax.base is None:
            amount = money.to_minor(tax.amount, currency)
            return min(chosen, key=lambda key: abs(sums[key].amount - amount))
        base = money.to_minor(tax.base, currency)
        return min(chosen, key=lambda key: abs(sums[key].base - base))
    rates = ", ".join(sorted({rate for _, _, rate in sums})) or "no other one"
    raise WrongAmount(f"{pointer}/rate", f"must be a tax rate of an item or a charge, once each: {rates}")


def _unchecked(tax: "StatedTax", currency: str) -> Tax:
    """The tax of the whole order, where no line and no charge says anything about tax."""
    rate = None if tax.rate is None else Decimal(tax.rate)
    base = None if tax.base is None else money.to_minor(tax.base, currency)
    return Tax(tax.name, rate, STANDARD, base, money.to_minor(tax.amount, currency))


def _refuse_if_far(stated: int, ours: int, parts: int, currency: str, pointer: str, what: str) -> None:
    if abs(stated - ours) > parts:
        raise WrongAmount(
            pointer,
            f"does not belong to these lines: {what} comes to {money.text(ours, currency)}, the order says"
            f" {money.text(stated, currency)}",
        )


def _contradiction(ours: int, stated: int, currency: str) -> str:
    return (
        f"does not add up: the lines come to {money.text(ours, currency)}, the order says"
        f" {money.text(stated, currency)}. For cash rounding use rounding"
    )

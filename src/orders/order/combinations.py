"""Checks of fields that must fit together: each of them may be right by itself."""

from collections.abc import Iterator
from operator import attrgetter

from orders.order import money
from orders.order.errors import WrongField
from orders.order.parts import CATEGORIES_WITHOUT_A_RATE, Charge, Discount, OrderDiscount, PostedItem
from orders.order.posted import PostedOrder
from orders.order.refund import PostedRefund

_TO_FIT = attrgetter("taxes", "tax_category", "tax_name", "discount")
"""An item without any of these fields has nothing that must fit together."""


def wrong(posted: PostedOrder) -> Iterator[WrongField]:
    """Every field that does not fit the others."""
    if named := list(_fields_with_amounts(posted)):
        if posted.currency is None:
            yield WrongField("#/currency", f"is required with {named[0]}")
            return
        yield from _without_goods(posted, named)
        yield from _too_precise(posted, posted.currency)
    for number, item in enumerate(posted.items):
        if any(_TO_FIT(item)):
            yield from _wrong_tax(item, f"#/items/{number}")
            yield from _wrong_discount(item.discount, f"#/items/{number}/discount")
    for number, charge in enumerate(posted.charges):
        yield from _wrong_tax(charge, f"#/charges/{number}")
    for number, discount in enumerate(posted.discounts):
        yield from _wrong_discount(discount, f"#/discounts/{number}")


def wrong_in_refund(refund: PostedRefund) -> Iterator[WrongField]:
    """Every field of a refund that does not fit the others."""
    if refund.lines and refund.amount is not None:
        yield WrongField("#/amount", "can't be used together with lines: give the amount of a line in that line")
    for number, line in enumerate(refund.lines):
        pointer = f"#/lines/{number}"
        if (line.item is None) is (line.charge is None):
            yield WrongField(pointer, "must have either an item or a charge, which is its position in the order")
        elif line.quantity is not None and line.charge is not None:
            yield WrongField(f"{pointer}/quantity", "can't be used with a charge; give an amount")
        elif line.quantity is not None and line.amount is not None:
            yield WrongField(f"{pointer}/amount", "can't be used together with quantity")


def _fields_with_amounts(posted: PostedOrder) -> Iterator[str]:
    held = {
        "items": posted.items, "charges": posted.charges, "discounts": posted.discounts, "taxes": posted.taxes,
        "total": posted.total, "rounding": posted.rounding, "payments": posted.payments,
    }  # fmt: skip
    return (name for name, value in held.items() if value)


def _without_goods(posted: PostedOrder, named: list[str]) -> Iterator[WrongField]:
    for name in named:
        if name == "discounts" and not posted.items:
            yield WrongField("#/discounts", "can't be used without items")
        elif not (posted.items or posted.charges):
            yield WrongField(f"#/{name}", "can't be used without items or charges")


def _too_precise(posted: PostedOrder, currency: str) -> Iterator[WrongField]:
    """Amounts with more decimals than the currency has. Unit prices may have them."""
    for pointer, amount in _amounts(posted):
        if amount is None:
            continue
        try:
            money.to_minor(amount, currency)
        except ValueError as error:
            yield WrongField(pointer, str(error))


def _amounts(posted: PostedOrder) -> Iterator[tuple[str, str | None]]:
    for number, item in enumerate(posted.items):
        if item.discount:
            yield f"#/items/{number}/discount/amount", item.discount.amount
    for number, discount in enumerate(posted.discounts):
        yield f"#/discounts/{number}/amount", discount.amount
    for number, charge in enumerate(posted.charges):
        yield f"#/charges/{number}/amount", charge.amount
    for number, payment in enumerate(posted.payments):
        yield f"#/payments/{number}/amount", payment.amount
    for number, tax in enumerate(posted.taxes):
        yield f"#/taxes/{number}/amount", tax.amount
        yield f"#/taxes/{number}/base", tax.base
    yield "#/total", posted.total
    yield "#/rounding", posted.rounding


def _wrong_tax(part: PostedItem | Charge, pointer: str) -> Iterator[WrongField]:
    if part.taxes:
        yield from _wrong_taxes(part, pointer)
    elif part.tax_category in CATEGORIES_WITHOUT_A_RATE:
        if part.tax_rate not in {None, "0"}:
            yield WrongField(f"{pointer}/taxRate", f"must be left out, or 0, with the tax category {part.tax_category}")
    elif part.tax_rate is None and part.tax_category is not None:
        yield WrongField(f"{pointer}/taxRate", "is required with the tax category S")
    elif part.tax_rate is None and part.tax_name is not None:
        yield WrongField(f"{pointer}/taxRate", "is required with taxName")


def _wrong_taxes(part: PostedItem | Charge, pointer: str) -> Iterator[WrongField]:
    for name, value in (("taxRate", part.tax_rate), ("taxName", part.tax_name), ("taxCategory", part.tax_category)):
        if value is not None:
            yield WrongField(f"{pointer}/{name}", "can't be used together with taxes")
    if part.taxes[0].compound:
        yield WrongField(f"{pointer}/taxes/0/compound", "must not be true for the first tax: no tax comes before it")
    if len({(tax.name, tax.rate) for tax in part.taxes}) < len(part.taxes):
        yield WrongField(f"{pointer}/taxes", "must not have the same tax twice")


def _wrong_discount(discount: Discount | OrderDiscount | None, pointer: str) -> Iterator[WrongField]:
    if discount and (discount.amount is None) is (discount.percent is None):
        yield WrongField(pointer, "must have either an amount or a percent")

"""The rows below the lines: discounts, charges, taxes, what is payable, and the payments."""

from collections.abc import Iterator
from typing import Any

from orders.order.clock import from_iso
from orders.order.parts import Payment
from orders.order.totals import Tax
from orders.receipt import advances
from orders.receipt.bill import NO_BREAK_SPACE, REDUCED, Bill
from orders.receipt.letters import is_printable
from orders.receipt.lines import HAS_LEFTWARD

_MOST_TOGETHER, _A_LABEL = 40, 12
"""Rows of text that fit on a page, and the width of one beside the longest figure, in the size of the letters."""
_REASONS = {"E": "exempt", "AE": "reverse_charge", "K": "intra_community", "G": "export", "O": "outside_scope"}
"""The words of each tax category without tax."""
Row = dict[str, Any]


def before_the_total(bill: Bill) -> Iterator[Row]:
    """The rows that add up to the total."""
    reductions, taxes = [*_discounts(bill), *_charges(bill)], bill.totals.taxes
    if bill.posted.items and (reductions or taxes):
        yield _row(bill, bill.word("subtotal"), bill.totals.subtotal)
    yield from reductions
    if taxes and not has_taxes_inside(bill):
        if reductions:
            yield _row(bill, bill.word("net"), bill.totals.net)
        yield from (_row(bill, _tax(bill, tax), tax.amount) for tax in taxes)
        yield from _tax_total(bill)


def after_the_total(bill: Bill) -> list[list[Row]]:
    """In groups: the taxes that the total contains, what is payable, and the payments."""
    groups = [
        [{**row, "isQuiet": True} for row in _taxes_inside(bill)] if has_taxes_inside(bill) else [],
        list(_rounding(bill)) if bill.totals.rounding else [],
        list(_payments(bill)) if bill.posted.payments else [],
    ]
    return [group for group in groups if group]


def after_a_credit(bill: Bill) -> list[list[Row]]:
    """In groups: the taxes inside, what is given back, and the payments by which it went back."""
    refunds = list(_each_payment(bill))
    if len(refunds) > 1:
        refunds.append(_row(bill, bill.word("refunded"), bill.totals.paid, is_strong=True))
    groups = [
        [{**row, "isQuiet": True} for row in _taxes_inside(bill)] if has_taxes_inside(bill) else [],
        list(_rounding(bill, "credited")) if bill.totals.rounding else [],
        refunds,
    ]
    return [group for group in groups if group]


def has_taxes_inside(bill: Bill) -> bool:
    """Whether the lines include a tax; also of a part of an order."""
    return bill.posted.prices_include_tax and bool(bill.totals.taxes)


def are_long(rows: list[Row]) -> bool:
    """Whether they may not fit on one page."""
    texts = (text for row in rows for text in [row["label"], *row["details"]])
    return sum(1 + int(advances.of(text) / _A_LABEL) for text in texts) > _MOST_TOGETHER


def reasons(bill: Bill) -> Iterator[str]:
    """The meaning of a mark beside an item or a charge, and why there is no tax: in the order's words, or in ours."""
    if any(map(bill.is_reduced, [*bill.posted.items, *bill.posted.charges])):
        yield f"{REDUCED} {bill.word('reduced_rate')}"
    if bill.posted.tax_exemption_reason:
        yield bill.written(bill.posted.tax_exemption_reason)
    else:
        categories = {tax.category for tax in bill.totals.taxes}
        yield from (bill.word(word) for category, word in _REASONS.items() if category in categories)


def _discounts(bill: Bill) -> Iterator[Row]:
    for discount, amount in zip(bill.posted.discounts, bill.totals.discounts, strict=True):
        yield _row(bill, bill.written(discount.name, bill.percent(discount.percent)), -amount)


def _charges(bill: Bill) -> Iterator[Row]:
    for charge, amount in zip(bill.posted.charges, bill.totals.charges, strict=True):
        yield _row(bill, bill.written(charge.name, REDUCED if bill.is_reduced(charge) else ""), amount)


def _tax_total(bill: Bill) -> Iterator[Row]:
    if len(bill.totals.taxes) > 1:
        yield _row(bill, bill.word("tax_total"), bill.totals.tax)


def _taxes_inside(bill: Bill) -> Iterator[Row]:
    yield _row(bill, bill.word("net"), bill.totals.net)
    for tax in bill.totals.taxes:
        yield _row(bill, bill.word("contained").replace("{tax}", bill.speech.apart(_tax(bill, tax))), tax.amount)
    yield from _tax_total(bill)


def _tax(bill: Bill, tax: Tax) -> str:
    """As in `VAT 19% on 16.76`, with what is known of it."""
    name = _alone(bill, bill.written(tax.name) if tax.name else bill.a_tax)
    label = name if tax.rate is None else f"{name} {bill.speech.percentage(tax.rate)}"
    if tax.base is None:
        return label
    return bill.word("on_base").replace("{base}", bill.amount(tax.base)).replace("{tax}", bill.speech.apart(label))


def _rounding(bill: Bill, payable: str = "payable") -> Iterator[Row]:
    """`payable` is the word for the sum after it."""
    yield _row(bill, bill.word("rounding"), bill.totals.rounding)
    yield _row(bill, bill.word(payable), bill.totals.payable, is_strong=True)


def _alone(bill: Bill, name: str) -> str:
    """A leftward name in its own direction, on a page that runs to the right, as do the figures behind the name."""
    is_odd = HAS_LEFTWARD.search(name) and bill.speech.direction == "ltr"
    return f"\u2068{name}\u2069" if is_odd else name


def _payments(bill: Bill) -> Iterator[Row]:
    yield from _each_payment(bill)
    if len(bill.posted.payments) > 1:
        yield _row(bill, bill.word("paid"), bill.totals.paid)
    due = bill.totals.due
    yield _row(bill, bill.word("change" if due < 0 else "due"), abs(due), is_strong=True)


def _each_payment(bill: Bill) -> Iterator[Row]:
    for payment, amount in zip(bill.posted.payments, bill.totals.payments, strict=True):
        yield _row(bill, _payment(bill, payment), amount) | {"details": list(_details(bill, payment))}


def _payment(bill: Bill, payment: Payment) -> str:
    """As in `Card · Visa •••• 4242`."""
    method = bill.word(payment.method)
    says_more = payment.label and payment.label.casefold() != method.casefold()
    label = f"{method} · {_alone(bill, bill.written(payment.label))}" if payment.label and says_more else method
    return f"{label} {_card(bill, payment.last4)}" if payment.last4 else label


def _card(bill: Bill, last4: str) -> str:
    """From left to right in every language."""
    number = f"••••{NO_BREAK_SPACE}{last4}"
    return f"\u2066{number}\u2069" if bill.speech.direction == "rtl" else number


def _details(bill: Bill, payment: Payment) -> Iterator[str]:
    if payment.paid_at:
        yield bill.speech.instant(from_iso(payment.paid_at), bill.shop.zone, is_printable)
    if payment.reference:
        yield bill.written(payment.reference)


def _row(bill: Bill, label: str, amount: int, *, is_strong: bool = False) -> Row:
    figure = bill.amount(amount)
    return {"label": label, "details": [], "figure": figure, "isStrong": is_strong, "isQuiet": False}

"""The amounts of an order, or of a credit note, as the e-mail shows them: each line, and the rows of its totals.

Every figure comes from `PostedOrder.totals`, or from the credit, as on the document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from orders.mail import plain
from orders.mail.filters import fill
from orders.order import taxes
from orders.order.document import Document, Kind
from orders.order.order import Order
from orders.order.parts import PostedItem
from orders.order.posted import PostedOrder
from orders.order.totals import Tax, Totals
from orders.shop import credited, title
from orders.shop.language import Language
from orders.shop.shop import Shop

MOST_ITEMS = 10
"""The e-mail is read on a telephone. The receipt has all of them."""
_TIMES = "\u00a0\u00d7\u00a0"


@dataclass(frozen=True)
class Bill:
    """`posted` is the part of the order that is given back, if `is_credit`; an amount of the whole, if `is_spread`."""

    posted: PostedOrder
    totals: Totals
    speech: Language
    shop: Shop
    is_credit: bool = False
    is_spread: bool = False

    @property
    def has_taxes_inside(self) -> bool:
        return self.posted.prices_include_tax and bool(self.totals.taxes)

    def price(self, minor: int) -> str:
        return self.speech.price(minor, self.posted.currency or "")

    def word(self, name: str) -> str:
        return self.speech.words[name]


def of(order: Order, speech: Language, shop: Shop) -> dict[str, Any]:
    """The amounts that the templates show: none, if the order has none."""
    bill = _bill(order, speech, shop)
    if bill is None:
        return {"amount": None, "items": [], "more": None, "rows": []}
    return {"amount": _amount(bill), "items": list(_items(bill)), "more": _more(bill), "rows": list(_rows(bill))}


def _bill(order: Order, speech: Language, shop: Shop) -> Bill | None:
    posted = order.posted
    if order.document and order.document.kind is Kind.CREDIT_NOTE:
        return _of_credit(posted, order.document, speech, shop)
    return Bill(posted, posted.totals, speech, shop) if posted.totals and posted.currency else None


def _of_credit(posted: PostedOrder, document: Document, speech: Language, shop: Shop) -> Bill:
    credit = credited.credit_of(document)
    part, totals = credited.part_of(posted, credit, credited.refund_of(document), speech)
    return Bill(part, totals, speech, shop, is_credit=True, is_spread=credit.is_spread)


def _amount(bill: Bill) -> dict[str, Any]:
    """The amount at the top: payable on a receipt, due on an invoice, given back on a credit note."""
    if bill.is_credit:
        return {"name": bill.word("credited"), "value": bill.price(bill.totals.payable), "is_due": False}
    if title.kind_of(bill.posted, bill.shop) is title.Kind.INVOICE:
        return {"name": bill.word("due"), "value": bill.price(bill.totals.due), "is_due": True}
    name = bill.word("payable" if bill.totals.rounding else "total")
    return {"name": name, "value": bill.price(bill.totals.payable), "is_due": False}


def _items(bill: Bill) -> Iterator[dict[str, Any]]:
    each = zip(bill.posted.items, bill.totals.lines, bill.totals.line_discounts, strict=True)
    for item, amount, discount in islice(each, MOST_ITEMS):
        details = [*_quantity(bill, item), *_discount(bill, item, discount), *_rates(bill, item)]
        yield {"name": plain.unlinked(item.name), "details": details, "amount": bill.price(amount)}


def _quantity(bill: Bill, item: PostedItem) -> Iterator[str]:
    """As in `4 x 7.50`; nothing for one piece, and for a part of a line's amount."""
    if item.quantity == "":
        return
    quantity = Decimal(item.quantity)
    if quantity == 1 and not item.unit:
        return
    unit = f"\u00a0{plain.unlinked(item.unit)}" if item.unit else ""
    price = bill.speech.unit_price(item.unit_price, bill.posted.currency or "")
    yield f"{bill.speech.number(quantity)}{unit}{_TIMES}{price}"


def _discount(bill: Bill, item: PostedItem, amount: int) -> Iterator[str]:
    """As in `Summer sale 25% -€59.75`."""
    if item.discount:
        name = plain.unlinked(item.discount.name) if item.discount.name else bill.word("discount")
        yield f"{_with_percent(bill, name, item.discount.percent)}\u00a0{bill.price(-amount)}"


def _rates(bill: Bill, item: PostedItem) -> Iterator[str]:
    """The taxes of an amount of the whole order: all that distinguishes its lines."""
    if bill.is_spread:
        yield from (bill.speech.percentage(Decimal(levy.rate)) for levy in taxes.levies_of(item))


def _more(bill: Bill) -> str | None:
    if (more := len(bill.posted.items) - MOST_ITEMS) > 0:
        return fill(bill.speech.mail["more_items"], {"number": bill.speech.number(more)})
    return None


Row = Mapping[str, Any]


def _rows(bill: Bill) -> Iterator[Row]:
    """The rows that add up to the total, the total, and the payments."""
    totals = bill.totals
    reductions = [*_discounts(bill), *_charges(bill)]
    if bill.posted.items and (reductions or (totals.taxes and not bill.has_taxes_inside)):
        yield _row(bill, bill.word("subtotal"), totals.subtotal)
    yield from reductions
    if not bill.has_taxes_inside:
        yield from _taxes(bill, "{tax}")
    yield _row(bill, bill.word("total"), totals.total, is_strong=True)
    if bill.has_taxes_inside:
        yield from _taxes(bill, bill.word("contained"))
    if totals.rounding:
        yield _row(bill, bill.word("rounding"), totals.rounding)
        yield _row(bill, bill.word("credited" if bill.is_credit else "payable"), totals.payable, is_strong=True)
    if bill.posted.payments:
        yield from [_row(bill, bill.word("refunded"), totals.paid)] if bill.is_credit else _payments(bill)


def _discounts(bill: Bill) -> Iterator[Row]:
    for discount, amount in zip(bill.posted.discounts, bill.totals.discounts, strict=True):
        yield _row(bill, _with_percent(bill, plain.unlinked(discount.name), discount.percent), -amount)


def _charges(bill: Bill) -> Iterator[Row]:
    for charge, amount in zip(bill.posted.charges, bill.totals.charges, strict=True):
        yield _row(bill, plain.unlinked(charge.name), amount)


def _taxes(bill: Bill, sentence: str) -> Iterator[Row]:
    for tax in bill.totals.taxes:
        yield _row(bill, fill(sentence, {"tax": _tax(bill, tax)}), tax.amount)


def _tax(bill: Bill, tax: Tax) -> str:
    """As in `VAT 19%`."""
    name = plain.unlinked(tax.name) if tax.name else bill.speech.a_tax(bill.shop.country)
    return name if tax.rate is None else f"{name} {bill.speech.percentage(tax.rate)}"


def _payments(bill: Bill) -> Iterator[Row]:
    yield _row(bill, bill.word("paid"), bill.totals.paid)
    if due := bill.totals.due:
        yield _row(bill, bill.word("due" if due > 0 else "change"), abs(due), is_strong=True)


def _with_percent(bill: Bill, name: str, percent: str | None) -> str:
    return f"{name} {bill.speech.percentage(Decimal(percent))}" if percent else name


def _row(bill: Bill, name: str, amount: int, *, is_strong: bool = False) -> Row:
    return {"name": name, "value": bill.price(amount), "is_strong": is_strong}

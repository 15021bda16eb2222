"""A credit note's part of an order, in the form of an order: the receipt's own lines and rows print it."""

from dataclasses import replace

from orders.order import canonical, money
from orders.order.credit import Credit, CreditedGroup, CreditedPart
from orders.order.document import Document, Kind
from orders.order.order import Order
from orders.order.parts import Charge, OrderDiscount, PostedItem, PostedTax
from orders.order.posted import PostedOrder
from orders.order.refund import PostedRefund
from orders.order.totals import Totals
from orders.shop.language import Language


def refund_of(document: Document) -> PostedRefund:
    """The refund as it was posted."""
    return PostedRefund.stored(canonical.written(document.posted))


def credit_of(document: Document) -> Credit:
    """The credit of the refund."""
    return Credit.from_document(document.credited or {})


def part_of(posted: PostedOrder, credit: Credit, refund: PostedRefund, speech: Language) -> tuple[PostedOrder, Totals]:
    """The part of the order that is given back, and what it comes to.

    A line whose quantity is not known has neither a quantity nor a price. An amount that is spread over the order has a
    line for all that bears the same taxes, with tax.
    """
    part = _spread(posted, credit, speech) if credit.is_spread else _of_lines(posted, credit, speech)
    currency = posted.currency or ""
    totals = Totals(
        lines=tuple(each.amount for each in (credit.groups if credit.is_spread else credit.lines)),
        line_discounts=(0,) * len(part.items) if credit.is_spread else _line_discounts(posted, credit),
        discounts=(credit.discount,) if part.discounts else (),
        charges=() if credit.is_spread else tuple(charge.amount for charge in credit.charges),
        net=credit.net,
        taxes=credit.taxes,
        total=credit.total,
        rounding=credit.rounding,
        payments=tuple(money.to_minor(payment.amount, currency) for payment in refund.payments),
    )
    return replace(part, payments=refund.payments, note=None), totals


def _of_lines(posted: PostedOrder, credit: Credit, speech: Language) -> PostedOrder:
    return replace(
        posted,
        items=tuple(_item(posted, line) for line in credit.lines),
        charges=tuple(_charge(posted, charge) for charge in credit.charges),
        discounts=(_discount(posted, credit, speech),) if credit.discount else (),
    )


def _item(posted: PostedOrder, line: CreditedPart) -> PostedItem:
    item = posted.items[line.place]
    if line.quantity is None:
        return replace(item, quantity="", unit_price="", discount=None)
    return replace(item, quantity=line.quantity)


def _line_discounts(posted: PostedOrder, credit: Credit) -> tuple[int, ...]:
    return tuple(_line_discount(posted, line) for line in credit.lines)


def _line_discount(posted: PostedOrder, line: CreditedPart) -> int:
    """The discount of the credited quantity: what it costs without it, less its amount."""
    item = posted.items[line.place]
    if line.quantity is None or item.discount is None:
        return 0
    return money.product(item.unit_price, line.quantity, posted.currency or "") - line.amount


def _charge(posted: PostedOrder, charge: CreditedPart) -> Charge:
    return replace(posted.charges[charge.place], amount=money.text(charge.amount, posted.currency or ""))


def _discount(posted: PostedOrder, credit: Credit, speech: Language) -> OrderDiscount:
    """All discounts of the order together, by their name if there is only one."""
    amount = money.text(credit.discount, posted.currency or "")
    if len(posted.discounts) != 1:
        return OrderDiscount(speech.words["discount"], amount)
    return replace(posted.discounts[0], amount=amount)


def _spread(posted: PostedOrder, credit: Credit, speech: Language) -> PostedOrder:
    items = tuple(_item_of(group, speech) for group in credit.groups)
    return replace(posted, items=items, charges=(), discounts=(), prices_include_tax=True)


def _item_of(group: CreditedGroup, speech: Language) -> PostedItem:
    item = PostedItem(name=speech.words["refund"], quantity="", unit_price="")
    known = [tax for tax in group.taxes if tax.rate is not None]
    if len(known) > 1:
        return replace(item, taxes=tuple(PostedTax(tax.name or speech.words["tax"], tax.rate or "0") for tax in known))
    for tax in known:
        return replace(item, tax_name=tax.name, tax_rate=tax.rate, tax_category=tax.category)
    return item


def texts(order: Order) -> str:
    """All texts of a refund that are printed; empty if the row is not that of a credit note."""
    if order.document is None or order.document.kind is not Kind.CREDIT_NOTE:
        return ""
    refund = refund_of(order.document)
    of_payments = (text for payment in refund.payments for text in (payment.label, payment.reference))
    return "".join(filter(None, [refund.reason, *of_payments]))

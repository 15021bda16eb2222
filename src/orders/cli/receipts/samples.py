"""Samples of documents that follow a receipt, and numbers: what the shop's page prints besides plain receipts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from orders.order import credits as refunding
from orders.order import money
from orders.order.correction import PostedCorrection
from orders.order.document import Document, Kind, parts_of
from orders.order.errors import InvalidOrder
from orders.order.order import Order
from orders.order.refund import PostedRefund, RefundLine, RefundPayment
from orders.order.register import Issue
from orders.shop import numbers
from orders.shop.shop import Shop
from orders.use_cases import documents

ID = "preview"
"""Of a refund and a correction."""
_LATER = timedelta(days=2)
_REASON, _COMPANY = "Damaged in transit", "Casa Nova Ltd."


def with_samples(orders: Sequence[Order], shop: Shop) -> list[Order]:
    """The orders, with numbers if the shop has any; and of one with prices a credit note and a corrected receipt.

    It is the first with several lines and taxes, if there is one: its samples show more.
    """
    counts = Counter[str]()
    rows = [_numbered(order, order.received_at, shop, counts) for order in orders]
    sold = [(row, totals) for row in rows if (totals := row.posted.totals) and totals.payable > 0]
    telling = next((row for row, totals in sold if len(totals.lines) > 1 and len(totals.taxes) > 1), None)
    shown = telling or next((row for row, _ in sold), None)
    more = _following(shown) if shown else ()
    return [*rows, *(_numbered(row, row.received_at, shop, counts) for row in more)]


def _following(receipt: Order) -> Iterator[Order]:
    at = receipt.received_at + _LATER
    if note := _credit_note(receipt, at):
        yield note
    correction = PostedCorrection(ID, customer_company=_COMPANY)
    document = Document(
        Kind.CORRECTED_RECEIPT,
        receipt.order_id,
        ID,
        correction.document(),
        documents.reference(receipt),
        ordered_at=documents.ordered_at(receipt),
    )
    yield _row(document, receipt, at, correction)


def _credit_note(receipt: Order, at: datetime) -> Order | None:
    """Of its first line, or of everything if that alone can't be given back."""
    order = receipt.posted
    for lines in ((RefundLine(item=1),), ()):
        refund = PostedRefund(ID, _REASON, lines)
        try:
            credit, _ = refunding.give(order, refunding.Taken(), refund)
        except InvalidOrder:
            continue
        paid = RefundPayment(method="card", amount=money.text(credit.payable, order.currency or ""), last4="4242")
        posted = replace(refund, payments=(paid,)).document(order.currency)
        document = Document(
            Kind.CREDIT_NOTE,
            receipt.order_id,
            ID,
            posted,
            documents.reference(receipt),
            credit.to_document(),
            documents.ordered_at(receipt),
        )
        return _row(document, receipt, at)
    return None


def _row(document: Document, receipt: Order, at: datetime, correction: PostedCorrection | None = None) -> Order:
    posted = correction.applied_to(receipt.posted) if correction else receipt.posted
    return Order.following(document, receipt, posted, at, by=ID)


def _numbered(row: Order, at: datetime, shop: Shop, counts: Counter[str]) -> Order:
    series = numbers.series(parts_of(row.order_id)[1], shop, at)
    if series is None:
        return row
    counts[series] += 1
    return replace(row, issue=Issue(series, counts[series], at))

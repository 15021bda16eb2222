"""Rows of documents that follow a receipt, and receipts with numbers, as the use cases make them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.receipts.making import API, row_of

from orders.order import money, validation
from orders.order.credits import Taken, give
from orders.order.document import Document, Kind
from orders.order.order import Order
from orders.order.register import Issue
from orders.use_cases import documents

ISSUED = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""In Dublin still the 24th, in Tokyo the 25th."""
LATER = datetime(2026, 11, 26, 20, 14, tzinfo=UTC)


def numbered(order: dict[str, Any], number: int = 17) -> Order:
    return replace(row_of(order), issue=Issue("R2026-{number:06}", number, ISSUED))


def credit_note(receipt: Order, refund: dict[str, Any], number: int | None = None) -> Order:
    """The first credit note of an order."""
    posted, order = validation.parse_refund({"refundId": "r-1"} | refund), receipt.posted
    credit, _ = give(order, Taken(), posted)
    document = Document(
        Kind.CREDIT_NOTE,
        documents.reference(receipt).row_id.partition("/")[0],
        posted.refund_id,
        posted.document(order.currency),
        documents.reference(receipt),
        credit.to_document(),
        documents.ordered_at(receipt),
    )
    total = money.text(credit.payable, order.currency or "")
    row = Order.following(document, receipt, order, LATER, by="shop", api_url=API, total=total)
    return replace(row, issue=Issue("C2026-{number:06}", number, LATER)) if number else row


def corrected(receipt: Order, correction: dict[str, Any], number: int | None = None) -> Order:
    posted = validation.parse_correction({"correctionId": "c-1"} | correction)
    document = Document(
        Kind.CORRECTED_RECEIPT,
        receipt.order_id.partition("/")[0],
        posted.correction_id,
        posted.document(),
        documents.reference(receipt),
        ordered_at=documents.ordered_at(receipt),
    )
    order = posted.applied_to(receipt.posted)
    row = Order.following(document, receipt, order, LATER, by="shop", api_url=API, total=order.total_text())
    return replace(row, issue=Issue("R2026-{number:06}", number, LATER)) if number else row

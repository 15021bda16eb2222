"""Refunds, corrections and the entries of the register, as the API shows them."""

import json
from collections.abc import Sequence

from orders.api import present
from orders.api.documents import (
    AcceptedCorrection,
    AcceptedRefund,
    CheckedRefund,
    DocumentList,
    EntryState,
    ListedDocument,
    Register,
    RegisterEntry,
    ShownCorrection,
    ShownRefund,
)
from orders.order import figures
from orders.order.clock import to_iso
from orders.order.credits import Credit
from orders.order.document import Document, parts_of
from orders.order.errors import UnknownOrder
from orders.order.order import Order, Status
from orders.order.posted import PostedOrder
from orders.order.refund import PostedRefund
from orders.order.register import Entry, Head
from orders.ports import Page


def accepted_refund(row: Order, credit_note_url: str) -> AcceptedRefund:
    """A replay gets the same answer as the first call, even if the state has changed since."""
    document = document_of(row)
    return {
        "orderId": document.order_id,
        "refundId": document.id,
        "status": Status.RECEIVED,
        "creditNoteUrl": credit_note_url,
    }


def accepted_correction(row: Order, receipt_url: str) -> AcceptedCorrection:
    """A replay gets the same answer as the first call, even if the state has changed since."""
    document = document_of(row)
    return {
        "orderId": document.order_id,
        "correctionId": document.id,
        "status": Status.RECEIVED,
        "receiptUrl": receipt_url,
    }


def checked_refund(order: PostedOrder, refund: PostedRefund, credit: Credit) -> CheckedRefund:
    return {"refund": refund.document(order.currency), "credited": figures.of_credit(credit, order)}


def refund(row: Order) -> ShownRefund:
    """It does not contain the customer's receipt token."""
    document = document_of(row)
    return {
        "orderId": document.order_id,
        "refundId": document.id,
        "status": row.status,
        "refund": dict(document.posted),
        "number": row.issue.text if row.issue else None,
        "date": to_iso(present.date(row)),
        "credited": figures.of_credit(Credit.from_document(document.credited or {}), row.posted),
        **present.making(row),
    }


def correction(row: Order) -> ShownCorrection:
    """It does not contain the customer's receipt token."""
    document = document_of(row)
    replaced = document.refers_to
    return {
        "orderId": document.order_id,
        "correctionId": document.id,
        "status": row.status,
        "correction": dict(document.posted),
        "number": row.issue.text if row.issue else None,
        "date": to_iso(present.date(row)),
        "replaces": {"number": replaced.number, "date": to_iso(replaced.at)},
        **present.making(row),
    }


def document_of(row: Order) -> Document:
    """The document of a row.

    Raises:
        UnknownOrder: the row is that of an order.
    """
    if row.document is None:
        raise UnknownOrder
    return row.document


def listed(row: Order) -> ListedDocument:
    shown = present.of_order(row)
    return {
        "kind": shown["kind"],
        "orderId": parts_of(row.order_id)[0],
        "id": shown["id"],
        "number": shown["number"],
        "date": shown["date"],
        "total": shown["total"],
        "currency": json.loads(row.body).get("currency"),
        "state": shown["state"],
        "receivedAt": to_iso(row.received_at),
        "lastError": row.last_error,
    }


def page(page: Page) -> DocumentList:
    return {
        "documents": [listed(row) for row in page.orders],
        "unreadable": list(page.unreadable),
        "cursor": page.cursor,
    }


def register(series: Sequence[Head], entries: Sequence[Entry], cursor: str | None) -> Register:
    return {
        "series": [{"name": head.series, "last": head.number, "hash": head.hash} for head in series],
        "entries": [entry_of(each) for each in entries],
        "cursor": cursor,
    }


def entry_of(entry: Entry) -> RegisterEntry:
    return {
        "series": entry.series,
        "number": entry.number,
        "text": entry.text,
        "kind": entry.kind,
        "orderId": entry.order_id,
        "documentId": entry.document_id,
        "issuedAt": to_iso(entry.issued_at),
        "fingerprint": entry.fingerprint,
        "previous": entry.previous,
        "hash": entry.hash,
        "sha256": entry.sha256,
        "void": entry.void,
        "state": state_of(entry),
    }


def state_of(entry: Entry) -> EntryState:
    if entry.void:
        return EntryState.VOID
    return EntryState.ISSUED if entry.sha256 else EntryState.PENDING

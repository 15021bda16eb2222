"""Orders and counts, as the API shows them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from orders.api.documents import (
    Accepted,
    CheckedOrder,
    ListedOrder,
    Mail,
    Making,
    Minute,
    OrderDocument,
    OrderList,
    Percentiles,
    ReceiptLink,
    ReceiptPending,
    Replacement,
    Settled,
    ShownOrder,
    Summary,
    Verification,
    WebhookCounts,
)
from orders.order import counts, figures
from orders.order.clock import to_iso
from orders.order.counts import Activity
from orders.order.credits import SettlementState, Taken, remaining, settlement
from orders.order.delivery import Delivery
from orders.order.document import parts_of
from orders.order.errors import InvalidOrder
from orders.order.figures import Totals
from orders.order.order import Order, Status
from orders.order.posted import PostedOrder
from orders.ports import Page, SignedLink
from orders.use_cases import documents
from orders.use_cases.overview import Overview

OF_DOCUMENTS = (Status.RECEIVED, Status.COMPLETED, Status.FAILED)
"""The states of documents that follow orders: none is ever cancelled."""


def accepted(order: Order, receipt_url: str) -> Accepted:
    """A replay gets the same answer as the first call, even if the order's state has changed since."""
    return {"orderId": order.order_id, "status": Status.RECEIVED, "receiptUrl": receipt_url}


def receipt_link(link: SignedLink, url: str) -> ReceiptLink:
    """`url` is the absolute form of the link."""
    return {"signedReceiptUrl": url, "expiresAt": to_iso(link.expires_at)}


def pending(row: Order) -> ReceiptPending:
    """Of an order, or of a document that follows it."""
    return {"orderId": parts_of(row.order_id)[0], "status": row.status}


def verification(order_id: str, *, issued: bool, replaced_by: Order | None = None) -> Verification:
    return {"orderId": order_id, "issued": issued, "replacedBy": _replacement(replaced_by) if replaced_by else None}


def _replacement(row: Order) -> Replacement:
    shown = of_order(row)
    return {"kind": shown["kind"], "id": shown["id"], "number": shown["number"], "date": shown["date"]}


def listed(order: Order) -> ListedOrder:
    posted = json.loads(order.body)
    return {
        "orderId": order.order_id,
        "orderNumber": posted.get("orderNumber"),
        "customerName": posted.get("customerName", ""),
        "customerEmail": posted.get("customerEmail"),
        "status": order.status,
        "receivedAt": to_iso(order.received_at),
        "completedAt": to_iso(order.completed_at) if order.completed_at else None,
        "total": total(order),
        "currency": posted.get("currency"),
        "mail": order.mail.status if order.mail else None,
        "attempts": order.attempts,
        "lastError": order.last_error,
    }


def page(page: Page) -> OrderList:
    return {
        "orders": [listed(row) for row in page.orders],
        "unreadable": list(page.unreadable),
        "cursor": page.cursor,
    }


def order(order: Order, following: Sequence[Order] = ()) -> ShownOrder:
    """For shops and operators. It does not contain the customer's receipt token.

    `following` are the rows of the documents that follow it.
    """
    return {
        "orderId": order.order_id,
        "status": order.status,
        "order": json.loads(order.body),
        "total": total(order),
        "totals": totals(order),
        **_settled(order),
        "documents": [of_order(row) for row in (order, *following)],
        **making(order),
    }


def _settled(order: Order) -> Settled:
    """Null if nothing in the order has a price, or if it can't be read."""
    taken = Taken.from_document(order.settlement.taken)
    try:
        return {
            "settlement": settlement(order.posted, taken),
            "refunded": figures.of_taken(order.posted, taken) if order.settlement.taken else None,
            "remaining": remaining(order.posted, taken),
        }
    except (TypeError, ValueError, KeyError, InvalidOrder):
        return {"settlement": SettlementState.NONE, "refunded": None, "remaining": None}


def of_order(row: Order) -> OrderDocument:
    """A document of an order: its receipt, or one that follows it."""
    _, kind, document_id = parts_of(row.order_id)
    return {
        "kind": kind,
        "id": document_id,
        "number": row.issue.text if row.issue else None,
        "date": to_iso(date(row)),
        "total": total(row),
        "state": row.status,
    }


def date(row: Order) -> datetime:
    """When the document was issued or, without a number, the date that it has. It may be one that can't be read."""
    try:
        return documents.reference(row).at
    except (TypeError, ValueError, KeyError, InvalidOrder):
        return row.received_at


def making(row: Order) -> Making:
    """The same of an order as of a document that follows one."""
    return {
        "receivedAt": to_iso(row.received_at),
        "completedAt": to_iso(row.completed_at) if row.completed_at else None,
        "receipt": {"sha256": row.receipt.sha256, "size": row.receipt.size} if row.receipt else None,
        "mail": mail(row.mail) if row.mail else None,
        "copy": mail(row.copy) if row.copy else None,
        "attempts": row.attempts,
        "lastError": row.last_error,
        "history": [{"at": to_iso(entry.at), "what": entry.what, "by": entry.by} for entry in row.history],
    }


def mail(delivery: Delivery) -> Mail:
    return {
        "status": delivery.status,
        "number": delivery.number,
        "since": to_iso(delivery.since),
        "reason": delivery.reason,
    }


def total(order: Order) -> str | None:
    """The total as a decimal in the order's currency. Orders of older versions were stored without it.

    An order whose total can't be computed has none, so that operators still see it and the rest of the list.
    """
    try:
        return order.total or order.posted.total_text()
    except (TypeError, ValueError, KeyError, InvalidOrder):
        return None


def totals(order: Order) -> Totals | None:
    """What the order comes to; `None` if nothing in it has a price, or if it can't be read."""
    try:
        return figures.of(order.posted)
    except (TypeError, ValueError, KeyError, InvalidOrder):
        return None


def checked(posted: PostedOrder) -> CheckedOrder:
    return {"order": json.loads(posted.canonical()), "totals": figures.of(posted)}


def summary(seen: Overview, webhooks: WebhookCounts) -> Summary:
    activity, oldest = seen.activity, seen.activity.oldest_waiting
    return {
        "orders": dict(activity.by_status),
        "documents": {status: number for status, number in activity.documents.items() if status in OF_DOCUMENTS},
        "queueDepth": seen.queue_depth,
        "oldestWaitingReceivedAt": to_iso(oldest) if oldest else None,
        "oldestWaitingSeconds": (seen.at - oldest).total_seconds() if oldest else None,
        "lastHour": [_minute(activity, minute) for minute in counts.minutes(seen.at)],
        "secondsToComplete": _percentiles(activity.took) if activity.took else None,
        "webhooks": webhooks,
        "asOf": to_iso(seen.at),
    }


def _percentiles(took: Mapping[int, int]) -> Percentiles:
    """`took` counts milliseconds; the answer is in seconds."""
    return {"p50": counts.percentile(took, 0.5) / 1000, "p95": counts.percentile(took, 0.95) / 1000}


def _minute(activity: Activity, minute: str) -> Minute:
    return {
        "at": f"{minute}:00.000Z",
        "accepted": activity.accepted.get(minute, 0),
        "completed": activity.completed.get(minute, 0),
    }

"""Rows and what was counted, as the API shows them."""

import json
from collections.abc import Mapping

from orders.api.documents import (
    Accepted,
    ListedOrder,
    Mail,
    Minute,
    OrderList,
    Percentiles,
    ReceiptLink,
    ReceiptPending,
    ShownOrder,
    Summary,
    Verification,
)
from orders.order import counts
from orders.order.clock import to_iso
from orders.order.counts import Activity
from orders.order.delivery import Delivery
from orders.order.order import Order, Status
from orders.ports import Page, SignedLink
from orders.use_cases.overview import Overview


def accepted(row: Order, receipt_url: str) -> Accepted:
    """The same whatever became of the order since: a replay is answered as the first call was."""
    return {"orderId": row.order_id, "status": Status.RECEIVED, "receiptUrl": receipt_url}


def receipt_link(link: SignedLink, url: str) -> ReceiptLink:
    """`url` is the link's, in full."""
    return {"signedReceiptUrl": url, "expiresAt": to_iso(link.expires_at)}


def pending(row: Order) -> ReceiptPending:
    return {"orderId": row.order_id, "status": row.status}


def verification(order_id: str, *, issued: bool) -> Verification:
    return {"orderId": order_id, "issued": issued}


def listed(row: Order) -> ListedOrder:
    posted = json.loads(row.body)
    return {
        "orderId": row.order_id,
        "customerName": posted.get("customerName", ""),
        "customerEmail": posted.get("customerEmail"),
        "status": row.status,
        "receivedAt": to_iso(row.received_at),
        "completedAt": to_iso(row.completed_at) if row.completed_at else None,
        "total": total(row),
        "currency": posted.get("currency"),
        "mail": row.mail.status if row.mail else None,
        "attempts": row.attempts,
        "lastError": row.last_error,
    }


def page(page: Page) -> OrderList:
    return {
        "orders": [listed(row) for row in page.orders],
        "unreadable": list(page.unreadable),
        "cursor": page.cursor,
    }


def order(row: Order) -> ShownOrder:
    """The customer's token is not part of it."""
    receipt = row.receipt
    return {
        "orderId": row.order_id,
        "status": row.status,
        "order": json.loads(row.body),
        "total": total(row),
        "receivedAt": to_iso(row.received_at),
        "completedAt": to_iso(row.completed_at) if row.completed_at else None,
        "receipt": {"sha256": receipt.sha256, "size": receipt.size} if receipt else None,
        "mail": mail(row.mail) if row.mail else None,
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


def total(row: Order) -> str | None:
    """The total as a decimal in the order's currency; rows of older versions do not have it ready.

    An order that can't be read has none: operators must see it all the same, and all others beside it.
    """
    try:
        return row.total or row.posted.total()
    except (TypeError, ValueError, KeyError):
        return None


def summary(seen: Overview) -> Summary:
    activity, oldest = seen.activity, seen.activity.oldest_waiting
    return {
        "orders": dict(activity.by_status),
        "queueDepth": seen.queue_depth,
        "oldestWaitingReceivedAt": to_iso(oldest) if oldest else None,
        "oldestWaitingSeconds": (seen.at - oldest).total_seconds() if oldest else None,
        "lastHour": [_minute(activity, minute) for minute in counts.minutes(seen.at)],
        "secondsToComplete": _percentiles(activity.took) if activity.took else None,
        "asOf": to_iso(seen.at),
    }


def _percentiles(took: Mapping[int, int]) -> Percentiles:
    """Of milliseconds, in seconds."""
    return {"p50": counts.percentile(took, 0.5) / 1000, "p95": counts.percentile(took, 0.95) / 1000}


def _minute(activity: Activity, minute: str) -> Minute:
    return {
        "at": f"{minute}:00.000Z",
        "accepted": activity.accepted.get(minute, 0),
        "completed": activity.completed.get(minute, 0),
    }

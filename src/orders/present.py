"""What the API answers, document by document. The types are its documentation, too; see `orders.description`."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict

from orders import counts
from orders.clock import to_iso
from orders.counts import Activity
from orders.overview import Overview
from orders.ports import Page, SignedLink
from orders.row import Row, Status


class Accepted(TypedDict):
    """An accepted order. `receiptUrl` is the customer's stable link to the receipt."""

    orderId: str
    status: Status
    receiptUrl: str


class ReceiptLink(TypedDict):
    """A link to the PDF that anyone may open until it expires, five minutes after it was signed."""

    signedReceiptUrl: str
    expiresAt: str


class ReceiptPending(TypedDict):
    """The receipt is being made: ask again."""

    orderId: str
    status: Status


class Verification(TypedDict):
    """Whether a file is the receipt that was issued for this order."""

    orderId: str
    issued: bool


class HistoryLine(TypedDict):
    """What happened to an order, when, and by whom."""

    at: str
    what: str
    by: str


class ReceiptFile(TypedDict):
    """The receipt's SHA-256 in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


class ShownOrder(TypedDict):
    """An order, its state and its history. `total` is a decimal in the order's currency; null without items."""

    orderId: str
    status: Status
    order: dict[str, Any]
    total: str | None
    receivedAt: str
    completedAt: str | None
    receipt: ReceiptFile | None
    attempts: int
    lastError: str | None
    history: list[HistoryLine]


class ListedOrder(TypedDict):
    """One line of a list of orders."""

    orderId: str
    customerName: str
    customerEmail: str | None
    status: Status
    receivedAt: str
    completedAt: str | None
    total: str | None
    currency: str | None
    attempts: int
    lastError: str | None


class OrderList(TypedDict):
    """Orders, the newest first. A cursor leads to the next page; there is none after the last."""

    orders: list[ListedOrder]
    cursor: str | None


class Minute(TypedDict):
    """How many orders were accepted, and how many completed, in the minute that began `at`."""

    at: str
    accepted: int
    completed: int


class Percentiles(TypedDict):
    """Within so many seconds half of the orders, and 95 of 100, were completed; rounded to two digits."""

    p50: float
    p95: float


class Summary(TypedDict):
    """How things stand. `lastHour` has 60 minutes, the newest last; the one that is not over yet is among them.

    `secondsToComplete` is about the orders completed in that hour, and null without any.
    """

    orders: dict[Status, int]
    queueDepth: int
    oldestWaitingReceivedAt: str | None
    oldestWaitingSeconds: float | None
    lastHour: list[Minute]
    secondsToComplete: Percentiles | None
    asOf: str


def accepted(row: Row, receipt_url: str) -> Accepted:
    """The same whatever became of the order since: a replay is answered as the first call was."""
    return {"orderId": row.order_id, "status": Status.RECEIVED, "receiptUrl": receipt_url}


def receipt_link(link: SignedLink, url: str) -> ReceiptLink:
    """`url` is the link's, in full."""
    return {"signedReceiptUrl": url, "expiresAt": to_iso(link.expires_at)}


def pending(row: Row) -> ReceiptPending:
    return {"orderId": row.order_id, "status": row.status}


def verification(order_id: str, *, issued: bool) -> Verification:
    return {"orderId": order_id, "issued": issued}


def listed(row: Row) -> ListedOrder:
    posted = json.loads(row.body)
    return {
        "orderId": row.order_id,
        "customerName": posted["customerName"],
        "customerEmail": posted.get("customerEmail"),
        "status": row.status,
        "receivedAt": to_iso(row.received_at),
        "completedAt": to_iso(row.completed_at) if row.completed_at else None,
        "total": total(row),
        "currency": posted.get("currency"),
        "attempts": row.attempts,
        "lastError": row.last_error,
    }


def page(page: Page) -> OrderList:
    return {"orders": [listed(row) for row in page.rows], "cursor": page.cursor}


def order(row: Row) -> ShownOrder:
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
        "attempts": row.attempts,
        "lastError": row.last_error,
        "history": [{"at": to_iso(entry.at), "what": entry.what, "by": entry.by} for entry in row.history],
    }


def total(row: Row) -> str | None:
    """The total as a decimal in the order's currency; rows of older versions do not have it ready."""
    return row.total or row.order.total()


def summary(seen: Overview) -> Summary:
    activity, oldest = seen.activity, seen.activity.oldest_waiting
    return {
        "orders": dict(activity.by_status),
        "queueDepth": seen.queue_depth,
        "oldestWaitingReceivedAt": to_iso(oldest) if oldest else None,
        "oldestWaitingSeconds": (seen.at - oldest).total_seconds() if oldest else None,
        "lastHour": [_minute(activity, seen.at - timedelta(minutes=ago)) for ago in reversed(range(60))],
        "secondsToComplete": _percentiles(activity.took) if activity.took else None,
        "asOf": to_iso(seen.at),
    }


def _percentiles(took: Mapping[int, int]) -> Percentiles:
    """Of milliseconds, in seconds."""
    return {"p50": counts.percentile(took, 0.5) / 1000, "p95": counts.percentile(took, 0.95) / 1000}


def _minute(activity: Activity, instant: datetime) -> Minute:
    minute = counts.minute(instant)
    return {
        "at": f"{minute}:00.000Z",
        "accepted": activity.accepted.get(minute, 0),
        "completed": activity.completed.get(minute, 0),
    }

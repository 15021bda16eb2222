"""An order as the API shows it."""

import json
from typing import Any

from orders import money
from orders.clock import to_iso
from orders.row import Row


def summary(row: Row) -> dict[str, Any]:
    """One line of a list."""
    return {
        "orderId": row.order_id,
        "customerName": row.order.customer_name,
        "status": row.status,
        "receivedAt": to_iso(row.received_at),
        "completedAt": to_iso(row.completed_at) if row.completed_at else None,
        "total": total(row),
        "currency": row.order.currency,
        "lastError": row.last_error,
    }


def order(row: Row) -> dict[str, Any]:
    """The order, its state and its history. The customer's token is not part of it."""
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
    """The total as a decimal in the order's currency."""
    totals, currency = row.order.totals(), row.order.currency
    return str(money.from_minor(totals.total, currency)) if totals and currency else None

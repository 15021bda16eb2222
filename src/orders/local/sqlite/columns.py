"""A row as the columns of its table: its record, and what lists and counts are made of."""

from collections.abc import Sequence

from orders.order import counts, record, search
from orders.order.order import Order

DERIVED = ("nameKey", "emailKey", "took")
"""Search keys of name and address; milliseconds from acceptance to completion, rounded (`orders.order.counts`)."""
COLUMNS = (*record.FIELDS, *DERIVED)
MOVING = (
    "status", "waitingSince", "dueAt", "completedAt", "receipt", "attempts", "lastError", "history", "revision",
    "mail", "mailDueAt", "schemaVersion", "took",
)  # fmt: skip
"""What a move changes. The rest is what was accepted, and stays as it is."""


def values(row: Order) -> Sequence[str | int | None]:
    """The values of `COLUMNS`."""
    email = row.posted.customer_email
    return (
        *record.values(row),
        search.name_key(row.posted.customer_name),
        search.email_key(email) if email else None,
        _took(row),
    )


def values_of_move(row: Order) -> Sequence[str | int | None]:
    """The values of `MOVING`."""
    changed = record.from_row(row) | {"took": _took(row)}
    return [changed[column] for column in MOVING]


def _took(row: Order) -> int | None:
    return counts.milliseconds_taken(row) if row.completed_at else None

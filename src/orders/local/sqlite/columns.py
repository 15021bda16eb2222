"""An order as the columns of its row: its record, and what lists and counts are made of; and how rows are written."""

from collections.abc import Sequence

from orders.local.sqlite.writer import Statement, rows_named
from orders.order import index, record
from orders.order.order import Order

DERIVED = {"nameKey": index.name_key, "emailKey": index.email_key, "took": index.took, "numberKey": index.number_key}
COLUMNS = (*record.FIELDS, *DERIVED)
MOVING = (
    "status", "waitingSince", "dueAt", "completedAt", "receipt", "attempts", "lastError", "history", "revision",
    "mail", "mailDueAt", "schemaVersion", "issue", "settlement", "took",
)  # fmt: skip
"""What a move changes. The rest is what was accepted, and stays as it is."""
INSERT = Statement(f"INSERT INTO orders ({', '.join(COLUMNS)}) VALUES {{rows}}", len(COLUMNS))
CREATE = Statement(f"{INSERT.text} ON CONFLICT (orderId) DO NOTHING", len(COLUMNS))
REPLACE = Statement(
    f"UPDATE orders SET {', '.join(f'{column} = new.{column}' for column in MOVING)}"
    f" FROM {rows_named('orderId', 'revisionBefore', *MOVING)} AS new"
    " WHERE orders.orderId = new.orderId AND orders.revision = new.revisionBefore",
    len(MOVING) + 2,
)
"""Triggers of `orders.local.sqlite.documents` change the register of numbers in the same transaction."""


def values(order: Order) -> Sequence[str | int | None]:
    """The values of `COLUMNS`."""
    return (*record.values(order), *(derive(order) for derive in DERIVED.values()))


def values_of_move(order: Order) -> Sequence[str | int | None]:
    """The values of `MOVING`."""
    changed = record.from_order(order) | {"took": index.took(order)}
    return [changed[column] for column in MOVING]

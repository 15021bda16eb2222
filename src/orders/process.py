"""Make the receipt of an accepted order."""

import logging
from collections.abc import Callable

from orders import receipt
from orders.errors import ReceiptImpossible, Unavailable
from orders.ports import Outside, Table
from orders.row import Row, Status

log = logging.getLogger(__name__)


def make_receipt(order_id: str, outside: Outside) -> Row:
    """Store the receipt of an accepted order and complete it; the row as it ended.

    Safe to call any number of times, at once from several places, and after a crash at any line. An order whose
    receipt can't be made ends `FAILED`, with the reason.

    Raises:
        UnknownOrder: no row has this id; the message is poison.
        Unavailable: something outside did not answer, or the page has a fault that is no order's; call again.
    """
    row = outside.table.read(order_id)
    if row.status is not Status.RECEIVED:
        return row
    try:
        stored = outside.bucket.store_once(row.receipt_key, receipt.render(row))
    except ReceiptImpossible as error:
        reason = str(error)
        return settle(row, lambda row: row.failed(reason, outside.clock(), by="process"), outside.table)
    except Unavailable as error:
        note_attempt(row, str(error), outside)
        raise
    return settle(row, lambda row: row.completed(stored, outside.clock()), outside.table)


def settle(row: Row, move: Callable[[Row], Row], table: Table) -> Row:
    """Compare-and-set until this move, or somebody else's, has taken the row out of `RECEIVED`."""
    while row.status is Status.RECEIVED:
        row = table.replace(row, move(row))
    return row


def note_attempt(row: Row, error: str, outside: Outside) -> None:
    """Let an operator see what went wrong; a note that can't be written now is not worth a failure of its own."""
    try:
        outside.table.replace(row, row.attempted(error, outside.clock()))
    except Unavailable as unavailable:
        log.warning("attempt at order %s not noted: %s", row.order_id, unavailable)

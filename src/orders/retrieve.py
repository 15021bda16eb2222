"""Find an order again, and hand out the short-lived link to its receipt."""

import hmac

from orders import bell
from orders.errors import OrderCancelled, OrderFailed, ReceiptLost, UnknownOrder
from orders.ids import is_order_id
from orders.ports import Outside, SignedLink
from orders.row import Row, Status

_NOBODYS_TOKEN = "0" * 22
"""What is compared where there is no order: as long as a token, and never one."""


def order(order_id: str, outside: Outside) -> Row:
    """The order's row.

    Raises:
        UnknownOrder: no row has this id, or nothing could.
        Unavailable: the table did not answer.
    """
    if not is_order_id(order_id):
        raise UnknownOrder
    return outside.table.read(order_id)


def receipt_link(row: Row, outside: Outside) -> SignedLink | None:
    """A signed link to the receipt, which works for some minutes; none while the receipt is being made.

    Raises:
        OrderFailed: the receipt could not be made.
        OrderCancelled: there will be none.
        ReceiptLost: its file is missing or altered; it has been asked for again.
    """
    if row.status is Status.CANCELLED:
        raise OrderCancelled
    if row.status is Status.FAILED:
        raise OrderFailed
    if row.receipt is None:
        return None
    try:
        return outside.bucket.link(row.receipt, outside.clock(), outside.link_lifetime)
    except ReceiptLost:
        bell.ring(row.order_id, outside.queue)
        raise


def order_of_customer(order_id: str, receipt_token: str, outside: Outside) -> Row:
    """The row that this id and token open together.

    A wrong token is the same to the caller as an unknown id: the same steps in the same order, a token compared in
    constant time, one refusal.

    Raises:
        UnknownOrder: no row has this id and token.
        Unavailable: the table did not answer.
    """
    try:
        row = order(order_id, outside)
    except UnknownOrder:
        row = None
    token = row.receipt_token if row else _NOBODYS_TOKEN
    is_theirs = hmac.compare_digest(token.encode(), receipt_token.encode(errors="replace"))
    if row is None or not is_theirs:
        raise UnknownOrder
    return row

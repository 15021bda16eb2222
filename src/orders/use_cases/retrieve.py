"""Find an order again, and hand out the short-lived link to its receipt."""

import hmac

from orders.order.errors import OrderCancelled, OrderFailed, ReceiptLost, UnknownOrder
from orders.order.ids import is_order_id
from orders.order.order import Order, Status
from orders.ports import NOBODYS, Outside, Proof, SignedLink
from orders.use_cases import doorbell


def order(order_id: str, outside: Outside) -> Order:
    """The order's row.

    Raises:
        UnknownOrder: no row has this id, or nothing could.
        Unavailable: the table did not answer.
    """
    if not is_order_id(order_id):
        raise UnknownOrder
    return outside.table.read(order_id)


def receipt_link(row: Order, outside: Outside) -> SignedLink | None:
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
        doorbell.ring(row.order_id, outside.queue)
        raise


def order_of_customer(order_id: str, receipt_token: str, outside: Outside) -> Order:
    """The row that this id and token open together.

    A wrong token is the same to the caller as an unknown id: the same steps, a token compared in constant time, one
    refusal. Only the right token has the row read and decoded, which takes longer.

    Raises:
        UnknownOrder: no row has this id and token.
        Unavailable: the table did not answer.
    """
    known = proof(order_id, outside)
    is_theirs = hmac.compare_digest(known.receipt_token.encode(), receipt_token.encode(errors="replace"))
    if not is_theirs or known == NOBODYS:
        raise UnknownOrder
    return outside.table.read(order_id)


def proof(order_id: str, outside: Outside) -> Proof:
    """What opens the order to somebody without a key. What can be no id needs no table to be nobody's."""
    return outside.table.proof(order_id) if is_order_id(order_id) else NOBODYS

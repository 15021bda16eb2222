"""Find an order, and make a download URL for its receipt."""

import hmac

from orders.order.errors import OrderCancelled, OrderFailed, ReceiptLost, UnknownOrder
from orders.order.ids import is_row_id
from orders.order.order import Order, Status
from orders.ports import NOBODYS, Outside, Proof, SignedLink
from orders.use_cases import doorbell


def order(order_id: str, outside: Outside) -> Order:
    """The order with this id, or the document that follows one and whose row has this id.

    Raises:
        UnknownOrder: no row has this id, or the text can't be one.
        Unavailable: the table did not answer.
    """
    if not is_row_id(order_id):
        raise UnknownOrder
    return outside.table.read(order_id)


def receipt_link(order: Order, outside: Outside) -> SignedLink | None:
    """A signed link to the receipt, which works for some minutes, or None while the receipt is being made.

    Raises:
        OrderFailed: the receipt could not be made.
        OrderCancelled: there will be no receipt.
        ReceiptLost: the file is missing or altered. A message to make it again was sent.
    """
    if order.status is Status.CANCELLED:
        raise OrderCancelled
    if order.status is Status.FAILED:
        raise OrderFailed
    if order.receipt is None:
        return None
    try:
        return outside.bucket.link(order.receipt, outside.clock(), outside.link_lifetime)
    except ReceiptLost:
        doorbell.notify(order.order_id, outside.queue)
        raise


def order_of_customer(order_id: str, receipt_token: str, outside: Outside) -> Order:
    """The order that this id and token open together.

    A caller can't distinguish a wrong token from an unknown id: both take the same steps, the token is compared in
    constant time, and the refusal is the same. Only with the right token the order is read and decoded, which takes
    longer.

    Raises:
        UnknownOrder: no order has this id and token.
        Unavailable: the table did not answer.
    """
    known = proof(order_id, outside)
    is_theirs = hmac.compare_digest(known.receipt_token.encode(), receipt_token.encode(errors="replace"))
    if not is_theirs or known == NOBODYS:
        raise UnknownOrder
    return outside.table.read(order_id)


def proof(order_id: str, outside: Outside) -> Proof:
    """What opens the order to somebody without a key. A text that can't be an id is not looked up."""
    return outside.table.proof(order_id) if is_row_id(order_id) else NOBODYS

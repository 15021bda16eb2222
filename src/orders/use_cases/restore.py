"""Make the receipt of a completed order again after its file was lost."""

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta

from orders.order.errors import DrawingAborted, ReceiptImpossible, Unavailable
from orders.order.order import NOT_MADE_AGAIN, Order
from orders.ports import Outside
from orders.use_cases import doorbell

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=1)
"""Between two failed attempts. A customer may open the link as often as they like."""
_DIFFERS = (
    "it would not be the receipt that was issued: the page, its words or the shop's data have changed since. Put its"
    " file back from a backup"
)


def make_again(order: Order, draw: Callable[[Order], bytes], outside: Outside) -> Order:
    """Make the receipt of a completed order again, if it is lost, and return the order.

    A receipt that takes long to draw is left to `process.make_slow_receipt`. The order has the SHA-256 of the receipt
    that was issued. No other receipt is ever stored.

    Raises:
        Unavailable: the table or the bucket did not answer; call again.
    """
    if order.receipt is None or was_in_vain(order, outside) or not outside.bucket.is_lost(order.receipt):
        return order
    try:
        pdf = draw(order)
    except DrawingAborted as error:
        log.warning("the lost receipt of order %s gets one more try, alone: %s", order.order_id, error)
        doorbell.notify(order.order_id, outside.slow_queue)
        return order
    except (ReceiptImpossible, Unavailable) as error:
        return not_made(order, str(error), outside)
    if hashlib.sha256(pdf).hexdigest() != order.receipt.sha256:
        return not_made(order, _DIFFERS, outside)
    outside.bucket.put_back(order.receipt, pdf)
    log.warning("the lost receipt of order %s was made again", order.order_id)
    return outside.table.replace(order, order.receipt_made_again(outside.clock()))


def was_in_vain(order: Order, outside: Outside) -> bool:
    """Whether an attempt failed a moment ago."""
    return any(
        last.what.startswith(NOT_MADE_AGAIN) and outside.clock() - last.at < PAUSE for last in order.history[-1:]
    )


def not_made(order: Order, reason: str, outside: Outside) -> Order:
    log.error("the lost receipt of order %s can't be made again: %s", order.order_id, reason)
    return outside.table.replace(order, order.receipt_not_made_again(reason, outside.clock()))

"""Notify a queue that an order waits."""

import logging

from orders.order.errors import Unavailable
from orders.ports import Queue

log = logging.getLogger(__name__)


def notify(order_id: str, queue: Queue) -> None:
    """Send a message for the order. If the queue does not answer, the sweep sends one later."""
    try:
        queue.notify([order_id])
    except Unavailable as error:
        log.warning("no message sent for order %s: %s", order_id, error)

"""Ask for an order to be seen to, now."""

import logging

from orders.order.errors import Unavailable
from orders.ports import Queue

log = logging.getLogger(__name__)


def ring(order_id: str, queue: Queue) -> None:
    """Ring for the order; when nobody hears, Sweep rings again later."""
    try:
        queue.ring([order_id])
    except Unavailable as error:
        log.warning("doorbell not rung for order %s: %s", order_id, error)

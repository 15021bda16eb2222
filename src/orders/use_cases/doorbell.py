"""Notify a queue that orders wait."""

import logging
from collections.abc import Sequence

from orders.order.errors import Unavailable
from orders.ports import Queue

log = logging.getLogger(__name__)


def notify(order_id: str, queue: Queue) -> None:
    """Send a message for the order. If the queue does not answer, the sweep sends one later."""
    notify_all([order_id], queue)


def notify_all(order_ids: Sequence[str], queue: Queue) -> None:
    """As `notify`, a message for each order, together."""
    try:
        queue.notify(order_ids)
    except Unavailable as error:
        log.warning("no message sent for order %s: %s", ", ".join(order_ids), error)

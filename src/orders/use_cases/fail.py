"""Decide about an order whose message the queue gave up on: fail it if it is at fault, or leave it to the sweep."""

import logging
from collections.abc import Callable
from datetime import datetime

from orders import receipt
from orders.order.errors import ReceiptImpossible, UnknownOrder
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.use_cases.process import settle

log = logging.getLogger(__name__)


def decide(order_id: str, outside: Outside, trial: Callable[[Order], object] = receipt.draw_alone) -> None:
    """Decide about an order that the queue delivered several times without success.

    `trial` draws the receipt in a process of its own. An order that is itself at fault ends `FAILED`. An order whose
    worker met an outage stays `RECEIVED`.

    Raises:
        Unavailable: the table did not answer, or (`Misconfigured`) no receipt can be made at present; call again.
    """
    try:
        order = outside.table.read(order_id)
    except UnknownOrder:
        log.error("dropped a message for %r: no order has this id", order_id)
        return
    if order.status is not Status.RECEIVED:
        return
    if reason := own_fault(order, outside.clock(), trial):
        settle(order, lambda order: order.failed(reason, outside.clock(), by="fail"), outside.table)
    else:
        outside.table.replace(order, order.deferred("delivered without success", outside.clock(), by="fail"))


def own_fault(order: Order, now: datetime, trial: Callable[[Order], object]) -> str | None:
    """Why this order can't be completed, or None if it can be once the services answer."""
    if order.is_overdue(now):
        return "not completed within a day"
    try:
        trial(order)
    except ReceiptImpossible as error:
        return str(error)
    return None

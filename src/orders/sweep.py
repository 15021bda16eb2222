"""Ring again for orders that have waited too long: what makes every other loss harmless."""

from collections.abc import Callable
from datetime import datetime, timedelta

from orders.errors import Unavailable
from orders.ports import DueOrder, Outside
from orders.row import FIRST_SWEEP

PAGE = 500
LONGEST_PAUSE = timedelta(minutes=15)


def ring_waiting(outside: Outside, in_time: Callable[[], bool] = lambda: True) -> int:
    """Ring for every order that is due, as long as `in_time` says so; how many were rung for.

    Each order is rung for more and more rarely, so that a long backlog is not multiplied. The bell comes first: a
    crash after it rings twice, which harms nobody.

    Raises:
        Unavailable: the table did not answer.
    """
    rung = 0
    while in_time() and (waiting := outside.table.due(outside.clock(), PAGE)):
        try:
            outside.queue.ring([order.order_id for order in waiting])
        except Unavailable:
            break
        now = outside.clock()
        outside.table.postpone(waiting, [next_due(order, now) for order in waiting])
        rung += len(waiting)
        if len(waiting) < PAGE:
            break  # to ask again is to see some of these again: an index follows its table
    return rung


def next_due(order: DueOrder, now: datetime) -> datetime:
    """As long again as the order has waited so far, at least a minute and at most a quarter of an hour."""
    return now + min(max(now - order.waiting_since, FIRST_SWEEP), LONGEST_PAUSE)

"""Ring again for orders that have waited too long: what makes every other loss harmless."""

from collections.abc import Callable
from datetime import datetime, timedelta

from orders.errors import Unavailable
from orders.ports import DueOrder, Outside
from orders.row import FIRST_SWEEP

PAGE = 100
LONGEST_PAUSE = timedelta(minutes=15)


def ring_waiting(outside: Outside, in_time: Callable[[], bool] = lambda: True) -> int:
    """Ring for every order that is due, as long as `in_time` says so; how many were rung for.

    Each order is rung for more and more rarely, so that a long backlog is not multiplied. The bell comes first: a
    crash after it rings twice, which harms nobody. An index may still show as due what was just put off: an order that
    was rung for is not rung for again.

    Raises:
        Unavailable: the table did not answer.
    """
    rung = set[str]()
    while in_time() and (waiting := new_ones(outside.table.due(outside.clock(), PAGE), rung)):
        try:
            outside.queue.ring([order.order_id for order in waiting])
        except Unavailable:
            break
        now = outside.clock()
        outside.table.postpone(waiting, [next_due(order, now) for order in waiting])
        rung |= {order.order_id for order in waiting}
    return len(rung)


def new_ones(due: list[DueOrder], rung: set[str]) -> list[DueOrder]:
    return [order for order in due if order.order_id not in rung]


def next_due(order: DueOrder, now: datetime) -> datetime:
    """As long again as the order has waited so far, at least a minute and at most a quarter of an hour."""
    return now + min(max(now - order.waiting_since, FIRST_SWEEP), LONGEST_PAUSE)

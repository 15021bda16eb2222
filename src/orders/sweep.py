"""Ring again for orders that have waited too long: what makes every other loss harmless."""

from collections.abc import Callable

from orders.errors import Unavailable
from orders.ports import DueOrder, Outside
from orders.row import next_due

PAGE = 100


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
        outside.table.postpone(waiting, [next_due(order.waiting_since, now) for order in waiting])
        rung |= {order.order_id for order in waiting}
    return len(rung)


def new_ones(due: list[DueOrder], rung: set[str]) -> list[DueOrder]:
    return [order for order in due if order.order_id not in rung]

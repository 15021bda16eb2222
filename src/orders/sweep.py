"""Ring again for receipts and mails that have waited too long: what makes every other loss harmless."""

from collections.abc import Callable

from orders.errors import Unavailable
from orders.ports import Bell, DueOrder, Outside, Queue
from orders.row import next_due

PAGE = 100


def ring_waiting(outside: Outside, in_time: Callable[[], bool] = lambda: True) -> int:
    """Ring for every order that is due, as long as `in_time` says so; how many were rung for.

    Raises:
        Unavailable: the table did not answer.
    """
    rung = ring_for(Bell.RECEIPT, outside.queue, outside, in_time)
    return rung + (ring_for(Bell.MAIL, outside.mail_queue, outside, in_time) if outside.mail_queue else 0)


def ring_for(bell: Bell, queue: Queue, outside: Outside, in_time: Callable[[], bool]) -> int:
    """Ring this bell for every order that is due for it.

    Each order is rung for more and more rarely, so that a long backlog is not multiplied. The bell comes first: a
    crash after it rings twice, which harms nobody. An index may still show as due what was just put off: an order that
    was rung for is not rung for again.
    """
    rung = set[str]()
    while in_time() and (waiting := new_ones(outside.table.due(bell, outside.clock(), PAGE), rung)):
        try:
            queue.ring([order.order_id for order in waiting])
        except Unavailable:
            break
        now = outside.clock()
        outside.table.postpone(bell, waiting, [next_due(order.waiting_since, now) for order in waiting])
        rung |= {order.order_id for order in waiting}
    return len(rung)


def new_ones(due: list[DueOrder], rung: set[str]) -> list[DueOrder]:
    return [order for order in due if order.order_id not in rung]

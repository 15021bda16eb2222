"""Ring again for receipts and mails that have waited too long: what makes every other loss harmless."""

from collections.abc import Callable
from itertools import islice

from orders.order.due import Task
from orders.order.errors import Unavailable
from orders.order.retries import next_due
from orders.ports import Outside, Queue

PART = 250
"""How many orders are rung for and postponed before Sweep looks at the clock again."""


def ring_waiting(outside: Outside, in_time: Callable[[], bool] = lambda: True) -> int:
    """Ring for every order that is due, as long as `in_time` says so; how many were rung for.

    Raises:
        Unavailable: the table did not answer.
    """
    rung = ring_for(Task.RECEIPT, outside.queue, outside, in_time)
    return rung + (ring_for(Task.MAIL, outside.mail_queue, outside, in_time) if outside.mail_queue else 0)


def ring_for(task: Task, queue: Queue, outside: Outside, in_time: Callable[[], bool]) -> int:
    """Ring the doorbell of every order for which this task is due.

    Each order is rung for more and more rarely, so that a long backlog is not multiplied. The doorbell comes first: a
    crash after it rings twice, which harms nobody. Orders that become due during this call are left to the next one.
    """
    due, rung = outside.table.due(task, outside.clock()), 0
    while in_time() and (part := list(islice(due, PART))):
        try:
            queue.ring_again([order.order_id for order in part])
        except Unavailable:
            break
        now = outside.clock()
        outside.table.postpone(task, part, [next_due(order.waiting_since, now) for order in part])
        rung += len(part)
    return rung

"""Requeue orders and e-mails that have waited too long. This makes every lost message harmless."""

from collections.abc import Callable
from itertools import islice

from orders.order.due import Task
from orders.order.errors import Unavailable
from orders.order.retries import next_due
from orders.ports import Outside, Queue

PART = 250
"""How many orders are requeued and postponed before the sweep looks at the clock again."""


def requeue_waiting(outside: Outside, in_time: Callable[[], bool] = lambda: True) -> int:
    """Send a message for every order that is due, while `in_time` is true. Returns how many were requeued.

    Raises:
        Unavailable: the table did not answer.
    """
    requeued = requeue_for(Task.RECEIPT, outside.queue, outside, in_time)
    return requeued + (requeue_for(Task.MAIL, outside.mail_queue, outside, in_time) if outside.mail_queue else 0)


def requeue_for(task: Task, queue: Queue, outside: Outside, in_time: Callable[[], bool]) -> int:
    """Send a message for every order for which this task is due.

    The pauses of each order grow, so that a long backlog is not multiplied. The message is sent first: after a crash it
    is sent twice, which is harmless. Orders that become due during this call are left to the next one.
    """
    due, requeued = outside.table.due(task, outside.clock()), 0
    while in_time() and (part := list(islice(due, PART))):
        try:
            queue.requeue([order.order_id for order in part])
        except Unavailable:
            break
        now = outside.clock()
        outside.table.postpone(task, part, [next_due(order.waiting_since, now) for order in part])
        requeued += len(part)
    return requeued

"""The numbers that operators look at first."""

from dataclasses import dataclass
from datetime import datetime

from orders.order.counts import Activity
from orders.ports import Outside


@dataclass(frozen=True, slots=True)
class Overview:
    """`queue_depth` is about how many messages wait, or are being handled."""

    at: datetime
    activity: Activity
    queue_depth: int


def overview(outside: Outside) -> Overview:
    """What was counted, and the queue's depth.

    Raises:
        Unavailable: the table or the queue did not answer.
    """
    now = outside.clock()
    return Overview(now, outside.table.activity(now), outside.queue.depth())

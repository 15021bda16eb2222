"""What is counted when a row moves: orders by state; by minute, those accepted, those completed, how long it took."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.row import Row, Status

ALWAYS = ""
"""Where another count has its minute, the counts by state have this."""
SHOWN = timedelta(hours=1)
"""How far back the counts by minute are shown. They are kept a little longer."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How many orders are in each state, when the oldest that waits was accepted, and what the last hour saw.

    `accepted` and `completed` are counts by minute, a minute named as in `2026-11-23T09:30`; `took` counts the hour's
    completed orders by the milliseconds from acceptance to completion, rounded: see `milliseconds_taken`.
    """

    by_status: Mapping[Status, int]
    oldest_waiting: datetime | None
    accepted: Mapping[str, int]
    completed: Mapping[str, int]
    took: Mapping[int, int]


def changes(before: Row | None, after: Row) -> Iterator[tuple[str, str, int]]:
    """What a move changes: a minute, as in `2026-11-23T09:30`, or `ALWAYS`; what is counted in it; by how much."""
    if before is None:
        yield minute(after.received_at), "accepted", 1
    elif before.status is not after.status:
        yield ALWAYS, before.status, -1
    else:
        return
    yield ALWAYS, after.status, 1
    if after.status is Status.COMPLETED and after.completed_at:
        yield minute(after.completed_at), "completed", 1
        yield minute(after.completed_at), f"took {milliseconds_taken(after)}", 1


def minute(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M")


def milliseconds_taken(row: Row) -> int:
    """From acceptance to completion, rounded down to two digits: at most a tenth less than it was."""
    if row.completed_at is None:
        raise ValueError("the order is not completed")
    exact = max(0, int((row.completed_at - row.received_at) / timedelta(milliseconds=1)))
    step = int(f"1{'0' * (len(str(exact)) - 2)}")
    return exact // step * step


def activity(counted: Iterable[tuple[str, str, int]], oldest_waiting: datetime | None) -> Activity:
    """What a table counted, each as `changes` names it."""
    by_status = dict.fromkeys(Status, 0)
    accepted, completed, took = Counter[str](), Counter[str](), Counter[int]()
    for minute, name, number in counted:
        if minute == ALWAYS:
            by_status[Status(name)] += number
        elif name == "accepted":
            accepted[minute] += number
        elif name == "completed":
            completed[minute] += number
        else:
            took[int(name.removeprefix("took "))] += number
    return Activity(by_status, oldest_waiting, accepted, completed, took)


def percentile(took: Mapping[int, int], share: float) -> int:
    """The smallest of the times within which this share of the orders was completed."""
    wanted, seen = share * sum(took.values()), 0
    for milliseconds in sorted(took):
        seen += took[milliseconds]
        if seen >= wanted:
            return milliseconds
    raise ValueError("no order was completed")

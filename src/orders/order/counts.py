"""The counts that change when an order moves: orders by state, and by minute those accepted and completed.

The documents that follow orders are counted by state, under names of their own. They are in no count of orders.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from orders.order.document import is_of_an_order
from orders.order.order import Status

ALWAYS = ""
"""The counts by state have this in place of a minute."""
ACCEPTED, COMPLETED, TOOK = "accepted", "completed", "took "
DOCUMENT = "document "
"""Before the state, in the name of a count of documents that follow orders."""
SHOWN = timedelta(hours=1)
KEPT = timedelta(hours=2)
"""How far back the counts by minute are shown, and how long they are kept for it."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How many orders are in each state, when the oldest pending one was accepted, and the counts of the last hour.

    `accepted` and `completed` are counts by minute, a minute named as in `2026-11-23T09:30`; `took` counts the hour's
    completed orders by the milliseconds from acceptance to completion, rounded: see `milliseconds_taken`. `documents`
    are those that follow orders, by state; everything else is about orders alone.
    """

    by_status: Mapping[Status, int]
    oldest_waiting: datetime | None
    accepted: Mapping[str, int]
    completed: Mapping[str, int]
    took: Mapping[int, int]
    documents: Mapping[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))


class Count(NamedTuple):
    """How many orders are in the state `name`, or in that minute were `accepted`, were `completed` or `took 340`.

    `document FAILED` counts the documents in that state.
    """

    minute: str
    name: str
    number: int


class Counted(Protocol):
    """The parts of a row that are counted. A state of a newer version is counted under its name."""

    @property
    def order_id(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def received_at(self) -> datetime: ...

    @property
    def completed_at(self) -> datetime | None: ...


def changes(before: Counted | None, after: Counted) -> Iterator[Count]:
    """The counts that a move changes, and by how much."""
    is_order = is_of_an_order(after.order_id)
    kind = "" if is_order else DOCUMENT
    if before and before.status == after.status:
        return
    if before:
        yield Count(ALWAYS, f"{kind}{before.status}", -1)
    elif is_order:
        yield Count(minute_of(after.received_at), ACCEPTED, 1)
    yield Count(ALWAYS, f"{kind}{after.status}", 1)
    if is_order and after.status == Status.COMPLETED and after.completed_at:
        yield Count(minute_of(after.completed_at), COMPLETED, 1)
        yield Count(minute_of(after.completed_at), f"{TOOK}{milliseconds_taken(after)}", 1)


def minute_of(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M")


def minutes(now: datetime) -> list[str]:
    """The minutes that are shown. The newest, which is not complete, is the last."""
    return [minute_of(now - timedelta(minutes=ago)) for ago in reversed(range(SHOWN // timedelta(minutes=1)))]


def milliseconds_taken(order: Counted) -> int:
    """From acceptance to completion, rounded down to two digits: at most a tenth less than it was."""
    if order.completed_at is None:
        raise ValueError("the order is not completed")
    exact = max(0, int((order.completed_at - order.received_at) / timedelta(milliseconds=1)))
    step = int(f"1{'0' * (len(str(exact)) - 2)}")
    return exact // step * step


def activity(counted: Iterable[Count], oldest_waiting: datetime | None) -> Activity:
    """The counts of a table, summed up. Counts that only a newer version knows are not shown."""
    states, accepted, completed, took = Counter[str](), Counter[str](), Counter[str](), Counter[int]()
    for minute, name, number in counted:
        if minute == ALWAYS:
            states[name] += number
        elif name == ACCEPTED:
            accepted[minute] += number
        elif name == COMPLETED:
            completed[minute] += number
        elif name.startswith(TOOK):
            took[int(name.removeprefix(TOOK))] += number
    orders, documents = ({status: states[f"{kind}{status}"] for status in Status} for kind in ("", DOCUMENT))
    return Activity(orders, oldest_waiting, accepted, completed, took, documents)


def percentile(took: Mapping[int, int], share: float) -> int:
    """The smallest of the times within which this share of the orders was completed."""
    wanted, seen = share * sum(took.values()), 0
    for milliseconds in sorted(took):
        seen += took[milliseconds]
        if seen >= wanted:
            return milliseconds
    raise ValueError("no order was completed")

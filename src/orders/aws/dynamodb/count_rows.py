"""The rows of the counts: sixteen with the counts by state, and sixteen with those of each quarter of an hour.

One partition of DynamoDB takes 1,000 writes a second, and transactions on the same item refuse each other. So each
batch of the stream is counted in one of sixteen rows, and a count is the sum of all. A row alone may be negative.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html

A row for each minute would be sixteen times sixty reads for a summary. A row for a quarter of an hour stays small, and
all rows of a summary fit into one call. Versions before had one row with the states and one for each minute.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from orders.order import counts
from orders.order.counts import Count

ROWS = 16
STATES = "states"
"""The key of the counts by state, before the number of the row. Other keys begin with a time."""
QUARTER = timedelta(minutes=15)
_OTHERS = frozenset({"minute", "expiresAt"})
"""The attributes of a row besides its counts."""


def key(of: str, row: int) -> str:
    """As in `states 7` or `2026-11-23T09:30 7`."""
    return f"{of} {row}"


def place(minute: str, name: str, row: int) -> tuple[str, str]:
    """The key of the row and the name in it by which a count is kept: `2026-11-23T09:30 7` and `31 accepted`."""
    if minute == counts.ALWAYS:
        return key(STATES, row), name
    return key(_quarter(minute), row), f"{minute[-2:]} {name}"


def keys(now: datetime) -> list[str]:
    """The keys of all rows that a summary reads: at most 97, and BatchGetItem takes 100."""
    shown = [STATES, *sorted({_quarter(minute) for minute in counts.minutes(now)})]
    return [STATES, *(key(of, row) for of in shown for row in range(ROWS))]


def keys_before(now: datetime) -> list[str]:
    """The keys of the minutes that a version before has counted."""
    return counts.minutes(now)


def expires_at(row_key: str) -> int | None:
    """When the row is forgotten, in seconds since 1970. The counts by state stay."""
    of = row_key.split(" ")[0]
    if of == STATES:
        return None
    return int((datetime.fromisoformat(f"{of}Z") + QUARTER + counts.KEPT).timestamp())


def counted(items: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Count]:
    """The counts in these rows, those of the shown minutes only."""
    shown = {counts.ALWAYS, *counts.minutes(now)}
    for item in items:
        of, _, row = str(item["minute"]["S"]).partition(" ")
        for name in item.keys() - _OTHERS:
            count = _count(of, name, int(item[name]["N"]), of_a_quarter=bool(row))
            if count.minute in shown:
                yield count


def _count(of: str, name: str, number: int, *, of_a_quarter: bool) -> Count:
    if of == STATES:
        return Count(counts.ALWAYS, name, number)
    if of_a_quarter:
        return Count(of[:-2] + name[:2], name[3:], number)
    return Count(of, name, number)


def _quarter(minute: str) -> str:
    """The first minute of its quarter of an hour."""
    return f"{minute[:-2]}{int(minute[-2:]) // 15 * 15:02}"

"""The figures that monitoring reads from the table. Each query reads an index or some counts, never every order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.local.sqlite.mail_counts import COUNTED
from orders.local.sqlite.table import SqliteTable
from orders.order.clock import from_iso
from orders.order.counts import DOCUMENT, TOOK
from orders.order.delivery import Addressee, DeliveryStatus
from orders.order.failures import Failure, failure_of
from orders.order.order import Status

MOST_READ = 10_000
"""Failed orders, the newest, and orders with an e-mail under way, those due first, that are looked at."""

_COUNTS = "SELECT name, number FROM counts WHERE minute = ''"
_WHY_FAILED = (
    "SELECT lastError FROM orders INDEXED BY newestByStatus WHERE status = 'FAILED' AND instr(orderId, '/') = 0"
    f" ORDER BY receivedAt DESC LIMIT {MOST_READ}"
)
_WAITS_AGAIN = (
    f"(json_extract(mail, '{{path}}.status') = '{DeliveryStatus.WAITING}'"
    " AND json_extract(mail, '{path}.attempts') > 0)"
)
_DEFERRED = f"""
SELECT count(*) FROM (
    SELECT mail FROM orders INDEXED BY mailDue WHERE mailDueAt IS NOT NULL ORDER BY mailDueAt LIMIT {MOST_READ}
) WHERE json_valid(mail) AND ({" OR ".join(_WAITS_AGAIN.format(path=path) for path in ("$", f"$.{Addressee.COPY}"))})
"""
_OLDEST_WAITING = "SELECT min(receivedAt) FROM orders WHERE status = 'RECEIVED'"
"""Of orders and documents: either may be stuck."""
_TOOK = "SELECT substr(name, ?), sum(number) FROM counts WHERE minute >= ? AND minute < ? AND name LIKE ? GROUP BY name"


@dataclass(frozen=True, slots=True)
class Figures:
    """What holds now. `deferred_mails` have been tried, were certainly not sent, and wait for another try.

    `documents` are those that follow orders. E-mails about them count as e-mails, and the oldest one that is waiting
    may be one of them.

    If more than `MOST_READ` orders have failed, the older ones count as `Failure.OTHER`.
    """

    orders: Mapping[Status, int]
    documents: Mapping[Status, int]
    mails: Mapping[DeliveryStatus, int]
    failed: Mapping[Failure, int]
    deferred_mails: int
    oldest_waiting: datetime | None


def figures(table: SqliteTable) -> Figures:
    """Read them.

    Raises:
        Unavailable: the table did not answer.
    """
    counts = dict[str, int](table.ask(lambda connection: connection.execute(_COUNTS).fetchall()))
    (oldest,) = table.ask(lambda connection: connection.execute(_OLDEST_WAITING).fetchone())
    (deferred,) = table.ask(lambda connection: connection.execute(_DEFERRED).fetchone())
    orders = {status: counts.get(status, 0) for status in Status}
    return Figures(
        orders,
        {status: counts.get(f"{DOCUMENT}{status}", 0) for status in Status},
        {status: counts.get(f"{COUNTED}{status}", 0) for status in DeliveryStatus},
        _failed(table, orders[Status.FAILED]),
        deferred,
        from_iso(oldest) if oldest else None,
    )


def completion_times(table: SqliteTable, since: str, until: str) -> Mapping[int, int]:
    """How many orders took how many milliseconds, of those completed in the minutes from `since` to before `until`.

    Raises:
        Unavailable: the table did not answer.
    """
    values = len(TOOK) + 1, since, until, f"{TOOK}%"
    found = table.ask(lambda connection: connection.execute(_TOOK, values).fetchall())
    return {int(milliseconds): number for milliseconds, number in found}


def _failed(table: SqliteTable, number: int) -> Mapping[Failure, int]:
    reasons = table.ask(lambda connection: connection.execute(_WHY_FAILED).fetchall()) if number else []
    kinds = Counter(failure_of(reason) for (reason,) in reasons)
    kinds[Failure.OTHER] += max(0, number - len(reasons))
    return {kind: kinds[kind] for kind in Failure}

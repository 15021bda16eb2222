"""The table on SQLite: write-ahead log, every commit synced to the disk before anyone is told of it."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from orders.local.sqlite import due as waiting_orders
from orders.local.sqlite import listing, mailboxes, register, turns
from orders.local.sqlite.columns import CREATE, REPLACE, values, values_of_move
from orders.local.sqlite.connections import connect
from orders.local.sqlite.damage import Trust
from orders.local.sqlite.database import opened_or_made
from orders.local.sqlite.due import WAITING
from orders.local.sqlite.writer import Statement, Writer
from orders.order import counts, record
from orders.order import cursor as cursors
from orders.order.clock import from_iso, to_iso
from orders.order.counts import Activity, Count
from orders.order.document import fingerprint
from orders.order.due import DueOrder, Task
from orders.order.errors import Misconfigured, UnknownOrder
from orders.order.mailbox import Mailbox
from orders.order.order import READABLE_VERSIONS, Order
from orders.order.register import Entry, Head
from orders.ports import NOBODYS, Page, Proof, Selection

T = TypeVar("T")

FARTHEST_DUE = timedelta(minutes=30)
"""No order is deferred for so long. One that is due later was deferred before the clock was set back: it is due now."""

ORDERS_A_QUERY = 250
"""How many due orders are read at once."""

_READ = f"SELECT {', '.join(record.FIELDS)} FROM orders WHERE orderId = ?"
_PROOF = """
SELECT orderId, receiptToken, CASE WHEN json_valid(receipt) THEN json_extract(receipt, '$.sha256') END
FROM orders INDEXED BY proofs WHERE orderId <= ? ORDER BY orderId DESC LIMIT 1
"""
"""Of the order with this id, or else of the one before it: what is read is as much for an id that nobody has.

The index has all of it. In the row these columns are behind the order's body, and to find them takes longer in a long
one.
"""
_MILLISECONDS_TO_BEGIN = 500
_COUNTS = "SELECT minute, name, number FROM counts WHERE minute = '' OR minute > ? AND minute <= ?"
_OLDEST_WAITING = "SELECT min(receivedAt) FROM orders WHERE status = 'RECEIVED' AND instr(orderId, '/') = 0"


class SqliteTable:
    """`orders.ports.Table` in one database file. Any number of threads and processes may use the file at once."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            FolderError: it can't be opened, or is not this system's.
        """
        self._path = path
        self._reader = threading.local()
        self._readers: list[sqlite3.Connection] = []
        connection = opened_or_made(path)
        self._trust = Trust(path)
        self._writer = Writer(connection, turns.beside(path), self._trust)
        self._writer.checkpoint()

    def create(self, order: Order) -> Order:
        if self._writer.write(CREATE, [values(order)]):
            return order
        return self.read(order.order_id)

    def read(self, order_id: str) -> Order:
        found = self.ask(lambda connection: _one(connection, order_id))
        if found is None:
            raise UnknownOrder
        return order_of(found)

    def read_many(self, order_ids: Sequence[str]) -> Callable[[str], Order]:  # noqa: ARG002 - as the port has it
        """As the port says, except that each order is read when it is needed: together they would take as long."""
        return self.read

    def proof(self, order_id: str) -> Proof:
        found = self.ask(lambda connection: connection.execute(_PROOF, (order_id,)).fetchone()) or ("", "", "")
        proofs = {found[0]: Proof(found[1], found[2] or NOBODYS.sha256)}
        return proofs.get(order_id, NOBODYS)

    def replace(self, before: Order, after: Order) -> Order:
        if self._writer.write(REPLACE, [(after.order_id, before.revision, *values_of_move(after))]):
            return after
        return self.read(after.order_id)

    def append(self, before: Order, after: Order, document: Order) -> Order:
        if self._writer.take(lambda connection: register.append(connection, before, after, document), size=2):
            return after
        return self.read(after.order_id)

    def issue(self, wanted: Sequence[tuple[Order, str]], at: datetime) -> Sequence[Order]:
        size = register.WRITES_FOR_EACH * len(wanted)
        issued = self._writer.take(lambda connection: register.issue(connection, wanted, at), size)
        return [issued.get(order.order_id) or self.read(order.order_id) for order, _ in wanted]

    def series(self) -> Sequence[Head]:
        return self.ask(register.heads)

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        return self.ask(lambda connection: register.entries(connection, series, first, limit))

    def due(self, task: Task, now: datetime) -> Iterator[DueOrder]:
        position = waiting_orders.FIRST
        while found := self._due_behind(position, task, now):
            yield from DueOrder.all_of(task, ((order_id, since, due) for order_id, since, due, _ in found))
            position = found[-1][2:]

    def postpone(self, task: Task, orders: Sequence[DueOrder], until: Sequence[datetime]) -> None:
        due = [(order.order_id, to_iso(instant)) for order, instant in zip(orders, until, strict=True)]
        self._writer.write(WAITING[task].postpone, due)

    def page(self, selection: Selection, limit: int, cursor: str | None) -> Page:
        found = self.ask(lambda connection: listing.selected(connection, selection, limit + 1, cursor))
        shown = found[:limit]
        orders, unreadable = record.readable(((str(columns[0]), columns) for _, columns in shown), order_of)
        return Page(orders, cursors.at(shown[-1][0]) if len(found) > limit else None, unreadable)

    def activity(self, now: datetime) -> Activity:
        """Exact: what is counted shares the transaction of the move."""
        hour = counts.minute_of(now - counts.SHOWN), counts.minute_of(now)
        found = self.ask(lambda connection: connection.execute(_COUNTS, hour).fetchall())
        oldest = self.ask(lambda connection: connection.execute(_OLDEST_WAITING).fetchone())
        return counts.activity(map(Count._make, found), from_iso(oldest[0]) if oldest[0] else None)

    def mailbox(self, key: str) -> Mailbox:
        return self.ask(lambda connection: mailboxes.read(connection, key))

    def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
        """As the port has it; which revision `before` has is the one below that of `after`."""
        if self._writer.write(mailboxes.COUNT, [mailboxes.values(after)]):
            return after
        return self.mailbox(before.key)

    def make_all_due(self, now: datetime) -> None:
        """Let the next sweep requeue every waiting order: the last process's queues in memory are gone."""
        for waiting in WAITING.values():
            self.write(waiting.all_due, [(to_iso(now),)])

    def ask(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Read on a connection of the thread's own.

        Raises:
            Unavailable: the file did not answer.
        """
        with self._trust.checked():
            if not hasattr(self._reader, "connection"):
                self._reader.connection = connect(self._path, "rw")
                self._readers.append(self._reader.connection)
            return query(self._reader.connection)

    def write(self, statement: Statement, rows: Sequence[Sequence[object]]) -> bool:
        """As `Writer.write`."""
        return self._writer.write(statement, rows)

    def take(self, step: Callable[[sqlite3.Connection], T], size: int) -> T:
        """As `Writer.take`."""
        return self._writer.take(step, size)

    def check_that_it_takes_writes(self) -> None:
        """If the last write failed, see whether another one could begin now. No other caller is kept waiting.

        Raises:
            Unavailable: it could not, for instance because another program holds the lock.
        """
        if self._writer.has_failed:
            self.ask(_begin_to_write)

    def close(self) -> None:
        """Finish the writes in hand; nobody may use the table any more."""
        self._writer.close()
        for connection in self._readers:
            connection.close()

    def _due_behind(self, position: tuple[str, int], task: Task, now: datetime) -> list[tuple[str, str, str, int]]:
        values = {"now": to_iso(now), "farthest": to_iso(now + FARTHEST_DUE), "limit": ORDERS_A_QUERY}
        values |= {"due": position[0], "number": position[1]}
        return self.ask(lambda connection: connection.execute(WAITING[task].due, values).fetchall())


def _begin_to_write(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_MILLISECONDS_TO_BEGIN}")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


def _one(connection: sqlite3.Connection, order_id: str) -> Sequence[Any] | None:
    found: Sequence[Any] | None = connection.execute(_READ, (order_id,)).fetchone()
    return found


def order_of(columns: Sequence[Any]) -> Order:
    """The order in a row's columns, if it can be read and its body is what was written.

    SQLite notices damage to its pages, but not to the texts in them. Only the body has a fingerprint, and a newer
    version may take another one.

    Raises:
        NewerVersion: a newer version of this program wrote it.
        Misconfigured: it is damaged.
    """
    kept = dict(zip(record.FIELDS, columns, strict=True))
    is_readable = kept["schemaVersion"] in READABLE_VERSIONS
    if is_readable and fingerprint(kept["body"], kept["document"]) != kept["fingerprint"]:
        raise Misconfigured(f"the body of order {kept['orderId']} is damaged: restore it from a backup")
    return record.to_order(kept)

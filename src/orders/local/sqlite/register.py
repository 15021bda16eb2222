"""The register of numbers on SQLite. A number, its entry and the move of its row are in one commit."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from orders.local.sqlite.columns import INSERT, REPLACE, values, values_of_move
from orders.local.sqlite.writer import Statement, rows_named
from orders.order import record, register
from orders.order.order import Order
from orders.order.register import Entry, Head, Issue

ROWS_A_STATEMENT = 500
"""SQLite takes at most 32,766 values in one statement."""
WRITES_FOR_EACH = 2
"""Issuing a number writes the row of its document and the entry."""
_STORED = (
    "series", "number", "kind", "orderId", "documentId", "issuedAt", "fingerprint", "previous", "sha256", "void",
)  # fmt: skip
_MOVED = ("issue", "history", "revision", "schemaVersion")
"""The columns of a row that get another value when its number is issued; see `Order.issued`."""
_WAITING = """
SELECT orderId, revision FROM orders
WHERE orderId IN (SELECT value FROM json_each(?)) AND status = 'RECEIVED' AND issue IS NULL
"""
_HEAD = "SELECT series, number, hash FROM register WHERE series = ? ORDER BY number DESC LIMIT 1"
_HEADS = """
WITH RECURSIVE known (series) AS (
    SELECT min(series) FROM register
    UNION ALL
    SELECT (SELECT min(register.series) FROM register WHERE register.series > known.series) FROM known
    WHERE known.series IS NOT NULL
)
SELECT series, (SELECT max(number) FROM register WHERE register.series = known.series) AS last, (
    SELECT hash FROM register WHERE register.series = known.series ORDER BY number DESC LIMIT 1
) FROM known WHERE series IS NOT NULL
"""
"""Found one after another: most of the entries are not looked at."""
_ENTRIES = f"SELECT {', '.join(_STORED)} FROM register WHERE series = ? AND number >= ? ORDER BY number LIMIT ?"
_ENTER = Statement(f"INSERT INTO register ({', '.join(_STORED)}, hash) VALUES {{rows}}", len(_STORED) + 1)
_ISSUE = Statement(
    f"UPDATE orders SET {', '.join(f'{column} = new.{column}' for column in _MOVED)}"
    f" FROM {rows_named('orderId', *_MOVED)} AS new WHERE orders.orderId = new.orderId",
    len(_MOVED) + 1,
)


def issue(connection: sqlite3.Connection, wanted: Sequence[tuple[Order, str]], at: datetime) -> dict[str, Order]:
    """Give the next number of its series to each of these orders that still waits for one. Returns those, by id.

    Call this in a transaction that has begun to write.
    """
    entries = list[Entry]()
    issued = dict[str, Order]()
    for series, orders in _waiting(connection, wanted).items():
        for order, entry in zip(orders, _next(connection, series, orders, at), strict=True):
            entries.append(entry)
            issued[order.order_id] = order.issued(Issue(series, entry.number, entry.issued_at))
    _write(connection, _ENTER, [_values(entry) for entry in entries])
    _write(connection, _ISSUE, [_values_of_issue(order) for order in issued.values()])
    return issued


def append(connection: sqlite3.Connection, before: Order, after: Order, document: Order) -> bool:
    """Move an order if it is still at its revision, and then store the row of a document that follows it."""
    if not _write(connection, REPLACE, [(after.order_id, before.revision, *values_of_move(after))]):
        return False
    _write(connection, INSERT, [values(document)])
    return True


def heads(connection: sqlite3.Connection) -> list[Head]:
    """The last entry of each series, by name."""
    return [Head(*found) for found in connection.execute(_HEADS)]


def entries(connection: sqlite3.Connection, series: str, first: int, limit: int) -> list[Entry]:
    """The entries of a series from number `first` on."""
    found = connection.execute(_ENTRIES, (series, first, limit))
    return [Entry.from_document(dict(zip(_STORED, columns, strict=True))) for columns in found]


def _waiting(connection: sqlite3.Connection, wanted: Sequence[tuple[Order, str]]) -> dict[str, list[Order]]:
    """Those that can get a number, each once, in their order, by series."""
    ids = json.dumps([order.order_id for order, _ in wanted])
    revisions = dict[str, int](connection.execute(_WAITING, (ids,)).fetchall())
    found = dict[str, list[Order]]()
    for order, series in wanted:
        if revisions.pop(order.order_id, None) == order.revision:
            found.setdefault(series, []).append(order)
    return found


def _next(connection: sqlite3.Connection, series: str, orders: Sequence[Order], at: datetime) -> Iterator[Entry]:
    head = connection.execute(_HEAD, (series,)).fetchone()
    return register.entries(Head(*head) if head else Head(series), orders, at)


def _write(connection: sqlite3.Connection, statement: Statement, rows: Sequence[Sequence[object]]) -> int:
    """How many rows of the table were changed."""
    parts = [rows[first : first + ROWS_A_STATEMENT] for first in range(0, len(rows), ROWS_A_STATEMENT)]
    return sum(connection.execute(statement.sql(len(part)), list(chain.from_iterable(part))).rowcount for part in parts)


def _values(entry: Entry) -> Sequence[object]:
    document = entry.to_document()
    return (*(document[column] for column in _STORED), entry.hash)


def _values_of_issue(order: Order) -> Sequence[object]:
    changed = record.from_order(order)
    return (order.order_id, *(changed[column] for column in _MOVED))

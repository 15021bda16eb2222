"""A check of the whole database in short reads, so that the log can begin again between two of them.

SQLite's `integrity_check` reads one snapshot from its beginning to its end, for a minute if the file is large. Instead:

1. Every row is read, some hundred at a time, and looked up by its number and in each index. Pages that can't be read,
   and indexes that have lost orders, show up here.
2. Each index is counted, and has no other orders than were read. Where the table has lost orders, its indexes still
   have them.
3. The register of numbers is read in its order. In each series, each number follows the one before, and so does each
   hash. Each number that a row has is there.
4. The events, and the deliveries to webhook endpoints, are read in the order of their numbers.
5. The other tables are small. `integrity_check` reads each.

Where a page has free space, and which pages are free, is left to `orders check`: no order depends on it.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Self

from orders.local.sqlite.columns import MOVING
from orders.local.sqlite.damage import Damaged
from orders.order.register import Head

ROWS_A_READ = 500

_NEWEST = (
    "SELECT max(ifnull(in_table, 0), ifnull(in_index, 0)) FROM (SELECT max(rowid) AS in_table FROM orders NOT INDEXED),"
    " (SELECT max(rowid) AS in_index FROM orders INDEXED BY sqlite_autoindex_orders_1)"
)
"""The table may have lost its newest rows, or the index."""
_COLUMNS = "SELECT name FROM pragma_table_info('orders')"
_INDEXES = """
SELECT listed.name, sql FROM pragma_index_list('orders') AS listed JOIN sqlite_schema AS made ON made.name = listed.name
ORDER BY seq
"""
_PARTIAL = re.compile(r" WHERE (\w+) IS NOT NULL$")
_COLUMNS_OF_INDEX = "SELECT name FROM pragma_index_info(?) ORDER BY seqno"
_NUMBERED = {"events": "position", "deliveries": "number"}
"""Tables that may be as long as that of the orders, and their keys."""
_INDEXES_OF_DELIVERIES = (
    "SELECT count(*) FROM deliveries INDEXED BY sqlite_autoindex_deliveries_1",
    "SELECT count(*) FROM deliveries INDEXED BY deliveriesDue WHERE dueAt IS NOT NULL",
    "SELECT count(*) FROM deliveries INDEXED BY undelivered WHERE status <> 'DELIVERED'",
)
_SMALL_TABLES = f"""
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
AND name NOT IN ('orders', 'register', {str([*_NUMBERED])[1:-1]})
"""

_NUMBERS = "SELECT rowid FROM orders NOT INDEXED WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
_READ = "SELECT count(*), sum({content}), {lost}, {has} FROM orders NOT INDEXED WHERE rowid > ? AND rowid <= ?"
_LOST = "sum({has} AND NOT EXISTS (SELECT 1 FROM orders AS found {by} WHERE {same}))"
_NOT_REGISTERED = """
sum(json_valid(issue) AND NOT EXISTS (
    SELECT 1 FROM register WHERE (series, number) = (json_extract(issue, '$.series'), json_extract(issue, '$.number'))
))
"""
_ENTRIES = """
SELECT series, number, previous, hash,
    length(kind || orderId || documentId || issuedAt || fingerprint || ifnull(sha256, void))
FROM register WHERE (series, number) > (?, ?) ORDER BY series, number LIMIT ?
"""
_COLUMNS_OF_TABLE = "SELECT name FROM pragma_table_info(?)"
_IN_ORDER = "SELECT {key}, {content} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT ?"
_IN_INDEX = "SELECT count(*) FROM orders INDEXED BY {name} WHERE {has} AND rowid <= ?"
_NOT_IN_TABLE = """
SELECT count(*) FROM orders AS found INDEXED BY {name} WHERE found.{needed} IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM orders NOT INDEXED WHERE orders.rowid = found.rowid AND orders.{needed} IS found.{needed}
)
"""

Read = Callable[[sqlite3.Connection], object]
"""Raises `Damaged`, or an error of SQLite."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index of the orders. A partial one has only the rows in which the column `needed` is not NULL."""

    name: str
    columns: Sequence[str]
    needed: str | None

    @property
    def moves(self) -> bool:
        """Whether an order can come into the index, and leave it, after it was accepted. Then few orders are in it."""
        return self.needed in MOVING

    @property
    def has(self) -> str:
        """SQL for whether a row is in the index."""
        return f"orders.{self.needed} IS NOT NULL" if self.needed else "TRUE"

    def lost(self) -> str:
        """SQL for how many rows of a query are missing in the index."""
        same = [f"found.{column} IS orders.{column}" for column in (*self.columns, "rowid")]
        if self.needed:
            same.append(f"found.{self.needed} IS NOT NULL")
        return _LOST.format(has=self.has, by=f"INDEXED BY {self.name}", same=" AND ".join(same))


@dataclass(frozen=True, slots=True)
class Shape:
    """What is to be checked. No row is ever deleted: there stay as many rows up to the newest as there are now."""

    columns: Sequence[str]
    indexes: Sequence[Index]
    small_tables: Sequence[str]
    newest: int

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Self:
        def names(query: str, *values: str) -> list[str]:
            return [name for name, *_ in connection.execute(query, values)]

        made = connection.execute(_INDEXES).fetchall()
        indexes = [Index(name, names(_COLUMNS_OF_INDEX, name), _needed(sql)) for name, sql in made]
        (newest,) = connection.execute(_NEWEST).fetchone()
        return cls(names(_COLUMNS), indexes, names(_SMALL_TABLES), newest)


def reads(shape: Shape) -> Iterator[Read]:
    """The reads that make up a check, in their order. Do each before the next one is taken."""
    rows = Rows(shape)
    while not rows.done:
        yield rows.read_next
    for index in shape.indexes:
        yield (
            partial(_find_more, index) if index.moves else partial(_count, index, shape.newest, rows.found[index.name])
        )
    others: list[Entries | Numbered] = [Entries(), *(Numbered(table, key) for table, key in _NUMBERED.items())]
    for rest in others:
        while not rest.done:
            yield rest.read_next
    for query in _INDEXES_OF_DELIVERIES:
        yield partial(_walk, query)
    for table in shape.small_tables:
        yield partial(_check_small, table)


class Rows:
    """Reads the rows by their numbers, and looks each up in every index. `found` counts them, by index."""

    def __init__(self, shape: Shape) -> None:
        self._newest, self._behind = shape.newest, 0
        self.found, self.done = Counter[str](), False
        content = " + ".join(f"ifnull(length({column}), 0)" for column in shape.columns)
        by_number = _LOST.format(has="TRUE", by="NOT INDEXED", same="found.rowid = orders.rowid")
        lost = ", ".join([by_number, *(index.lost() for index in shape.indexes), _NOT_REGISTERED])
        has = ", ".join(f"sum({index.has})" for index in shape.indexes)
        self._query = _READ.format(content=content, lost=lost, has=has)
        self._indexes = [index.name for index in shape.indexes]

    def read_next(self, connection: sqlite3.Connection) -> None:
        """Read the next rows.

        Raises:
            Damaged: one is not found where it should be.
        """
        place = self._behind, self._newest, ROWS_A_READ
        numbers = [number for (number,) in connection.execute(_NUMBERS, place)]
        self.done = not numbers
        if self.done:
            return
        first, last = self._behind + 1, numbers[-1]
        if any(number <= before for before, number in pairwise([self._behind, *numbers])):
            raise Damaged(f"the rows from {first} on are not in order")
        count, _, *counts = connection.execute(self._query, (self._behind, last)).fetchone()
        checked = ["the table", *self._indexes, "the register"]
        lost, has = [len(numbers) - count + counts[0], *counts[1 : len(checked)]], counts[len(checked) :]
        for name, missing in zip(checked, lost, strict=True):
            if missing:
                raise Damaged(f"{name} lacks {missing} of the rows {first} to {last}")
        self.found.update(dict(zip(self._indexes, has, strict=True)))
        self._behind = last


class Entries:
    """Reads the register by its key: series after series, number after number."""

    def __init__(self) -> None:
        self._last = Head("")
        self.done = False

    def read_next(self, connection: sqlite3.Connection) -> None:
        """Read the next entries.

        Raises:
            Damaged: one does not follow the one before.
        """
        found = connection.execute(_ENTRIES, (self._last.series, self._last.number, ROWS_A_READ)).fetchall()
        self.done = not found
        for series, number, previous, own_hash, _ in found:
            last = self._last if self._last.series == series else Head(series)
            if (number, previous) != (last.number + 1, last.hash):
                raise Damaged(f"register lacks entries before number {number} of {series}")
            self._last = Head(series, number, own_hash)


class Numbered:
    """Reads a table by its numbers. Rows may be missing: the oldest ones are removed."""

    def __init__(self, table: str, key: str) -> None:
        self._table, self._key, self._last = table, key, 0
        self.done = False

    def read_next(self, connection: sqlite3.Connection) -> None:
        """Read the next rows.

        Raises:
            Damaged: one is not behind the one before.
        """
        columns = [name for (name,) in connection.execute(_COLUMNS_OF_TABLE, (self._table,))]
        content = " + ".join(f"ifnull(length({column}), 0)" for column in columns)
        query = _IN_ORDER.format(table=self._table, key=self._key, content=content)
        found = [number for number, _ in connection.execute(query, (self._last, ROWS_A_READ))]
        self.done = not found
        if any(number <= before for before, number in pairwise([self._last, *found])):
            raise Damaged(f"the rows of {self._table} from {self._last + 1} on are not in order")
        self._last = found[-1] if found else self._last


def _needed(sql: str | None) -> str | None:
    """The column that a partial index needs. The index of the primary key has no SQL."""
    found = _PARTIAL.search(sql or "")
    return found[1] if found else None


def _count(index: Index, newest: int, rows: int, connection: sqlite3.Connection) -> None:
    (count,) = connection.execute(_IN_INDEX.format(name=index.name, has=index.has), (newest,)).fetchone()
    if count != rows:
        raise Damaged(f"{index.name} has {count:,} orders, and the table has {rows:,} of them")


def _find_more(index: Index, connection: sqlite3.Connection) -> None:
    (more,) = connection.execute(_NOT_IN_TABLE.format(name=index.name, needed=index.needed)).fetchone()
    if more:
        raise Damaged(f"{index.name} has {more:,} orders that the table does not have")


def _walk(query: str, connection: sqlite3.Connection) -> None:
    connection.execute(query).fetchone()


def _check_small(table: str, connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute(f"PRAGMA integrity_check({table})").fetchone()
    if verdict != "ok":
        raise Damaged(" ".join(verdict.split()))

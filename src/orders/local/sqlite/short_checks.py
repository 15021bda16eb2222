"""A check of the whole database in short reads, so that the log can begin again between two of them.

SQLite's `integrity_check` reads one snapshot from its beginning to its end, for a minute if the file is large. Instead:

1. Every row is read, some hundred at a time, and looked up by its number and in each index. Pages that can't be read,
   and indexes that have lost orders, show up here.
2. Each index is counted: it has as many orders as were read. Where the table has lost orders, its indexes still have
   them.
3. The other tables are small. `integrity_check` reads each.

Where a page has free space, and which pages are free, is left to `orders check`: no order depends on it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Self

from orders.local.sqlite.damage import Damaged

ROWS_A_READ = 500

_NEWEST = (
    "SELECT max(ifnull(in_table, 0), ifnull(in_index, 0)) FROM (SELECT max(rowid) AS in_table FROM orders NOT INDEXED),"
    " (SELECT max(rowid) AS in_index FROM orders INDEXED BY sqlite_autoindex_orders_1)"
)
"""The table may have lost its newest rows, or the index."""
_COLUMNS = "SELECT name FROM pragma_table_info('orders')"
_INDEXES = "SELECT name, partial FROM pragma_index_list('orders') ORDER BY seq"
_COLUMNS_OF_INDEX = "SELECT name FROM pragma_index_info(?) ORDER BY seqno"
_SMALL_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'orders'"

_NUMBERS = "SELECT rowid FROM orders NOT INDEXED WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
_READ = "SELECT count(*), sum({content}), {lost} FROM orders NOT INDEXED WHERE rowid > ? AND rowid <= ?"
_LOST = "sum({has} AND NOT EXISTS (SELECT 1 FROM orders AS found {by} WHERE {same}))"
_IN_INDEX = "SELECT count(*) FROM orders INDEXED BY {name} WHERE rowid <= ?"

Read = Callable[[sqlite3.Connection], object]
"""Raises `Damaged`, or an error of SQLite."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index of the orders. A partial one has only the rows whose first column is not NULL."""

    name: str
    columns: Sequence[str]
    partial: bool

    def lost(self) -> str:
        """SQL for how many rows of a query are not in the index."""
        first = self.columns[0]
        same = [f"found.{column} IS orders.{column}" for column in (*self.columns, "rowid")]
        if self.partial:
            same.append(f"found.{first} IS NOT NULL")
        has = f"orders.{first} IS NOT NULL" if self.partial else "TRUE"
        return _LOST.format(has=has, by=f"INDEXED BY {self.name}", same=" AND ".join(same))


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

        partial = dict(connection.execute(_INDEXES))
        indexes = [Index(name, names(_COLUMNS_OF_INDEX, name), bool(partial[name])) for name in partial]
        (newest,) = connection.execute(_NEWEST).fetchone()
        return cls(names(_COLUMNS), indexes, names(_SMALL_TABLES), newest)


def reads(shape: Shape) -> Iterator[Read]:
    """The reads that make up a check, in their order. Do each before the next one is taken."""
    rows = Rows(shape)
    while not rows.done:
        yield rows.read_next
    for index in shape.indexes:
        if not index.partial:
            yield partial(_count, index, shape.newest, rows.found)
    for table in shape.small_tables:
        yield partial(_check_small, table)


class Rows:
    """Reads the rows by their numbers, and looks each up in every index. `found` counts them."""

    def __init__(self, shape: Shape) -> None:
        self._newest, self._behind = shape.newest, 0
        self.found, self.done = 0, False
        content = " + ".join(f"ifnull(length({column}), 0)" for column in shape.columns)
        by_number = _LOST.format(has="TRUE", by="NOT INDEXED", same="found.rowid = orders.rowid")
        lost = ", ".join([by_number, *(index.lost() for index in shape.indexes)])
        self._query = _READ.format(content=content, lost=lost)
        self._names = ["the table", *(f"index {index.name}" for index in shape.indexes)]

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
        count, _, *lost = connection.execute(self._query, (self._behind, last)).fetchone()
        for name, missing in zip(self._names, lost, strict=True):
            if missing or count != len(numbers):
                raise Damaged(f"{name} lacks {missing or len(numbers) - count} of the rows {first} to {last}")
        self._behind, self.found = last, self.found + count


def _count(index: Index, newest: int, rows: int, connection: sqlite3.Connection) -> None:
    (count,) = connection.execute(_IN_INDEX.format(name=index.name), (newest,)).fetchone()
    if count != rows:
        raise Damaged(f"the table has {rows:,} orders, and index {index.name} has {count:,}")


def _check_small(table: str, connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute(f"PRAGMA integrity_check({table})").fetchone()
    if verdict != "ok":
        raise Damaged(" ".join(verdict.split()))

"""What an audit looks at: the register, the rows of the documents, and their files."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from orders.order.document import fingerprint, is_of_an_order, row_id
from orders.order.errors import Misconfigured
from orders.order.history import LONGEST_HISTORY
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import Entry, Head
from orders.ports import Listed, Outside, Selection

PART = 100
"""Entries, rows or files that are held at a time, however long the register is."""


class Place(NamedTuple):
    """A number in its series."""

    series: str
    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """What an audit needs of the row of a document.

    `fingerprint` is computed anew from what is printed. It and `issued_at` are None where the source does not show
    them. `events` is what the history says, or None where it may have lost entries. `names` are the rows of the
    documents that the row of an order refers to. `revision` is another one after each move of the row.
    """

    id: str
    status: Status
    place: Place | None
    issued_at: datetime | None
    fingerprint: str | None
    receipt: StoredReceipt | None
    events: frozenset[str] | None
    names: frozenset[str]
    revision: int

    @classmethod
    def of(cls, order: Order) -> "Row":
        return cls(
            id=order.order_id,
            status=order.status,
            place=Place(order.issue.series, order.issue.number) if order.issue else None,
            issued_at=order.issue.at if order.issue else None,
            fingerprint=fingerprint(order.body, order.document_text),
            receipt=order.receipt,
            events=events([entry.what for entry in order.history]),
            names=frozenset(_named(order)),
            revision=order.revision,
        )


def events(history: Sequence[str]) -> frozenset[str] | None:
    """What a history says; None if it may have lost entries."""
    return frozenset(history) if len(history) < LONGEST_HISTORY else None


@dataclass(frozen=True, slots=True)
class Rows:
    """A part of all rows: those that have a number, the ids of those that can't be read, and how many were seen.

    `following` are the ids of the documents that follow receipts. `named` has the ids of such documents that the rows
    of orders refer to, where the source shows this.
    """

    numbered: Sequence[Row]
    unreadable: Sequence[str]
    seen: int
    following: Sequence[str] = ()
    named: Sequence[str] = ()

    @classmethod
    def of(cls, orders: Sequence[Order], unreadable: Sequence[str]) -> "Rows":
        return cls(
            numbered=[Row.of(order) for order in orders if order.issue],
            unreadable=unreadable,
            seen=len(orders) + len(unreadable),
            following=[order.order_id for order in orders if not is_of_an_order(order.order_id)],
            named=[its_id for order in orders for its_id in _named(order)],
        )


class Source(Protocol):
    """Every call may raise `Unavailable`."""

    def series(self) -> Sequence[Head]:
        """As `orders.ports.Table.series`."""

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        """As `orders.ports.Table.entries`."""

    def rows(self, ids: Sequence[str]) -> Callable[[str], Row]:
        """These rows as they are now.

        The function raises:
            UnknownOrder: no row has this id.
            NewerVersion: a newer version of this program wrote it.
            Misconfigured: it is damaged.
        """

    def digests(self, rows: Sequence[Row]) -> Sequence[str | None]:
        """The SHA-256 of each row's file as it is now, in hexadecimal; None if it is missing or altered."""

    def all_rows(self) -> Iterator[Rows]:
        """Every row, in parts."""


class OfOutside:
    """The source that a table and a bucket are."""

    def __init__(self, outside: Outside) -> None:
        self._table, self._bucket = outside.table, outside.bucket
        self.series, self.entries = outside.table.series, outside.table.entries

    def rows(self, ids: Sequence[str]) -> Callable[[str], Row]:
        read = self._table.read_many(ids)
        return lambda row_id: Row.of(read(row_id))

    def digests(self, rows: Sequence[Row]) -> Sequence[str | None]:
        return [self._digest(row) for row in rows]

    def _digest(self, row: Row) -> str | None:
        try:
            return hashlib.sha256(self._bucket.fetch(row.receipt)).hexdigest() if row.receipt else None
        except Misconfigured:
            return None

    def all_rows(self) -> Iterator[Rows]:
        selection, cursor, is_over = Selection(listed=Listed.EVERYTHING), None, False
        while not is_over:
            page = self._table.page(selection, PART, cursor)
            yield Rows.of(page.orders, page.unreadable)
            cursor, is_over = page.cursor, page.cursor is None


def _named(order: Order) -> Iterator[str]:
    """The rows of the documents that this row refers to."""
    return (row_id(order.order_id, each.kind, each.id) for each in order.settlement.documents)

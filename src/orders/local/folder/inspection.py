"""Everything in a data folder, looked at: the database, every order, every receipt. No order or receipt is changed.

A server may use the folder meanwhile. Orders and files are looked at a part at a time, so that its log can begin again.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orders.local import receipt_files
from orders.local.folder import log_check, missing
from orders.local.folder.folder import DataFolder, FolderError
from orders.local.sqlite import damage, mail_counts
from orders.local.sqlite.connections import reading
from orders.local.sqlite.database import format_of
from orders.local.sqlite.formats import FORMAT
from orders.local.sqlite.table import order_of
from orders.order import record
from orders.order.counts import DOCUMENT
from orders.order.document import is_of_an_order
from orders.order.errors import Misconfigured, NewerVersion
from orders.order.order import Order, Status

_PART = 500
_NAMED = 3
_MADE_AGAIN = "The server makes a lost receipt again when it starts, or when somebody requests it."
_MADE_AGAIN_ON_REQUEST = "The server makes an altered receipt again when somebody requests it."
_UPDATE = "Install that version."
_RESTORE = "Put back a backup of the whole folder."
_NEWER_DATABASE = "The database is older than these receipts: put back the newer one with its log, or a backup."

_COUNT = "SELECT count(*) FROM orders"
_COLUMNS = "SELECT name FROM pragma_table_info('orders')"
_ROWS = f"SELECT {{fields}} FROM orders WHERE orderId > ? ORDER BY orderId LIMIT {_PART}"
_MISCOUNTED = f"""
SELECT name FROM (
    SELECT name, number FROM counts WHERE minute = ''
    UNION ALL SELECT iif(instr(orderId, '/'), '{DOCUMENT}', '') || status, -1 FROM orders
    UNION ALL SELECT name, -number FROM ({mail_counts.EACH})
) GROUP BY name HAVING sum(number) <> 0
"""

Progress = Callable[[str, int, int], None]
"""Told what is looked at, how many were, and about how many there are; 0 where nobody knows."""


@dataclass(slots=True)
class Fault:
    """What is wrong, with how many, the first few of them by name, and what to do."""

    what: str
    advice: str = ""
    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if self.count <= _NAMED:
            self.named.append(name)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the folder: what is in it, and what is wrong with it."""

    name: str
    content: str
    faults: Sequence[Fault] = ()


def inspect(folder: DataFolder, progress: Progress) -> Iterator[Part]:
    """Every part of the folder. Where the database can't be read, there is no other."""
    database = Part("database", _kilobytes(folder.database), list(_faults_of_database(folder, progress)))
    yield database
    if log_check.size(folder.database) and not database.faults:
        with reading(folder.database) as connection:
            yield from _orders_and_receipts(folder, connection, progress)
            yield _receipt_files(folder, connection, progress)


def inspect_copy(database: Path, progress: Progress) -> Iterator[Part]:
    """A database that nobody uses, without its receipts. The last part has no faults if all of it could be read."""
    progress("database", 0, 1)
    faults = list(_faults_of_copy(database))
    yield Part("database", _kilobytes(database), faults)
    if not faults and format_of(database) < FORMAT:
        yield Part("orders", "older format")
    elif not faults:
        with reading(database) as connection:
            yield from _orders(connection, progress)


def _faults_of_copy(database: Path) -> Iterator[Fault]:
    """A file of an older format is well: a server brings it up to date."""
    try:
        damage.check(database, threading.TIMEOUT_MAX)
        log_check.check_tables(database)
    except FolderError as error:
        yield Fault(str(error))


def _kilobytes(database: Path) -> str:
    return f"{log_check.size(database) / 1000:,.0f} kB"


def _faults_of_database(folder: DataFolder, progress: Progress) -> Iterator[Fault]:
    """Of its pages, its indexes and its log; a large file takes its time."""
    progress("database", 0, 0)
    try:
        missing.check_there(folder)
        damage.check(folder.database, threading.TIMEOUT_MAX)
        log_check.check_tables(folder.database)
        with folder.locked_if_free() as locked:
            if locked:  # or a server is using the log
                log_check.check_log(folder.database)
        yield from _faults_of_format(folder.database)
    except (FolderError, TimeoutError) as error:
        yield Fault(str(error))


def _faults_of_format(database: Path) -> Iterator[Fault]:
    if database.exists() and (made_by := format_of(database)) != FORMAT:
        yield Fault(
            f"{database} has format {made_by}, and this program looks at format {FORMAT}. A server brings an older one"
            " up to date when it starts."
        )


def _orders_and_receipts(folder: DataFolder, connection: sqlite3.Connection, progress: Progress) -> Iterator[Part]:
    receipts = _Receipts(folder)
    yield from _orders(connection, progress, receipts.look_at)
    yield Part("receipts of orders", f"{receipts.number:,}", _found(receipts.lost, receipts.altered))


def _orders(
    connection: sqlite3.Connection, progress: Progress, look_at: Callable[[Order], None] | None = None
) -> Iterator[Part]:
    (total,) = connection.execute(_COUNT).fetchone()
    seen, miscounted = _Orders(look_at), Fault("counted wrong", "Only what operators see is wrong.")
    for columns in _rows(connection):
        seen.look_at(columns)
        progress("orders and receipts" if look_at else "orders", seen.orders + seen.documents, total)
    for (status,) in connection.execute(_MISCOUNTED):
        miscounted.add(status)
    yield Part("orders", f"{seen.orders:,}", _found(seen.damaged, seen.newer, miscounted))
    if seen.documents:
        yield Part("documents", f"{seen.documents:,}")


def _rows(connection: sqlite3.Connection) -> Iterator[Sequence[Any]]:
    """A file that no server of this version has used yet may lack columns. Its rows have nothing in them."""
    columns = {name for (name,) in connection.execute(_COLUMNS)}
    rows = _ROWS.format(fields=", ".join(field if field in columns else f"NULL AS {field}" for field in record.FIELDS))
    last = ""
    while part := connection.execute(rows, (last,)).fetchall():
        yield from part
        last = part[-1][0]


@dataclass(slots=True)
class _Orders:
    """What is found in orders that are looked at one after another."""

    look_further: Callable[[Order], None] | None
    orders: int = 0
    documents: int = 0
    damaged: Fault = field(default_factory=lambda: Fault("can't be read", _RESTORE))
    newer: Fault = field(default_factory=lambda: Fault("written by a newer version of this program", _UPDATE))

    def look_at(self, columns: Sequence[Any]) -> None:
        if is_of_an_order(str(columns[0])):
            self.orders += 1
        else:
            self.documents += 1
        try:
            order = order_of(columns)
        except NewerVersion:
            self.newer.add(str(columns[0]))
        except Misconfigured:
            self.damaged.add(str(columns[0]))
        else:
            if self.look_further:
                self.look_further(order)


@dataclass(slots=True)
class _Receipts:
    """What is found in the receipts of completed orders."""

    folder: DataFolder
    number: int = 0
    lost: Fault = field(default_factory=lambda: Fault("missing", _MADE_AGAIN))
    altered: Fault = field(default_factory=lambda: Fault("altered", _MADE_AGAIN_ON_REQUEST))

    def look_at(self, order: Order) -> None:
        """A row that is completed without a receipt has lost it, too."""
        if order.status is not Status.COMPLETED:
            return
        self.number += 1
        try:
            pdf = (self.folder.objects / order.receipt.key).read_bytes() if order.receipt else None
        except OSError:
            pdf = None
        if pdf is None or order.receipt is None:
            self.lost.add(order.order_id)
        elif hashlib.sha256(pdf).hexdigest() != order.receipt.sha256 or len(pdf) != order.receipt.size:
            self.altered.add(order.order_id)


def _found(*faults: Fault) -> list[Fault]:
    return [fault for fault in faults if fault.count]


def _receipt_files(folder: DataFolder, connection: sqlite3.Connection, progress: Progress) -> Part:
    unknown, files = Fault("of orders that the table does not know", _NEWER_DATABASE), 0
    for part in receipt_files.in_parts(folder.receipts, _PART):
        for file in missing.without_a_row(connection, part):
            unknown.add(f"{file.order_id} ({file.day})")
        files += len(part)
        progress("receipt files", files, 0)
    return Part("receipt files", f"{files:,}", _found(unknown))

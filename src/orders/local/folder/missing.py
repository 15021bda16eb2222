"""Orders that the table has lost. Other files in the data folder prove that they were accepted.

A database file that was copied without its log, or is older than the receipts beside it, is a valid database. A server
that used it would answer 404 for orders that were acknowledged, and accept other orders under their ids.
"""

import contextlib
import json
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from orders.local import receipt_files
from orders.local.folder.folder import DataFolder, FolderError
from orders.local.folder.log_check import (
    check_log,
    check_tables,
    put_aside_a_log_alone,
    read,
    refuse_a_log_alone,
    refuse_a_short_log,
    size,
)
from orders.local.receipt_files import ReceiptFile
from orders.local.sqlite import wal
from orders.local.sqlite.checkpoint import forget_the_log
from orders.local.sqlite.connections import reading
from orders.local.sqlite.database import ACCEPT
from orders.order.text import so_many

log = logging.getLogger(__name__)

MOST_AT_START = 5_000
"""How many receipts are looked up at each start, the newest first. `orders check` looks up all of them."""
_NAMED = 3

_OBJECTS = "SELECT count(*) FROM sqlite_master"
_UNKNOWN = """
SELECT key FROM json_each(?) WHERE NOT EXISTS (
    SELECT 1 FROM orders WHERE orderId = json_extract(value, '$[0]')
    AND substr(fingerprint, 1, 16) = json_extract(value, '$[1]')
    AND substr(receivedAt, 1, 10) = json_extract(value, '$[2]')
)
"""


def check_there(folder: DataFolder) -> None:
    """Refuse to make a new database where one was lost, or to use a log that was cut short.

    Raises:
        FolderError: the database is missing or empty, and there are receipts, or a log that SQLite would remove; or
            the log lacks its end.
    """
    refuse_a_log_alone(folder.database)
    refuse_a_short_log(folder.database)
    if not _is_empty(folder.database):
        return
    if receipts := sum(1 for _ in receipt_files.all_in(folder.receipts)):
        are = "are" if receipts > 1 else "is"
        raise FolderError(
            f"{folder.database} {'holds no orders' if size(folder.database) else 'is missing'}, yet there"
            f" {are} {so_many(receipts, 'receipt')} in {folder.receipts}: put it back with its"
            f" log {wal.beside(folder.database).name}, or put back a backup of the whole folder, or name another folder"
            f" with --data. To start without these orders: {ACCEPT}"
        )


def check(folder: DataFolder) -> None:
    """Look at the tables and the log, and look up the orders of the newest receipts.

    Only for the one that holds the folder's lock.

    Raises:
        FolderError: the table does not know them, or the database is incomplete, or the log is not its own.
    """
    check_tables(folder.database)
    check_log(folder.database)
    newest = receipt_files.newest_in(folder.receipts, MOST_AT_START)
    if unknown := without_a_row_in(folder.database, newest):
        raise FolderError(
            f"{folder.database} does not know the orders of {len(unknown):,} of the newest {len(newest):,} receipts in"
            f" {folder.receipts}, such as {_named(unknown)}. It is older than these receipts, or its log"
            f" {wal.beside(folder.database).name} was lost. Put back the newer database with its log, or a backup of"
            f" the whole folder. To start without these orders: {ACCEPT}"
        )


def without_a_row(connection: sqlite3.Connection, receipts: Sequence[ReceiptFile]) -> list[ReceiptFile]:
    """Those whose order the table does not have, with this body and of this day."""
    named = json.dumps([(file.order_id, file.fingerprint, file.day) for file in receipts])
    return [receipts[place] for (place,) in connection.execute(_UNKNOWN, (named,))] if receipts else []


def accept(folder: DataFolder) -> bool:
    """Give the missing orders up, as an operator wants it: later starts find nothing missing. Whether there were any.

    Their receipts are kept in `bucket/unknown`. Orders that had none yet leave no trace but a line of the log.

    Raises:
        FolderError: the database can't be read.
        OSError: a receipt, or a log without its database, can't be moved.
    """
    lost = put_aside_a_log_alone(folder) or wal.is_cut_short(wal.beside(folder.database))
    moved = 0
    for some in receipt_files.in_parts(folder.receipts, MOST_AT_START):
        unknown = without_a_row_in(folder.database, some)
        for file in unknown:
            receipt_files.move(file, folder.objects / "unknown")
        moved += len(unknown)
    if moved:
        log.warning("%s of missing orders moved to %s", so_many(moved, "receipt"), folder.objects / "unknown")
    log_file = wal.beside(folder.database)
    log_is_lost = not wal.is_there(log_file)
    lacks_log = not _is_empty(folder.database) and forget_the_log(folder.database)
    if lacks_log and log_is_lost:
        log.warning("%s was missing: the orders that were only in it are lost", log_file)
    return bool(moved or lost or lacks_log)


def without_a_row_in(database: Path, receipts: Sequence[ReceiptFile]) -> list[ReceiptFile]:
    """As `without_a_row`; all of them where there is no table.

    Raises:
        FolderError: the database can't be read.
    """
    if _is_empty(database):
        return list(receipts)
    with read(database) as connection:
        return without_a_row(connection, receipts)
    return []


def _is_empty(database: Path) -> bool:
    """Whether there is no table in it. A file that can't be read is not empty."""
    if not size(database):
        return True
    with contextlib.suppress(sqlite3.Error), reading(database) as connection:
        return not connection.execute(_OBJECTS).fetchone()[0]
    return False


def _named(receipts: Sequence[ReceiptFile]) -> str:
    return ", ".join(f"{file.order_id} ({file.day})" for file in receipts[:_NAMED])

"""Opens the database file for the table: creates it, brings it up to date, or refuses it."""

import contextlib
import logging
import sqlite3
from pathlib import Path

from orders.local.folder.folder import FolderError
from orders.local.sqlite import turns, wal
from orders.local.sqlite.checkpoint import Mark
from orders.local.sqlite.connections import connect, reading
from orders.local.sqlite.damage import cannot_open
from orders.local.sqlite.deliveries import add_webhooks
from orders.local.sqlite.documents import add_register
from orders.local.sqlite.events import add_events
from orders.local.sqlite.formats import FORMAT, add_numbers, bring_up_to_date
from orders.local.sqlite.mail_counts import add_mail_counts

log = logging.getLogger(__name__)

ACCEPT = "orders serve --accept-missing-orders"
"""The command that starts a server although orders are missing."""

_OBJECTS = "SELECT count(*) FROM sqlite_master"
_HAS_OUR_TABLE = "SELECT count(*) FROM pragma_table_info('orders') WHERE name = 'receiptToken'"
_MADE_BY = "SELECT user_version FROM pragma_user_version"


def opened_or_made(path: Path) -> sqlite3.Connection:
    """A connection for writing to a file of today's format. Every commit is synced to the disk.

    One process at a time makes the file or brings it up to date.

    Raises:
        FolderError: the file is not a database of this system, or a newer version made it, or it can't be opened, or
            it is incomplete.
    """
    try:
        with turns.unchanged(path), contextlib.ExitStack() as undone:
            connection = connect(path, "rwc")
            undone.callback(connection.close)
            refuse_incomplete(connection, path)
            _prepare(connection)
            undone.pop_all()
    except TimeoutError as error:
        raise FolderError(f"{path} can't be opened now: {error}. Try again.") from None
    except sqlite3.Error as error:
        raise cannot_open(path, error) from None
    return connection


def format_of(path: Path) -> int:
    """The format of an existing file; 0 is an empty file.

    Raises:
        FolderError: it can't be read.
    """
    try:
        with reading(path) as connection:
            return int(connection.execute(_MADE_BY).fetchone()[0])
    except sqlite3.Error as error:
        raise cannot_open(path, error) from None


def refuse_incomplete(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database without its log or with missing tables, before anything is written to it.

    Raises:
        FolderError: it is incomplete, or another program or a newer version made it.
        sqlite3.Error: it can't be read.
    """
    made_by, objects, ours = (connection.execute(query).fetchone()[0] for query in (_MADE_BY, _OBJECTS, _HAS_OUR_TABLE))
    if made_by > FORMAT:
        raise FolderError(
            f"{path} was made by a newer version of this program (format {made_by}, this version reads {FORMAT})."
            " Install the newer version, or name another folder with --data."
        )
    if objects and not made_by and not ours:
        raise FolderError(f"{path} is a database of another program. Name another folder with --data.")
    if bool(made_by) is not bool(ours):
        raise FolderError(
            f"{path} is incomplete: it lacks tables. Put back its log {wal.beside(path).name} if you have it, or a"
            " backup of the whole folder."
        )
    if Mark.of(connection).needs_log and not wal.is_there(wal.beside(path)):
        raise FolderError(
            f"{path} lacks its newest orders: they were in its log {wal.beside(path).name}, which is missing. If this"
            " is a copy, stop the server that uses the original and copy its whole folder. Otherwise put the log back,"
            f" or a backup of the whole folder. To start without these orders: {ACCEPT}"
        )


def _prepare(connection: sqlite3.Connection) -> None:
    (made_by,) = connection.execute(_MADE_BY).fetchone()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if made_by < FORMAT:
        if made_by:
            log.info("converting the data folder from format %d to format %d", made_by, FORMAT)
        bring_up_to_date(connection, made_by)
    add_numbers(connection)
    add_mail_counts(connection)
    add_register(connection)
    add_events(connection)
    add_webhooks(connection)
    connection.execute("SELECT 1 FROM folder").fetchone()  # SQLite makes the log at the first read

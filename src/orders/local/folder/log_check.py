"""Whether a database has its write-ahead log, whole and its own: the newest orders are only in there."""

import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from orders.local.folder.folder import DataFolder, FolderError
from orders.local.sqlite import turns, wal
from orders.local.sqlite.checkpoint import Mark
from orders.local.sqlite.connections import reading, reading_without_log
from orders.local.sqlite.damage import cannot_open, tells_something
from orders.local.sqlite.database import ACCEPT, refuse_incomplete

log = logging.getLogger(__name__)


def refuse_a_log_alone(database: Path) -> None:
    """Refuse to lose the orders in a log whose database is gone.

    Raises:
        FolderError: there is such a log.
    """
    log_file = wal.beside(database)
    if size(log_file) and not size(database):
        raise FolderError(
            f"{database} is missing, yet its log {log_file.name} holds orders: put the database back, or put back a"
            " backup of the whole folder, or name another folder with --data. To start without these orders:"
            f" {ACCEPT}"
        )


def put_aside_a_log_alone(folder: DataFolder) -> bool:
    """Rename a log whose database is gone, so that SQLite does not remove it. Whether there was one."""
    log_file = wal.beside(folder.database)
    if not size(log_file) or size(folder.database):
        return False
    aside = log_file.with_name(f"{log_file.name}-{secrets.token_hex(4)}")
    log_file.rename(aside)
    log.warning("the log of the missing database is kept as %s", aside)
    return True


def check_tables(database: Path) -> None:
    """Refuse a database that lacks its log or a part of its tables.

    Raises:
        FolderError: it does.
    """
    if not size(database):
        return
    with read(database) as connection:
        refuse_incomplete(connection, database)


def refuse_a_short_log(database: Path) -> None:
    """Refuse a log that lacks its end. SQLite would take what is left for the whole log.

    Raises:
        FolderError: it does.
        OSError: it can't be read.
    """
    log_file = wal.beside(database)
    if wal.is_cut_short(log_file):
        raise FolderError(
            f"{database} lacks its newest orders: its log {log_file.name} was cut short. If this is a copy, stop the"
            " server that uses the original and copy its whole folder. Otherwise put back a backup of the whole folder."
            f" To start without these orders: {ACCEPT}"
        )


def check_log(database: Path) -> None:
    """Refuse a file and a log that were copied while a server used them, one before a checkpoint and one after it.

    Only for the one that holds the folder's lock. A worker that has outlived its server may still write.

    Raises:
        FolderError: they were.
        TimeoutError: another process keeps the database for itself.
    """
    if not size(database):
        return
    with turns.unchanged(database), read(database) as together, reading_without_log(database) as alone:
        belong_together = Mark.of(together).follows(Mark.of(alone))
        if not belong_together:
            raise FolderError(
                f"{database} and its log {wal.beside(database).name} do not belong together: they were copied at"
                " different moments while a server used them, and orders are lost between them. Stop that server and"
                " copy its whole folder, or put back a backup of the whole folder."
            )


@contextlib.contextmanager
def read(database: Path) -> Iterator[sqlite3.Connection]:
    """The block ends early where the file can't be read without being changed: whoever opens it next looks at it.

    Raises:
        FolderError: it can't be opened or read.
    """
    try:
        connection = reading(database)
    except sqlite3.Error as error:
        raise cannot_open(database, error) from None
    try:
        with connection as open_connection:
            yield open_connection
    except sqlite3.Error as error:
        if tells_something(error):
            raise cannot_open(database, error) from None


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0

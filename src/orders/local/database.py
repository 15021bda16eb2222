"""The database file: made, brought up to date, opened."""

import sqlite3
from functools import partial
from pathlib import Path

from orders.local.damage import cannot_open
from orders.local.folder import FolderError

FORMAT = 3
"""Format 2 has a column more than 1; format 3 has rows that a program which knows 2 can't read."""
_SECONDS_TO_WAIT_FOR_A_LOCK = 5

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    orderId TEXT PRIMARY KEY, body TEXT NOT NULL, fingerprint TEXT NOT NULL, receiptToken TEXT NOT NULL,
    status TEXT NOT NULL, receivedAt TEXT NOT NULL, waitingSince TEXT NOT NULL, dueAt TEXT, completedAt TEXT,
    receipt TEXT, attempts INTEGER NOT NULL, lastError TEXT, history TEXT NOT NULL, revision INTEGER NOT NULL,
    apiUrl TEXT, schemaVersion INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS newest ON orders (receivedAt, orderId);
CREATE INDEX IF NOT EXISTS newestByStatus ON orders (status, receivedAt, orderId);
CREATE INDEX IF NOT EXISTS due ON orders (dueAt) WHERE dueAt IS NOT NULL;
"""
_CHANGES = {0: _SCHEMA, 1: "ALTER TABLE orders ADD COLUMN apiUrl TEXT;", 2: ""}
"""What makes the newest format of each older one; 0 is an empty file."""
_MADE_BY = "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"


def opened_or_made(path: Path) -> sqlite3.Connection:
    """A connection to write on, to a file of this version's format that syncs every commit.

    Raises:
        FolderError: the file is no database of this system, or a newer version made it, or it can't be opened.
    """
    try:
        connection = connect(path, "rwc")
        _prepare(connection, path)
    except sqlite3.Error as error:
        raise cannot_open(path, error) from None
    return connection


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """`mode` as in https://www.sqlite.org/uri.html: `rwc` makes a file that is not there."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_SECONDS_TO_WAIT_FOR_A_LOCK,
    )
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # one damaged text spoils its row only
    connection.execute("PRAGMA cache_size = -512")  # KiB, for each of some dozens of connections
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    made_by, objects = connection.execute(_MADE_BY).fetchone()
    if made_by > FORMAT:
        connection.close()
        raise FolderError(
            f"{path} was made by a newer version of this program (format {made_by}, this version reads {FORMAT})."
            " Install the newer version, or name another folder with --data."
        )
    if not made_by and objects:
        connection.close()
        raise FolderError(f"{path} is a database of another program. Name another folder with --data.")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if made_by < FORMAT:
        connection.executescript(f"BEGIN IMMEDIATE; {_CHANGES[made_by]} PRAGMA user_version = {FORMAT}; COMMIT;")

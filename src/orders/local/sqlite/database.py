"""The database file: made, brought up to date, opened."""

import contextlib
import json
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from orders.local.folder.folder import FolderError
from orders.local.mail.outbox import file_name
from orders.local.sqlite import wal
from orders.local.sqlite.checkpoint import FIRST_MARK, Mark
from orders.local.sqlite.damage import cannot_open
from orders.order import search
from orders.order.delivery import NO_SERVER, DeliveryStatus

FORMAT = 6
"""Format 2 has a column more than 1; 3 has rows that a program which knows 2 can't read; 4 finds by text and counts; 5
has mail; 6 says whether the file needs its log, which mails are only in the outbox, and who got how many."""
ACCEPT = "orders serve --accept-missing-orders"
"""How to start although orders are missing."""
_SECONDS_TO_WAIT_FOR_A_LOCK = 5

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    orderId TEXT PRIMARY KEY, body TEXT NOT NULL, fingerprint TEXT NOT NULL, receiptToken TEXT NOT NULL,
    status TEXT NOT NULL, receivedAt TEXT NOT NULL, waitingSince TEXT NOT NULL, dueAt TEXT, completedAt TEXT,
    receipt TEXT, attempts INTEGER NOT NULL, lastError TEXT, history TEXT NOT NULL, revision INTEGER NOT NULL,
    apiUrl TEXT, schemaVersion INTEGER NOT NULL, total TEXT, nameKey TEXT, emailKey TEXT, took INTEGER,
    mail TEXT, mailDueAt TEXT
) STRICT;
CREATE INDEX newest ON orders (receivedAt, orderId);
CREATE INDEX newestByStatus ON orders (status, receivedAt, orderId);
CREATE INDEX due ON orders (dueAt) WHERE dueAt IS NOT NULL;
"""
_FIND_AND_COUNT = """
CREATE INDEX byName ON orders (nameKey, status, receivedAt, orderId);
CREATE INDEX byEmail ON orders (emailKey, status, receivedAt, orderId) WHERE emailKey IS NOT NULL;
CREATE TABLE counts (
    minute TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (minute, name)
) STRICT, WITHOUT ROWID;
INSERT INTO counts SELECT '', status, count(*) FROM orders GROUP BY status;
CREATE TRIGGER counted AFTER INSERT ON orders BEGIN
    INSERT INTO counts VALUES (substr(new.receivedAt, 1, 16), 'accepted', 1), ('', new.status, 1)
        ON CONFLICT DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER moved AFTER UPDATE OF status ON orders WHEN old.status <> new.status BEGIN
    UPDATE counts SET number = number - 1 WHERE minute = '' AND name = old.status;
    INSERT INTO counts VALUES ('', new.status, 1) ON CONFLICT DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER completed AFTER UPDATE OF status ON orders WHEN old.status <> new.status AND new.took IS NOT NULL BEGIN
    INSERT INTO counts
        SELECT substr(new.completedAt, 1, 16), name, 1
        FROM (SELECT 'completed' AS name UNION SELECT 'took ' || new.took) WHERE TRUE
        ON CONFLICT DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER forgotten AFTER INSERT ON counts WHEN new.minute <> '' BEGIN
    DELETE FROM counts WHERE minute <> '' AND minute < strftime('%Y-%m-%dT%H:%M', new.minute, '-2 hours');
END;
"""
"""What is counted, is counted where it moves, in the same transaction; what it means, `orders.order.counts` says."""
_MORE_COLUMNS = """
ALTER TABLE orders ADD COLUMN total TEXT;
ALTER TABLE orders ADD COLUMN nameKey TEXT;
ALTER TABLE orders ADD COLUMN emailKey TEXT;
ALTER TABLE orders ADD COLUMN took INTEGER;
UPDATE orders SET nameKey = name_key(CAST(body AS BLOB)), emailKey = email_key(CAST(body AS BLOB));
"""
TO_FIND_AND_COUNT = _MORE_COLUMNS + _FIND_AND_COUNT
"""What makes format 4 of 2 and 3."""
_MAIL_COLUMNS = """
ALTER TABLE orders ADD COLUMN mail TEXT;
ALTER TABLE orders ADD COLUMN mailDueAt TEXT;
"""
_MAIL_DUE = "CREATE INDEX mailDue ON orders (mailDueAt) WHERE mailDueAt IS NOT NULL;"
TO_SEND_MAIL = _MAIL_COLUMNS + _MAIL_DUE
"""What makes format 5 of 4."""
_FOLDER = f"CREATE TABLE folder (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID; {FIRST_MARK}"
_MAILBOXES = """
CREATE TABLE mailboxes (
    key TEXT PRIMARY KEY, entries TEXT NOT NULL, revision INTEGER NOT NULL, changedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mailboxesByChange ON mailboxes (changedAt);
CREATE TRIGGER mailboxForgotten AFTER INSERT ON mailboxes BEGIN
    DELETE FROM mailboxes WHERE changedAt < strftime('%Y-%m-%dT%H:%M', new.changedAt, '-2 hours');
END;
"""
_KEPT_MAILS = f"""
UPDATE orders SET
    mail = json_set(mail, '$.status', '{DeliveryStatus.OUTBOX}', '$.reason', '{NO_SERVER}'),
    history = CASE WHEN json_valid(history) THEN json_insert(history, '$[#]', json_array(
        strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'mail kept in the outbox, not sent: {NO_SERVER}', 'mail'
    )) ELSE history END,
    revision = revision + 1
WHERE CASE WHEN json_valid(mail) THEN json_extract(mail, '$.status') = '{DeliveryStatus.SENT}'
    AND json_extract(mail, '$.messageId') = outbox_file(orderId, json_extract(mail, '$.number')) END;
"""
"""Format 5 called a mail sent also where it was only put into the outbox. The name of its file tells."""
_PROOFS = "CREATE INDEX proofs ON orders (orderId, receiptToken, receipt);"
_SINCE_FORMAT_5 = _FOLDER + _MAILBOXES + _PROOFS
_SINCE_FORMAT_2 = TO_FIND_AND_COUNT + TO_SEND_MAIL + _SINCE_FORMAT_5
_CHANGES = {
    0: _SCHEMA + _FIND_AND_COUNT + _MAIL_DUE + _SINCE_FORMAT_5,
    1: "ALTER TABLE orders ADD COLUMN apiUrl TEXT;" + _SINCE_FORMAT_2,
    2: _SINCE_FORMAT_2,
    3: _SINCE_FORMAT_2,
    4: TO_SEND_MAIL + _SINCE_FORMAT_5,
    5: _SINCE_FORMAT_5 + _KEPT_MAILS,
}
"""What makes the newest format of each older one; 0 is an empty file."""
_OBJECTS = "SELECT count(*) FROM sqlite_master"
_HAS_OUR_TABLE = "SELECT count(*) FROM pragma_table_info('orders') WHERE name = 'receiptToken'"
_MADE_BY = "SELECT user_version FROM pragma_user_version"


def opened_or_made(path: Path) -> sqlite3.Connection:
    """A connection to write on, to a file of this version's format that syncs every commit.

    Raises:
        FolderError: the file is no database of this system, or a newer version made it, or it can't be opened, or a
            part of it is missing.
    """
    try:
        connection = connect(path, "rwc")
        with contextlib.ExitStack() as undone:
            undone.callback(connection.close)
            refuse_incomplete(connection, path)
            _prepare(connection)
            undone.pop_all()
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


def format_of(path: Path) -> int:
    """The format of a file that is there; 0 is that of an empty one.

    Raises:
        FolderError: it can't be read.
    """
    try:
        with contextlib.closing(connect(path, "ro")) as connection:
            return int(connection.execute(_MADE_BY).fetchone()[0])
    except sqlite3.Error as error:
        raise cannot_open(path, error) from None


def refuse_incomplete(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that lacks its log or a part of its tables, before anything is written to it.

    Raises:
        FolderError: it does, or another program or a newer version made it.
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
        connection.create_function("name_key", 1, _of_body("customerName", search.name_key))
        connection.create_function("outbox_file", 2, file_name)
        connection.create_function("email_key", 1, _of_body("customerEmail", search.email_key))
        connection.executescript(f"BEGIN IMMEDIATE; {_CHANGES[made_by]} PRAGMA user_version = {FORMAT}; COMMIT;")
    connection.execute("SELECT 1 FROM folder").fetchone()  # SQLite makes the log at the first read


def _of_body(field: str, key: Callable[[str], str]) -> Callable[[bytes], str | None]:
    """What a field of an order is found by; nothing where there is none, or the row is damaged."""

    def key_of(body: bytes) -> str | None:
        try:
            return key(json.loads(body)[field])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    return key_of

"""The tables, indexes and triggers, and how a file of an older format becomes one of today's."""

import json
import sqlite3
from collections.abc import Callable

from orders.local.mail.outbox import file_name
from orders.local.sqlite.checkpoint import FIRST_MARK
from orders.order import search
from orders.order.delivery import NO_SERVER, DeliveryStatus

FORMAT = 6
"""2 added a column; 3 has rows that an older program can't read; 4 added search and counts; 5 added mail; 6 records
whether the file needs its log, which mails are only in the outbox, and how many mails each mailbox got.

An addition that an older program can ignore is not another format: after a rollback the older program must open the
file, so that it can serve its own orders while those of the newer version wait.
"""
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
"""A trigger counts each move in the move's own transaction. `orders.order.counts` says what the counts mean."""
_MORE_COLUMNS = """
ALTER TABLE orders ADD COLUMN total TEXT;
ALTER TABLE orders ADD COLUMN nameKey TEXT;
ALTER TABLE orders ADD COLUMN emailKey TEXT;
ALTER TABLE orders ADD COLUMN took INTEGER;
UPDATE orders SET nameKey = name_key(CAST(body AS BLOB)), emailKey = email_key(CAST(body AS BLOB));
"""
_TO_FIND_AND_COUNT = _MORE_COLUMNS + _FIND_AND_COUNT
"""From format 2 or 3 to 4."""
_MAIL_COLUMNS = """
ALTER TABLE orders ADD COLUMN mail TEXT;
ALTER TABLE orders ADD COLUMN mailDueAt TEXT;
"""
_MAIL_DUE = "CREATE INDEX mailDue ON orders (mailDueAt) WHERE mailDueAt IS NOT NULL;"
_TO_SEND_MAIL = _MAIL_COLUMNS + _MAIL_DUE
"""From format 4 to 5."""
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
"""Format 5 recorded mails in the outbox as sent. Their message id is the name of their file."""
_PROOFS = "CREATE INDEX proofs ON orders (orderId, receiptToken, receipt);"
_SINCE_FORMAT_5 = _FOLDER + _MAILBOXES + _PROOFS
_SINCE_FORMAT_2 = _TO_FIND_AND_COUNT + _TO_SEND_MAIL + _SINCE_FORMAT_5
_CHANGES = {
    0: _SCHEMA + _FIND_AND_COUNT + _MAIL_DUE + _SINCE_FORMAT_5,
    1: "ALTER TABLE orders ADD COLUMN apiUrl TEXT;" + _SINCE_FORMAT_2,
    2: _SINCE_FORMAT_2,
    3: _SINCE_FORMAT_2,
    4: _TO_SEND_MAIL + _SINCE_FORMAT_5,
    5: _SINCE_FORMAT_5 + _KEPT_MAILS,
}
"""From each older format to today's; 0 is an empty file."""


_LACKS_NUMBERS = "SELECT NOT EXISTS (SELECT 1 FROM pragma_table_info('orders') WHERE name = 'numberKey')"
_NUMBERS = """
ALTER TABLE orders ADD COLUMN numberKey TEXT;
CREATE INDEX byNumber ON orders (numberKey, status, receivedAt, orderId) WHERE numberKey IS NOT NULL;
"""
"""An addition to format 6. An order that an older program accepted has no number."""


def bring_up_to_date(connection: sqlite3.Connection, made_by: int) -> None:
    """Make the file one of today's format, in one transaction. It has the format `made_by`; 0 is an empty file."""
    connection.create_function("name_key", 1, _of_body("customerName", search.name_key))
    connection.create_function("email_key", 1, _of_body("customerEmail", search.email_key))
    connection.create_function("outbox_file", 2, file_name)
    connection.executescript(f"BEGIN IMMEDIATE; {_CHANGES[made_by]} PRAGMA user_version = {FORMAT}; COMMIT;")


def add_numbers(connection: sqlite3.Connection) -> None:
    """Let the orders of a file of today's format be found by their numbers, unless they already are."""
    (lacks_numbers,) = connection.execute(_LACKS_NUMBERS).fetchone()
    if lacks_numbers:
        connection.executescript(f"BEGIN IMMEDIATE; {_NUMBERS} COMMIT;")


def _of_body(field: str, key: Callable[[str], str]) -> Callable[[bytes], str | None]:
    """A function from an order's body to a field's search key; `None` if the field is missing or the body damaged."""

    def key_of(body: bytes) -> str | None:
        try:
            return key(json.loads(body)[field])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    return key_of

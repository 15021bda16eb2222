"""Lets a file of format 6 have a register of numbers, and documents that follow orders.

An addition to format 6: an older program ignores both. It refuses the rows that have a number or follow an order, and
the triggers count them apart from the orders meanwhile.
"""

import sqlite3

from orders.order.counts import DOCUMENT

_LACKS_REGISTER = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'register')"
_COLUMNS = """
ALTER TABLE orders ADD COLUMN issue TEXT;
ALTER TABLE orders ADD COLUMN settlement TEXT;
ALTER TABLE orders ADD COLUMN document TEXT;
CREATE INDEX documents ON orders (receivedAt, orderId) WHERE document IS NOT NULL;
"""
_NUMBER = "(json_extract(old.issue, '$.series'), json_extract(old.issue, '$.number'))"
_REGISTER = f"""
CREATE TABLE register (
    series TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, orderId TEXT NOT NULL, documentId TEXT NOT NULL,
    issuedAt TEXT NOT NULL, fingerprint TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, sha256 TEXT,
    void TEXT, PRIMARY KEY (series, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER numberVoid AFTER UPDATE OF issue ON orders WHEN old.issue IS NOT NULL AND new.issue IS NULL BEGIN
    UPDATE register SET void = json_extract(new.history, '$[#-1][1]') WHERE (series, number) = {_NUMBER};
END;
CREATE TRIGGER numberUsed AFTER UPDATE OF receipt ON orders
WHEN old.receipt IS NULL AND new.receipt IS NOT NULL AND old.issue IS NOT NULL AND new.issue IS NOT NULL BEGIN
    UPDATE register SET sha256 = json_extract(new.receipt, '$.sha256') WHERE (series, number) = {_NUMBER};
END;
"""
"""A trigger notes in an entry what `orders.order.register.change` says, in the transaction of the move."""
_COUNTS = f"""
DROP TRIGGER counted;
CREATE TRIGGER counted AFTER INSERT ON orders WHEN new.document IS NULL BEGIN
    INSERT INTO counts VALUES (substr(new.receivedAt, 1, 16), 'accepted', 1), ('', new.status, 1)
        ON CONFLICT DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER documentCounted AFTER INSERT ON orders WHEN new.document IS NOT NULL BEGIN
    INSERT INTO counts VALUES ('', '{DOCUMENT}' || new.status, 1) ON CONFLICT DO UPDATE SET number = number + 1;
END;
DROP TRIGGER moved;
CREATE TRIGGER moved AFTER UPDATE OF status ON orders WHEN old.status <> new.status AND new.document IS NULL BEGIN
    UPDATE counts SET number = number - 1 WHERE minute = '' AND name = old.status;
    INSERT INTO counts VALUES ('', new.status, 1) ON CONFLICT DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER documentMoved AFTER UPDATE OF status ON orders
WHEN old.status <> new.status AND new.document IS NOT NULL BEGIN
    UPDATE counts SET number = number - 1 WHERE minute = '' AND name = '{DOCUMENT}' || old.status;
    INSERT INTO counts VALUES ('', '{DOCUMENT}' || new.status, 1) ON CONFLICT DO UPDATE SET number = number + 1;
END;
DROP TRIGGER completed;
CREATE TRIGGER completed AFTER UPDATE OF status ON orders
WHEN old.status <> new.status AND new.took IS NOT NULL AND new.document IS NULL BEGIN
    INSERT INTO counts
        SELECT substr(new.completedAt, 1, 16), name, 1
        FROM (SELECT 'completed' AS name UNION SELECT 'took ' || new.took) WHERE TRUE
        ON CONFLICT DO UPDATE SET number = number + 1;
END;
"""
"""Documents have counts of their own: `orders.order.counts`."""


def add_register(connection: sqlite3.Connection) -> None:
    """Let a file of today's format have numbers and documents that follow, unless it already can."""
    (lacks_register,) = connection.execute(_LACKS_REGISTER).fetchone()
    if lacks_register:
        connection.executescript(f"BEGIN IMMEDIATE; {_COLUMNS} {_REGISTER} {_COUNTS} COMMIT;")

"""Adds the event feed to a file of format 6: triggers write each event in the transaction of its move.

So an event is stored exactly if its move is, whichever program moved the order. An older program ignores the table, and
the triggers still run. In a file of an older version, the feed begins when this version first opens it.

An event's row has what changes. The body, total and receipt never change once set: `orders.local.sqlite.feed` reads
them from the order's row.
"""

import sqlite3
from collections.abc import Mapping

from orders.local.sqlite.forgetting import forget_oldest
from orders.order.delivery import Addressee
from orders.order.document import Kind
from orders.order.event import KEPT_FOR, MAIL_TYPES, RETRIED, TYPES, EventType
from orders.order.order import Status


def _case(of: str, results: Mapping[str, EventType]) -> str:
    cases = " ".join(f"WHEN '{value}' THEN '{type_}'" for value, type_ in results.items())
    return f"CASE {of} {cases} END"


def _type_of(move: str) -> str:
    """SQL for the type of a move of the row `new`; NULL if it has none."""
    documents = [kind for kind in Kind if kind.folder]
    cases = " ".join(
        f"WHEN instr(new.orderId, '/{kind.folder}/') THEN {_case(move, TYPES[kind])}" for kind in documents
    )
    return f"CASE WHEN instr(new.orderId, '/') = 0 THEN {_case(move, TYPES[Kind.RECEIPT])} {cases} END"


def _mail(row: str, path: str) -> str:
    return f"CASE WHEN json_valid({row}.mail) THEN json_extract({row}.mail, '{path}') END"


def _mail_moved(to: Addressee, *, is_new: bool) -> str:
    """A statement of a trigger: an event about the e-mail to `to`, unless it had this state and number before."""
    path = "$" if to is Addressee.CUSTOMER else f"$.{to}"
    status, number = f"{path}.status", f"{path}.number"
    old = "(NULL, NULL)" if is_new else f"({_mail('old', status)}, CAST({_mail('old', number)} AS INTEGER))"
    return f"""
    INSERT INTO events (type, rowId, revision, at, status, recipient, number)
        SELECT type, new.orderId, new.revision, at, new.status, '{to}', number FROM (
            SELECT {_case(_mail("new", status), MAIL_TYPES)} AS type, {_mail("new", status)} AS mailStatus,
                CAST({_mail("new", number)} AS INTEGER) AS number, ifnull({_mail("new", f"{path}.at")}, {_NOW}) AS at
        ) WHERE type IS NOT NULL AND (mailStatus, number) IS NOT {old} AND {_type_of("'RECEIVED'")} IS NOT NULL;
    """


_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
"""In place of an instant that is damaged. A row that can't be read must not stop a move."""
_LAST_ENTRY = f"ifnull(CASE WHEN json_valid(new.history) THEN json_extract(new.history, '$[#-1][0]') END, {_NOW})"
_MOVE = f"CASE new.status WHEN '{Status.RECEIVED}' THEN '{RETRIED}' ELSE new.status END"
_MOVED_AT = f"ifnull(CASE new.status WHEN '{Status.COMPLETED}' THEN new.completedAt END, {_LAST_ENTRY})"
_EVENTS = f"""
CREATE TABLE events (
    position INTEGER PRIMARY KEY, type TEXT NOT NULL, rowId TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL,
    status TEXT NOT NULL, recipient TEXT, number INTEGER
) STRICT;
CREATE TRIGGER eventOfInsert AFTER INSERT ON orders BEGIN
    INSERT INTO events (type, rowId, revision, at, status)
        SELECT type, new.orderId, new.revision, new.receivedAt, new.status
        FROM (SELECT {_type_of("'RECEIVED'")} AS type) WHERE type IS NOT NULL;
END;
CREATE TRIGGER eventsOfMailInserted AFTER INSERT ON orders WHEN new.mail IS NOT NULL BEGIN
    {"".join(_mail_moved(to, is_new=True) for to in Addressee)}
END;
CREATE TRIGGER eventsOfUpdate AFTER UPDATE OF status, mail ON orders
WHEN old.status <> new.status OR old.mail IS NOT new.mail BEGIN
    INSERT INTO events (type, rowId, revision, at, status)
        SELECT type, new.orderId, new.revision, {_MOVED_AT}, new.status
        FROM (SELECT {_type_of(_MOVE)} AS type) WHERE old.status <> new.status AND type IS NOT NULL;
    {"".join(_mail_moved(to, is_new=False) for to in Addressee)}
END;
{forget_oldest("events", key="position", at="at", kept_for=KEPT_FOR)}"""
"""The newest event is never removed, so a position is never used twice, and the cursor of who has read all is kept."""
_LACKS_EVENTS = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'events')"


def add_events(connection: sqlite3.Connection) -> None:
    """Add the table and the triggers of events, unless the file has them."""
    (lacks_events,) = connection.execute(_LACKS_EVENTS).fetchone()
    if lacks_events:
        connection.executescript(f"BEGIN IMMEDIATE; {_EVENTS} COMMIT;")

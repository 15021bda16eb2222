"""SQL for the mailboxes that got mail lately."""

import sqlite3

from orders.local.sqlite.writer import Statement
from orders.order import mailbox
from orders.order.clock import to_iso
from orders.order.mailbox import Mailbox

_READ = "SELECT entries, revision FROM mailboxes WHERE key = ?"
COUNT = Statement(
    "INSERT INTO mailboxes (key, entries, revision, changedAt) VALUES {rows} ON CONFLICT (key) DO UPDATE"
    " SET entries = excluded.entries, revision = excluded.revision, changedAt = excluded.changedAt"
    " WHERE mailboxes.revision = excluded.revision - 1",
    4,
)


def read(connection: sqlite3.Connection, key: str) -> Mailbox:
    found = connection.execute(_READ, (key,)).fetchone()
    return Mailbox(key, mailbox.from_text(found[0]), found[1]) if found else Mailbox(key)


def values(after: Mailbox) -> tuple[str, str, int, str]:
    """The values of `COUNT`."""
    return after.key, mailbox.to_text(after.entries), after.revision, to_iso(after.entries[-1][1])

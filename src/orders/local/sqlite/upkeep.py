"""What a server, and commands beside it, ask of the table that no use case does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.local.sqlite.columns import REPLACE, values_of_move
from orders.local.sqlite.table import SqliteTable, order_of
from orders.local.sqlite.writer import MOST_ROWS_A_COMMIT, Statement
from orders.order import record
from orders.order.delivery import Addressee, DeliveryStatus
from orders.order.order import Order

_NEWEST_RECEIPTS = (
    "SELECT json_extract(receipt, '$.key'), json_extract(receipt, '$.size')"
    " FROM orders WHERE status = 'COMPLETED' AND json_valid(receipt)"
    " ORDER BY receivedAt DESC, orderId DESC LIMIT ?"
)
_STATUS = "CASE WHEN json_valid(mail) THEN json_extract(mail, '{path}') END"
_STATUSES = {
    Addressee.CUSTOMER: _STATUS.format(path="$.status"),
    Addressee.COPY: _STATUS.format(path=f"$.{Addressee.COPY}.status"),
}
_WITH_MAIL = "SELECT orderId FROM orders WHERE {status} = ? ORDER BY receivedAt, orderId"
_SENT_TWICE = (DeliveryStatus.WAITING, DeliveryStatus.OUTBOX)
"""The states in which a mail may be sent from this folder and from a copy of it."""
_AS_SQL = f"('{DeliveryStatus.WAITING}', '{DeliveryStatus.OUTBOX}')"
_TO_HOLD = f"""
SELECT {", ".join(record.FIELDS)} FROM orders
WHERE orderId > ? AND (
    status IN ('RECEIVED', 'FAILED')
    OR {_STATUSES[Addressee.CUSTOMER]} IN {_AS_SQL}
    OR {_STATUSES[Addressee.COPY]} IN {_AS_SQL}
) ORDER BY orderId LIMIT {MOST_ROWS_A_COMMIT}
"""
_HOLDS, _YES = "holdsMails", "yes"
_REMEMBERED = "SELECT name, value FROM folder WHERE name <> 'needsLog'"
_REMEMBER = Statement(
    "INSERT INTO folder (name, value) VALUES {rows} ON CONFLICT (name) DO UPDATE SET value = excluded.value", 2
)


def newest_receipts(table: SqliteTable, most: int) -> list[tuple[str, int]]:
    """The keys and sizes of the receipts of the newest completed orders."""
    found = table.ask(lambda connection: connection.execute(_NEWEST_RECEIPTS, (most,)).fetchall())
    return [(str(key), int(size)) for key, size in found]


def with_mail(table: SqliteTable, status: DeliveryStatus, to: Addressee = Addressee.CUSTOMER) -> list[str]:
    """The ids of the orders whose mail is in this state, the oldest first. Every row is looked at."""
    query = _WITH_MAIL.format(status=_STATUSES[to])
    found = table.ask(lambda connection: connection.execute(query, (status,)).fetchall())
    return [order_id for (order_id,) in found]


def held(table: SqliteTable) -> list[str]:
    """The order's id of each mail that is held. Rows are looked at only where some were, and not all were decided."""
    if FolderMemory(table).remembered().get(_HOLDS) != _YES:
        return []
    return [order_id for to in Addressee for order_id in with_mail(table, DeliveryStatus.HELD, to)]


def hold_mails(table: SqliteTable, now: datetime, *, are_copied: bool = False) -> None:
    """Hold each mail that another copy of this table may have sent, or may send.

    `are_copied` says whether an order that is completed later gets a mail to the shop's address for copies, too. A mail
    that a sender has claimed is left alone: it becomes `UNKNOWN`, and is not sent again either.
    """
    for rows in _to_hold(table):
        held = [(row, _held(row, now, are_copied)) for row in rows]
        if moves := [(row.order_id, row.revision, *values_of_move(after)) for row, after in held if after is not row]:
            FolderMemory(table).remember({_HOLDS: _YES})
            table.write(REPLACE, moves)


def all_decided(table: SqliteTable) -> None:
    """Note that no mail is held any more, if none is."""
    if not held(table):
        FolderMemory(table).remember({_HOLDS: "no"})


def _held(row: Order, now: datetime, are_copied: bool) -> Order:
    """With each mail held that waits, is in the outbox, or will be requested when the order is completed."""
    is_requested_later = {
        Addressee.CUSTOMER: row.receipt is None and row.posted.customer_email is not None,
        Addressee.COPY: row.receipt is None and are_copied,
    }
    for to in Addressee:
        mail = row.delivery(to)
        if mail.status in _SENT_TWICE if mail else is_requested_later[to]:
            row = row.mail_held(now, to)
    return row


def _to_hold(table: SqliteTable) -> Iterator[list[Order]]:
    """Some at a time."""
    last = ""
    while found := table.ask(lambda connection: connection.execute(_TO_HOLD, (last,)).fetchall()):  # noqa: B023
        rows, _ = record.readable(((str(columns[0]), columns) for columns in found), order_of)
        yield rows
        last = found[-1][0]


@dataclass(frozen=True, slots=True)
class FolderMemory:
    """`orders.local.folder.identity.Memory` in the table."""

    table: SqliteTable

    def remembered(self) -> Mapping[str, str]:
        return dict(self.table.ask(lambda connection: connection.execute(_REMEMBERED).fetchall()))

    def remember(self, facts: Mapping[str, str]) -> None:
        self.table.write(_REMEMBER, list(facts.items()))

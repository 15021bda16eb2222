"""Webhook endpoints, their progress and deliveries, in the file of the orders."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.writer import Statement
from orders.order import webhook_record as record
from orders.order.clock import from_iso, to_iso
from orders.order.errors import BadRequest, UnknownEndpoint, UnknownEvent
from orders.order.webhook import Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus
from orders.ports.events import DeliveryPage

_ADD = Statement(
    "INSERT INTO webhooks (id, endpoint, revision, progress, progressRevision) VALUES {rows} ON CONFLICT DO NOTHING", 5
)
_CHANGE = "UPDATE webhooks SET endpoint = ?, revision = ? WHERE id = ? AND revision = ?"
_ADVANCE = "UPDATE webhooks SET progress = ?, progressRevision = ? WHERE id = ? AND progressRevision = ?"
_REMOVE = "DELETE FROM webhooks WHERE id = ?"
_ALL = "SELECT endpoint FROM webhooks ORDER BY number"
_ENDPOINT = "SELECT endpoint FROM webhooks WHERE id = ?"
_PROGRESS = "SELECT progress FROM webhooks WHERE id = ?"
_COLUMNS = "endpointId, eventId, type, createdAt, status, attempts, dueAt, triedAt, answer, test"
_PUT = Statement(f"INSERT OR REPLACE INTO deliveries ({_COLUMNS}) VALUES {{rows}}", 10)
_ROWS_A_STATEMENT = 500
_DELIVERY = f"SELECT {_COLUMNS} FROM deliveries WHERE endpointId = ? AND eventId = ?"
_PENDING = f"""
SELECT {_COLUMNS} FROM deliveries INDEXED BY deliveriesDue
WHERE endpointId = ? AND dueAt IS NOT NULL AND dueAt <= ? ORDER BY dueAt LIMIT ?
"""
_PAGE = f"""
SELECT {_COLUMNS} FROM deliveries WHERE endpointId = :endpoint AND eventId < :before {{condition}}
ORDER BY eventId DESC LIMIT :limit
"""
_CONDITIONS = {None: ""} | {
    status: f"AND status = '{status}'"
    + ("" if status is WebhookDeliveryStatus.DELIVERED else " AND status <> 'DELIVERED'")
    for status in WebhookDeliveryStatus
}
"""The second condition lets SQLite use the index of the few that are not delivered."""
_BEHIND_ALL = "~"
"""Sorts after every id."""
_CURSOR = re.compile(r"evt_[0-9a-z_]{1,60}")
"""The id of an event: the last one shown."""


class SqliteWebhooks:
    """`orders.ports.events.Webhooks` in the file of the orders. What is written shares the commits of the orders."""

    def __init__(self, table: SqliteTable) -> None:
        self._table = table

    def endpoints(self) -> Sequence[Endpoint]:
        found = self._table.ask(lambda connection: connection.execute(_ALL).fetchall())
        return [record.endpoint_from_text(text) for (text,) in found]

    def endpoint(self, endpoint_id: str) -> Endpoint:
        return record.endpoint_from_text(self._one(_ENDPOINT, endpoint_id))

    def add(self, endpoint: Endpoint, progress: Progress) -> None:
        texts = record.endpoint_to_text(endpoint), record.progress_to_text(progress)
        self._table.write(_ADD, [(endpoint.id, texts[0], endpoint.revision, texts[1], progress.revision)])

    def change(self, before: Endpoint, after: Endpoint) -> Endpoint:
        values = record.endpoint_to_text(after), after.revision, after.id, before.revision
        is_changed = self._table.take(lambda connection: connection.execute(_CHANGE, values).rowcount == 1, size=1)
        return after if is_changed else self.endpoint(after.id)

    def remove(self, endpoint_id: str) -> None:
        self._table.take(lambda connection: connection.execute(_REMOVE, (endpoint_id,)), size=1)

    def progress(self, endpoint_id: str) -> Progress:
        return record.progress_from_text(self._one(_PROGRESS, endpoint_id))

    def advance(self, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()) -> Progress:
        """As the port says. The deliveries are stored exactly if `after` is, in one commit."""
        values = record.progress_to_text(after), after.revision, after.endpoint_id, before.revision
        rows = [_values(each) for each in deliveries]

        def step(connection: sqlite3.Connection) -> bool:
            if not connection.execute(_ADVANCE, values).rowcount:
                return False
            _put(connection, rows)
            return True

        return after if self._table.take(step, size=1 + len(rows)) else self.progress(after.endpoint_id)

    def put(self, deliveries: Sequence[WebhookDelivery]) -> None:
        rows = [_values(each) for each in deliveries]
        self._table.take(lambda connection: _put(connection, rows), size=len(rows))

    def delivery(self, endpoint_id: str, event_id: str) -> WebhookDelivery:
        values = endpoint_id, event_id
        found = self._table.ask(lambda connection: connection.execute(_DELIVERY, values).fetchone())
        if found is None:
            raise UnknownEvent
        return _delivery(found)

    def deliveries(
        self, endpoint_id: str, status: WebhookDeliveryStatus | None, limit: int, cursor: str | None
    ) -> DeliveryPage:
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise BadRequest("This cursor is not valid for this list.")
        query = _PAGE.format(condition=_CONDITIONS[status])
        values = {"endpoint": endpoint_id, "before": cursor or _BEHIND_ALL, "limit": limit + 1}
        found = self._table.ask(lambda connection: connection.execute(query, values).fetchall())
        page = [_delivery(columns) for columns in found[:limit]]
        return DeliveryPage(page, page[-1].event_id if len(found) > limit else None)

    def pending(self, endpoint_id: str, due_by: datetime, limit: int) -> Sequence[WebhookDelivery]:
        values = endpoint_id, to_iso(due_by), limit
        found = self._table.ask(lambda connection: connection.execute(_PENDING, values).fetchall())
        return [_delivery(columns) for columns in found]

    def _one(self, query: str, endpoint_id: str) -> str:
        found = self._table.ask(lambda connection: connection.execute(query, (endpoint_id,)).fetchone())
        if found is None:
            raise UnknownEndpoint
        return str(found[0])


def disable_all(webhooks: SqliteWebhooks, reason: str) -> int:
    """Disable every endpoint of a copy, since the original may still send events. Returns how many were enabled."""
    enabled = [each for each in webhooks.endpoints() if each.is_enabled]
    for endpoint in enabled:
        while endpoint.is_enabled:
            endpoint = webhooks.change(endpoint, endpoint.disabled(reason))
    return len(enabled)


def _put(connection: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    for first in range(0, len(rows), _ROWS_A_STATEMENT):
        part = rows[first : first + _ROWS_A_STATEMENT]
        connection.execute(_PUT.sql(len(part)), list(chain.from_iterable(part)))


def _values(delivery: WebhookDelivery) -> Sequence[str | int | None]:
    """The values of `_COLUMNS`."""
    return (
        delivery.endpoint_id,
        delivery.event_id,
        delivery.type,
        to_iso(delivery.created_at),
        delivery.status.value,
        delivery.attempts,
        to_iso(delivery.due_at) if delivery.due_at else None,
        to_iso(delivery.tried_at) if delivery.tried_at else None,
        record.answer_to_text(delivery.answer) if delivery.answer else None,
        delivery.test,
    )


def _delivery(columns: Sequence[Any]) -> WebhookDelivery:
    endpoint_id, event_id, type_, created_at, status, attempts, due_at, tried_at, answer, test = columns
    return WebhookDelivery(
        endpoint_id=endpoint_id,
        event_id=event_id,
        type=type_,
        created_at=from_iso(created_at),
        status=WebhookDeliveryStatus(status),
        attempts=attempts,
        due_at=from_iso(due_at) if due_at else None,
        tried_at=from_iso(tried_at) if tried_at else None,
        answer=record.answer_from_text(answer) if answer else None,
        test=test,
    )

"""Figures about webhooks for metrics, read from indexes, so the time does not grow with the feed."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.order.clock import from_iso
from orders.order.event import parts_of_id
from orders.order.webhook import EndpointStatus, Progress

MOST_LOOKED_AT = 10_000
"""The most pending deliveries of one endpoint that are counted."""
_NEWEST = "SELECT max(position) FROM events"
_NEXT = "SELECT at FROM events WHERE position > ? ORDER BY position LIMIT 1"
_PENDING = f"""
SELECT count(*), min(createdAt) FROM (
    SELECT createdAt FROM deliveries WHERE endpointId = ? AND dueAt IS NOT NULL LIMIT {MOST_LOOKED_AT}
)
"""


@dataclass(frozen=True, slots=True)
class WebhookFigures:
    """`events` counts all that were ever recorded, `endpoints` all by status. The rest is about enabled endpoints.

    `pending` counts events that wait, once for each endpoint, also of types that it does not get. `oldest` is the time
    since which the oldest of them has waited; None if none waits.
    """

    events: int
    endpoints: Mapping[EndpointStatus, int]
    circuits_open: int
    pending: int
    oldest: datetime | None


def webhook_figures(table: SqliteTable) -> WebhookFigures:
    """The figures now.

    Raises:
        Unavailable: the table did not answer.
    """
    webhooks = SqliteWebhooks(table)
    endpoints = webhooks.endpoints()
    statuses = Counter(each.status for each in endpoints)
    progresses = [webhooks.progress(each.id) for each in endpoints if each.is_enabled]
    newest, waiting = table.ask(lambda connection: _waiting_for(connection, progresses))
    return WebhookFigures(
        events=newest,
        endpoints={status: statuses[status] for status in EndpointStatus},
        circuits_open=sum(each.is_open for each in progresses),
        pending=sum(number for number, _ in waiting),
        oldest=min((since for _, since in waiting if since), default=None),
    )


def _waiting_for(
    connection: sqlite3.Connection, progresses: Sequence[Progress]
) -> tuple[int, list[tuple[int, datetime | None]]]:
    """The position of the newest event, and what waits for each endpoint."""
    newest = connection.execute(_NEWEST).fetchone()[0] or 0
    return newest, [_waiting(connection, each, newest) for each in progresses]


def _waiting(connection: sqlite3.Connection, progress: Progress, newest: int) -> tuple[int, datetime | None]:
    """How many events wait for an endpoint, after its cursor or as pending deliveries, and since when the oldest."""
    place = parts_of_id(progress.cursor) if progress.cursor else None
    position = place[0] if place else 0
    following = connection.execute(_NEXT, (position,)).fetchone()
    pending, since = connection.execute(_PENDING, (progress.endpoint_id,)).fetchone()
    instants = [from_iso(text) for text in (following[0] if following else None, since) if text]
    return max(newest - position, 0) + pending, min(instants, default=None)

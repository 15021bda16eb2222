"""Lets a file of format 6 have webhook endpoints and the deliveries to them. An older program ignores both."""

import sqlite3

from orders.local.sqlite.forgetting import forget_oldest
from orders.order.event import KEPT_FOR
from orders.order.webhook import WebhookDeliveryStatus

_WEBHOOKS = f"""
CREATE TABLE webhooks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, endpoint TEXT NOT NULL, revision INTEGER NOT NULL,
    progress TEXT NOT NULL, progressRevision INTEGER NOT NULL
) STRICT;
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY, endpointId TEXT NOT NULL, eventId TEXT NOT NULL, type TEXT NOT NULL,
    createdAt TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL, dueAt TEXT, triedAt TEXT, answer TEXT,
    test TEXT, UNIQUE (endpointId, eventId)
) STRICT;
CREATE INDEX deliveriesDue ON deliveries (endpointId, dueAt) WHERE dueAt IS NOT NULL;
CREATE INDEX undelivered ON deliveries (endpointId, status, eventId)
    WHERE status <> '{WebhookDeliveryStatus.DELIVERED}';
{forget_oldest("deliveries", key="number", at="createdAt", kept_for=KEPT_FOR)}"""
"""A delivery that is stored again gets a new number, so the numbers are in the order of the last attempts."""
_LACKS_WEBHOOKS = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'webhooks')"


def add_webhooks(connection: sqlite3.Connection) -> None:
    """Let a file of today's format have webhook endpoints, unless it already can."""
    (lacks_webhooks,) = connection.execute(_LACKS_WEBHOOKS).fetchone()
    if lacks_webhooks:
        connection.executescript(f"BEGIN IMMEDIATE; {_WEBHOOKS} COMMIT;")

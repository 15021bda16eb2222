"""Examples of events and webhook endpoints: the answers are made by the code that answers."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from orders.api import present_events
from orders.order import signature
from orders.order.event import Event, EventType, Happening, data_of, written
from orders.order.webhook import Answer, Endpoint, Progress, Secret, WebhookDelivery, WebhookDeliveryStatus
from orders.ports.events import DeliveryPage, WebRequest
from orders.use_cases.events import Part
from orders.use_cases.webhooks.look import Seen
from orders.use_cases.webhooks.manage import WithSecret

_AT = datetime(2026, 11, 25, 20, 14, 4, 120_000, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_ROW = {
    "body": json.dumps({"orderNumber": "#1001", "currency": "EUR", "metadata": {"cart": "9"}}),
    "total": "34.12",
    "receipt": json.dumps(
        {"sha256": "d2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26", "size": 24_311}
    ),
}


def _event(position: int, type_: EventType, revision: int, status: str) -> Event:
    happening = Happening(type_, "A-1001", revision, _AT, status)
    return Event(position, happening, data_of(happening, _ROW))


EVENT = _event(1042, EventType.ORDER_COMPLETED, 3, "COMPLETED")
_RECEIVED = _event(1041, EventType.ORDER_RECEIVED, 1, "RECEIVED")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw/DKvRRKmBBU="  # noqa: S105 - nobody's
WEBHOOK_ID = "we_2hF8Jx0mQ7kV4cT1bYw5Rg"
URL = "https://shop.example/webhooks"
_ENDPOINT = Endpoint(
    WEBHOOK_ID,
    URL,
    (Secret(SECRET),),
    _AT,
    "olga",
    (EventType.ORDER_COMPLETED, EventType.ORDER_FAILED),
    "The shop's stock",
)
_NEW = Seen(_ENDPOINT, Progress(WEBHOOK_ID, EVENT.id, _AT))
_USED = Seen(_ENDPOINT, replace(_NEW.progress, tried_at=_AT + _SECOND, delivered_at=_AT + _SECOND))
_FAILING = replace(
    _NEW.progress, failures=4, failing_since=_AT, tried_at=_AT + timedelta(hours=1), delivered_at=_AT - _SECOND
)
_DISABLED = Seen(_ENDPOINT.disabled("an operator disabled it"), _FAILING)
_PENDING = WebhookDelivery(WEBHOOK_ID, EVENT.id, EVENT.type, _AT, due_at=_AT)
_DELIVERED = replace(
    _PENDING,
    status=WebhookDeliveryStatus.DELIVERED,
    attempts=1,
    due_at=None,
    tried_at=_AT + _SECOND,
    answer=Answer(200, "thank you", seconds=0.12),
)
_RETRIED = _PENDING.tried(Answer(500, "out of order", seconds=0.2), _AT + _SECOND, 0)
_TEST = replace(_PENDING, event_id="evt_test_17956376441209d27c41e", type="webhook.test", test="{}")
_BODY = written(EVENT.to_document())
_REQUEST = WebRequest(
    URL,
    {"content-type": "application/json", **signature.headers(EVENT.id, _AT + _SECOND, _BODY, (SECRET,))},
    _BODY,
)
_PART = present_events.part(Part((_RECEIVED, EVENT), EVENT.id, has_more=False))
_WITH_SECRET = WithSecret(_ENDPOINT, SECRET)

POSTED_WEBHOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "some-types": (
        "An endpoint for two types of events",
        {"url": URL, "types": ["order.completed", "order.failed"], "description": "The shop's stock"},
    ),
    "all-types": ("An endpoint for all events", {"url": "https://books.example:8443/in/orders"}),
}
POSTED_CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "address": ("Another address", {"url": "https://shop.example/webhooks/2"}),
    "disable": ("Send nothing for now", {"status": "DISABLED"}),
    "skip": ("Enable it, without the events that it missed", {"status": "ENABLED", "skipMissed": True}),
}
POSTED_REPLAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "event": ("One event", {"eventId": EVENT.id}),
    "time": ("The events of an hour", {"from": "2026-11-25T20:00:00Z", "to": "2026-11-25T21:00:00Z"}),
}
ANSWERED: dict[tuple[str, int], Any] = {
    ("readEvents", 200): _PART,
    ("listEvents", 200): _PART,
    ("getEvent", 200): present_events.event(EVENT),
    ("showEvent", 200): present_events.event(EVENT),
    ("addWebhook", 201): present_events.with_secret(_WITH_SECRET, _NEW),
    ("listWebhooks", 200): present_events.webhooks([_USED]),
    ("showWebhook", 200): present_events.webhook(_USED),
    ("changeWebhook", 200): present_events.webhook(_DISABLED),
    ("rotateWebhook", 200): present_events.with_secret(_WITH_SECRET, _USED),
    ("testWebhook", 202): present_events.delivery(_TEST),
    ("replayWebhook", 202): present_events.delivery(_PENDING),
    ("listDeliveries", 200): present_events.deliveries(DeliveryPage([_RETRIED], None)),
    ("showDelivery", 200): present_events.with_request(_DELIVERED, _REQUEST),
}

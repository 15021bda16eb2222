"""Events, webhook endpoints and deliveries, as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from orders.api import event_documents as shown
from orders.api.documents import WebhookCounts
from orders.order.clock import to_iso
from orders.order.event import Event
from orders.order.webhook import Answer, WebhookDelivery
from orders.ports.events import DeliveryPage, WebRequest
from orders.use_cases.events import Part
from orders.use_cases.webhooks.look import Counts, Seen
from orders.use_cases.webhooks.manage import WithSecret


def event(event: Event) -> shown.Event:
    return cast("shown.Event", event.to_document())


def part(part: Part) -> shown.EventList:
    return {"events": [event(each) for each in part.events], "cursor": part.cursor, "hasMore": part.has_more}


def webhook(seen: Seen) -> shown.Webhook:
    """It does not contain a secret."""
    endpoint, progress = seen.endpoint, seen.progress
    found = {
        "id": endpoint.id,
        "url": endpoint.url,
        "types": list(endpoint.types),
        "description": endpoint.description,
        "status": endpoint.status,
        **_there("disabledBecause", endpoint.disabled_because),
        "createdAt": to_iso(endpoint.created_at),
        "createdBy": endpoint.created_by,
        "failures": progress.failures,
        **_at("failingSince", progress.failing_since),
        "circuit": shown.Circuit.OPEN if progress.is_open else shown.Circuit.CLOSED,
        **_at("lastAttemptAt", progress.tried_at),
        **_at("lastDeliveryAt", progress.delivered_at),
        "replays": len(progress.replays),
    }
    return cast("shown.Webhook", found)


def counts(found: Counts) -> WebhookCounts:
    return {"enabled": found.enabled, "disabled": found.disabled, "failing": found.failing}


def with_secret(made: WithSecret, seen: Seen) -> shown.WebhookWithSecret:
    return {**webhook(seen), "secret": made.secret}


def webhooks(seen: Sequence[Seen]) -> shown.WebhookList:
    return {"webhooks": [webhook(each) for each in seen]}


def delivery(delivery: WebhookDelivery) -> shown.WebhookDelivery:
    found = {
        "eventId": delivery.event_id,
        "type": delivery.type,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "createdAt": to_iso(delivery.created_at),
        **_at("nextAttemptAt", delivery.due_at),
        **_at("lastAttemptAt", delivery.tried_at),
        **({"answer": _answer(delivery.answer)} if delivery.answer else {}),
    }
    return cast("shown.WebhookDelivery", found)


def with_request(shown_delivery: WebhookDelivery, request: WebRequest | None) -> shown.WebhookDeliveryWithRequest:
    return {**delivery(shown_delivery), "request": _request(request) if request else None}


def deliveries(page: DeliveryPage) -> shown.WebhookDeliveryList:
    return {"deliveries": [delivery(each) for each in page.deliveries], "cursor": page.cursor}


def _answer(answer: Answer) -> shown.WebhookAnswer:
    found = {
        **_there("status", answer.status),
        **({} if answer.status is None else {"body": answer.body}),
        **_there("error", answer.error),
        "seconds": round(answer.seconds, 3),
    }
    return cast("shown.WebhookAnswer", found)


def _request(request: WebRequest) -> shown.WebhookRequest:
    return {"url": request.url, "headers": dict(request.headers), "body": request.body.decode()}


def _there(name: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {name: value}


def _at(name: str, at: datetime | None) -> dict[str, str]:
    return {name: to_iso(at)} if at else {}

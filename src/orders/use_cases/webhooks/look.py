"""Look at webhook endpoints and deliveries, as operators do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from orders.order.errors import UnknownEndpoint, UnknownEvent
from orders.order.event import written
from orders.order.webhook import Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus
from orders.ports.events import DeliveryPage, EventPorts, WebRequest
from orders.use_cases.webhooks import deliver

FAILING_AFTER = timedelta(minutes=5)
"""An enabled endpoint whose attempts have all failed for this long counts as failing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An endpoint with its progress."""

    endpoint: Endpoint
    progress: Progress


@dataclass(frozen=True, slots=True)
class Counts:
    """How many endpoints there are. Those that are `failing` are counted as `enabled`, too."""

    enabled: int
    disabled: int
    failing: int


def all_endpoints(ports: EventPorts) -> Sequence[Seen]:
    """All endpoints, the oldest first. One that is removed meanwhile is left out."""
    seen = []
    for endpoint in ports.webhooks.endpoints():
        try:
            seen.append(Seen(endpoint, ports.webhooks.progress(endpoint.id)))
        except UnknownEndpoint:
            continue
    return seen


def at(endpoint_id: str, ports: EventPorts) -> Seen:
    """The endpoint with this id.

    Raises:
        UnknownEndpoint: there is none.
    """
    return of(ports.webhooks.endpoint(endpoint_id), ports)


def of(endpoint: Endpoint, ports: EventPorts) -> Seen:
    """The endpoint, and how far it got.

    Raises:
        UnknownEndpoint: it was removed.
    """
    return Seen(endpoint, ports.webhooks.progress(endpoint.id))


def count(ports: EventPorts) -> Counts:
    """How many endpoints are enabled, disabled and failing."""
    seen, since = all_endpoints(ports), ports.clock() - FAILING_AFTER
    enabled = [each for each in seen if each.endpoint.is_enabled]
    failing = [each.progress.failing_since for each in enabled if each.progress.failing_since]
    return Counts(len(enabled), len(seen) - len(enabled), sum(began <= since for began in failing))


def deliveries(
    endpoint_id: str, status: WebhookDeliveryStatus | None, limit: int, cursor: str | None, ports: EventPorts
) -> DeliveryPage:
    """Deliveries to this endpoint, the newest event first.

    Raises:
        BadRequest: the cursor is not valid.
        UnknownEndpoint: there is no such endpoint.
    """
    ports.webhooks.endpoint(endpoint_id)
    return ports.webhooks.deliveries(endpoint_id, status, limit, cursor)


def delivery(endpoint_id: str, event_id: str, ports: EventPorts) -> tuple[WebhookDelivery, WebRequest | None]:
    """A delivery, and its request as it would be sent now; None if the feed no longer has the event.

    Raises:
        UnknownEndpoint: there is no such endpoint.
        UnknownEvent: the event was never sent to this endpoint, or more than 30 days ago.
    """
    endpoint = ports.webhooks.endpoint(endpoint_id)
    found = ports.webhooks.delivery(endpoint_id, event_id)
    try:
        body = found.test.encode() if found.test is not None else written(ports.feed.find(event_id).to_document())
    except UnknownEvent:
        return found, None
    return found, deliver.request(endpoint, found, body, ports)

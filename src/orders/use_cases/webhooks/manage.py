"""What operators do with webhook endpoints: add, change, rotate, test, replay, remove."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from orders.order import signature
from orders.order.clock import to_iso
from orders.order.errors import BadRequest, EndpointConflict
from orders.order.event import TEST, EventType, written
from orders.order.ids import receipt_token
from orders.order.webhook import (
    EARLIEST,
    Endpoint,
    EndpointStatus,
    Progress,
    Replay,
    Secret,
    WebhookDelivery,
    WebhookDeliveryStatus,
)
from orders.ports.events import EventPorts
from orders.use_cases.webhooks import deliver

MOST_ENDPOINTS = 20
MOST_REPLAYS = 10
"""Of one endpoint, at the same time."""
MOST_AGAIN = 500
"""Single events of one endpoint that were replayed, and that no worker has seen yet."""
MOST_TESTS = 20
"""Test events that wait for one endpoint: a button that is held down must not fill the table."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class WithSecret:
    """An endpoint and its new secret, which is shown only now."""

    endpoint: Endpoint
    secret: str


def add(url: str, types: tuple[EventType, ...], description: str, ports: EventPorts, *, by: str) -> WithSecret:
    """Add an endpoint. It gets the events from now on.

    Raises:
        BadRequest: nothing may be sent to this address, or there are too many endpoints.
    """
    ports.sender.refuse(url)
    if len(ports.webhooks.endpoints()) >= MOST_ENDPOINTS:
        raise _too_many()
    now = ports.clock()
    secret = signature.new_secret(ports.random_bytes(signature.SECRET_BYTES))
    endpoint = Endpoint(
        id=f"we_{receipt_token(ports.random_bytes(16))}",
        url=url,
        secrets=(Secret(secret),),
        created_at=now,
        created_by=by,
        types=types,
        description=description,
    )
    ports.webhooks.add(endpoint, Progress(endpoint.id, ports.feed.end(), now))
    if len(ports.webhooks.endpoints()) > MOST_ENDPOINTS:  # others were added meanwhile, and take theirs back, too
        ports.webhooks.remove(endpoint.id)
        raise _too_many()
    return WithSecret(endpoint, secret)


def change(
    endpoint_id: str,
    ports: EventPorts,
    *,
    url: str | None = None,
    types: tuple[EventType, ...] | None = None,
    description: str | None = None,
    status: EndpointStatus | None = None,
    skip_missed: bool = False,
) -> Endpoint:
    """Change the arguments that are not None. An enabled endpoint first gets the events that it missed, or skips them.

    Raises:
        BadRequest: nothing may be sent to the new address.
        UnknownEndpoint: there is none with this id.
    """
    if url is not None:
        ports.sender.refuse(url)

    def changed(endpoint: Endpoint) -> Endpoint:
        after = endpoint.changed(url=url, types=types, description=description)
        if status is EndpointStatus.DISABLED and endpoint.is_enabled:
            return replace(after.disabled("an operator disabled it"), revision=endpoint.revision + 1)
        if status is EndpointStatus.ENABLED and not endpoint.is_enabled:
            return replace(after.enabled(), revision=endpoint.revision + 1)
        return after

    if status is EndpointStatus.ENABLED:
        _advanced(endpoint_id, ports, lambda progress: _continued(progress, ports, skip_missed=skip_missed))
    endpoint = _changed(endpoint_id, ports, changed)
    if endpoint.is_enabled:
        ports.doorbell.notify([endpoint.id])
    return endpoint


def rotate(endpoint_id: str, ports: EventPorts) -> WithSecret:
    """Give the endpoint a new secret. For 24 hours, deliveries are signed by the old one, too.

    Raises:
        UnknownEndpoint: there is none with this id.
    """
    secret = signature.new_secret(ports.random_bytes(signature.SECRET_BYTES))
    return WithSecret(_changed(endpoint_id, ports, lambda endpoint: endpoint.rotated(secret, ports.clock())), secret)


def test(endpoint_id: str, ports: EventPorts) -> WebhookDelivery:
    """Send the endpoint a test event, in one attempt. Returns the pending delivery: read it again for the outcome.

    Raises:
        BadRequest: the endpoint is disabled, or too many test events wait.
        UnknownEndpoint: there is none with this id.
    """
    endpoint = ports.webhooks.endpoint(endpoint_id)
    if not endpoint.is_enabled:
        raise BadRequest("This endpoint is disabled. Enable it first.")
    now = ports.clock()
    if _waiting_tests(endpoint_id, ports) >= MOST_TESTS:
        raise BadRequest(
            f"{MOST_TESTS} test events wait for this endpoint already. Try again when they have been sent."
        )
    # As a text, it sorts by time: lists begin with the newest.
    event_id = f"evt_test_{now.timestamp() * 1000:013.0f}{ports.random_bytes(4).hex()}"
    document = {"id": event_id, "type": TEST, "timestamp": to_iso(now), "data": {}}
    delivery = WebhookDelivery(endpoint_id, event_id, TEST, created_at=now, due_at=now, test=written(document).decode())
    ports.webhooks.put([delivery])
    ports.doorbell.notify([endpoint_id])
    return delivery


def replay_event(endpoint_id: str, event_id: str, ports: EventPorts) -> WebhookDelivery:
    """Deliver an event again, whatever the state of its delivery, and whether or not the endpoint gets its type.

    Raises:
        BadRequest: too many were replayed at once.
        UnknownEndpoint: there is none with this id.
        UnknownEvent: the feed does not have it.
    """
    endpoint = ports.webhooks.endpoint(endpoint_id)
    delivery = deliver.from_now(endpoint, ports.feed.find(event_id), ports)

    def noted(progress: Progress) -> Progress:
        again = dict.fromkeys((*progress.again, event_id))
        if len(again) > MOST_AGAIN:
            raise BadRequest(f"{MOST_AGAIN} events were replayed just now. Try again in a minute, or replay a time.")
        return replace(progress, again=tuple(again), revision=progress.revision + 1)

    if endpoint.is_enabled:
        _advanced(endpoint_id, ports, noted)
    ports.webhooks.put([delivery])
    ports.doorbell.notify([endpoint_id])
    return delivery


def replay(endpoint_id: str, since: datetime, before: datetime, ports: EventPorts) -> int:
    """Deliver the events from `since` to before `before` again, of types that the endpoint gets.

    Returns how many replays of this endpoint are under way.

    Raises:
        BadRequest: `since` is not before `before`, or too many replays are under way.
        UnknownEndpoint: there is none with this id.
    """
    if since >= before:
        raise BadRequest("from must be earlier than to.")
    ports.webhooks.endpoint(endpoint_id)
    cursor, end = ports.feed.before(max(since, EARLIEST)), ports.feed.end()
    if end is None:
        return 0
    asked = Replay(cursor, end, since, before)

    def added(progress: Progress) -> Progress:
        if len(progress.replays) >= MOST_REPLAYS:
            raise BadRequest(
                f"This endpoint has {MOST_REPLAYS} replays under way already. Try again when one of them is over."
            )
        return replace(progress, replays=(*progress.replays, asked), revision=progress.revision + 1)

    progress = _advanced(endpoint_id, ports, added)
    ports.doorbell.notify([endpoint_id])
    return len(progress.replays)


def remove(endpoint_id: str, ports: EventPorts) -> None:
    """Remove an endpoint with its secrets.

    Raises:
        UnknownEndpoint: there is none with this id.
    """
    ports.webhooks.endpoint(endpoint_id)
    ports.webhooks.remove(endpoint_id)


def _too_many() -> BadRequest:
    return BadRequest(f"There are {MOST_ENDPOINTS} webhook endpoints already. Remove one first.")


def _waiting_tests(endpoint_id: str, ports: EventPorts) -> int:
    """How many test events wait. As their ids sort behind all others, the list of deliveries begins with them."""
    count, cursor = 0, None
    while True:
        page = ports.webhooks.deliveries(endpoint_id, None, 2 * MOST_TESTS, cursor)
        tests = [each for each in page.deliveries if each.test is not None]
        count += sum(each.status is WebhookDeliveryStatus.PENDING for each in tests)
        cursor = page.cursor
        if count >= MOST_TESTS or len(tests) < len(page.deliveries) or cursor is None:
            return count


def _continued(progress: Progress, ports: EventPorts, *, skip_missed: bool) -> Progress:
    after = progress.reset(ports.clock())
    return replace(after, cursor=ports.feed.end(), read_until=ports.clock()) if skip_missed else after


def _changed(endpoint_id: str, ports: EventPorts, change: Callable[[Endpoint], Endpoint]) -> Endpoint:
    for _ in range(_TRIES):
        before = ports.webhooks.endpoint(endpoint_id)
        after = change(before)
        if ports.webhooks.change(before, after) == after:
            return after
    raise EndpointConflict


def _advanced(endpoint_id: str, ports: EventPorts, change: Callable[[Progress], Progress]) -> Progress:
    for _ in range(_TRIES):
        before = ports.webhooks.progress(endpoint_id)
        after = change(before)
        if ports.webhooks.advance(before, after) == after:
            return after
    raise EndpointConflict

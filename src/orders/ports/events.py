"""The ports of the event feed and of webhooks. Every call may raise `Unavailable`, unless it says otherwise."""

import secrets
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from orders.order.clock import utc_now
from orders.order.event import Event, EventType
from orders.order.webhook import Answer, Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus


class Feed(Protocol):
    """The events in their order. A new event appears after all events that could be read before."""

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:
        """The next events after the one with the id `after`, at most `limit`; None is the start of the feed.

        If there are `types`, events of others may come without their data, which may be large.

        Raises:
            CursorExpired: the feed no longer has this event, or never had it, as after a restore.
        """

    def find(self, event_id: str) -> Event:
        """The event with this id.

        Raises:
            UnknownEvent: the feed no longer has it, or never had it.
        """

    def end(self) -> str | None:
        """The id of the newest event, read consistently; None if the feed is empty."""

    def before(self, at: datetime) -> str | None:
        """A cursor after which all events from `at` on come; None is the start of the feed.

        Some earlier events may come after it, too.
        """


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, the newest event first, and where the next page starts (None after the last)."""

    deliveries: Sequence[WebhookDelivery]
    cursor: str | None


class Webhooks(Protocol):
    """The endpoints, their progress and their deliveries. Reads are strongly consistent."""

    def endpoints(self) -> Sequence[Endpoint]:
        """All endpoints, the oldest first."""

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """The endpoint with this id.

        Raises:
            UnknownEndpoint: there is none.
        """

    def add(self, endpoint: Endpoint, progress: Progress) -> None:
        """Store a new endpoint with its progress. A repeated call changes nothing."""

    def change(self, before: Endpoint, after: Endpoint) -> Endpoint:
        """Store `after` if the endpoint is still at the revision of `before`. Returns what is stored now.

        Raises:
            UnknownEndpoint: it was removed.
        """

    def remove(self, endpoint_id: str) -> None:
        """Remove the endpoint, its secrets and its progress. Its deliveries are removed when they are 30 days old."""

    def progress(self, endpoint_id: str) -> Progress:
        """How far the deliveries to this endpoint got.

        Raises:
            UnknownEndpoint: there is none.
        """

    def advance(self, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()) -> Progress:
        """Store `after` if the progress is still at the revision of `before`, and the deliveries before it or with it.

        Returns the progress that is stored now: it equals `after` only if `after` was stored. The deliveries may be
        stored although `after` was not. `before` has revision 0 if no progress was stored yet, as when the event bus
        gets its first turn.

        Raises:
            UnknownEndpoint: the endpoint was removed.
        """

    def put(self, deliveries: Sequence[WebhookDelivery]) -> None:
        """Store the deliveries, in place of those for the same event and endpoint."""

    def delivery(self, endpoint_id: str, event_id: str) -> WebhookDelivery:
        """The delivery of this event to this endpoint.

        Raises:
            UnknownEvent: there is none, or no longer.
        """

    def deliveries(
        self, endpoint_id: str, status: WebhookDeliveryStatus | None, limit: int, cursor: str | None
    ) -> DeliveryPage:
        """A page of the deliveries to this endpoint, the newest event first: the first page, or that after `cursor`.

        `status` selects those of one status; None selects all.

        A page may hold fewer than `limit` deliveries and still have a cursor.

        Raises:
            BadRequest: the cursor is not valid.
        """

    def pending(self, endpoint_id: str, due_by: datetime, limit: int) -> Sequence[WebhookDelivery]:
        """Pending deliveries that are due by this time, at most `limit`, the longest due first.

        Each is read consistently, but one that became pending within the last seconds may be missing.
        """


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A POST with these headers, in which names are lower case, and this body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Sender(Protocol):
    """Sends requests to other people's servers, and to no address inside our network."""

    def refuse(self, url: str) -> None:
        """Refuse a URL to which nothing may be sent, as far as the URL itself shows it. No name is resolved.

        Raises:
            BadRequest: says why, for the operator.
        """

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        """Send the requests at the same time, each in one attempt. Returns the answers, in the order of the requests.

        It raises nothing: if there was no answer, `Answer.error` says why.
        """


class Doorbell(Protocol):
    """Tells a worker that there may be something to send. A message may be lost, or come twice."""

    def notify(self, endpoint_ids: Sequence[str], delay: timedelta = timedelta(0)) -> None:
        """Let a worker take a turn for each of these endpoints, after a delay of at most 15 minutes."""


class Bus(Protocol):
    """An event bus of the platform, whose rules pass events on: EventBridge."""

    def publish(self, events: Sequence[Event]) -> None:
        """Publish the events, in this order.

        Raises:
            Unavailable: some events may not be published. Call again with all of them.
        """


@dataclass(frozen=True, slots=True)
class EventPorts:
    """All ports that the use cases of events and webhooks may call. `bus` is None where there is none."""

    feed: Feed
    webhooks: Webhooks
    sender: Sender
    doorbell: Doorbell
    clock: Callable[[], datetime] = utc_now
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    bus: Bus | None = None

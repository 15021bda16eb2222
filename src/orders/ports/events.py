"""The ports of the event feed and of webhooks. Every call may raise `Unavailable`, as those of the other ports."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from orders.order.clock import utc_now
from orders.order.event import Event
from orders.order.webhook import Answer, Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus


class Feed(Protocol):
    """The events, in the order in which they can be read. An event never appears before one that was read already."""

    def read(self, after: str | None, limit: int) -> Sequence[Event]:
        """The next events behind the one with the id `after`, at most `limit`; None is the start of the feed.

        Raises:
            CursorExpired: the feed no longer has this event, or never had it, as after a restore.
        """

    def find(self, event_id: str) -> Event:
        """The event with this id.

        Raises:
            UnknownEvent: the feed no longer has it, or never had it.
        """

    def end(self) -> str | None:
        """The id of the newest event, as it is now; None if the feed is empty."""

    def before(self, at: datetime) -> str | None:
        """The id of an event behind which all events of `at` and later are; None is the start of the feed.

        A few earlier events may be behind it, too.
        """


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, the newest event first, and where the next page starts (None after the last)."""

    deliveries: Sequence[WebhookDelivery]
    cursor: str | None


class Webhooks(Protocol):
    """The endpoints, how far each one got, and its deliveries. Reading is strongly consistent."""

    def endpoints(self) -> Sequence[Endpoint]:
        """All endpoints, the oldest first."""

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """The endpoint with this id.

        Raises:
            UnknownEndpoint: there is none.
        """

    def add(self, endpoint: Endpoint, progress: Progress) -> None:
        """Store a new endpoint with its progress. The call may be repeated."""

    def change(self, before: Endpoint, after: Endpoint) -> Endpoint:
        """Store `after` if the endpoint is still at the revision of `before`. Returns what is stored now.

        Raises:
            UnknownEndpoint: it was removed.
        """

    def remove(self, endpoint_id: str) -> None:
        """Forget the endpoint, its secrets and its progress; its deliveries are forgotten in time."""

    def progress(self, endpoint_id: str) -> Progress:
        """How far the deliveries to this endpoint got.

        Raises:
            UnknownEndpoint: there is none.
        """

    def advance(self, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()) -> Progress:
        """Store the deliveries, and then or at once `after`, if the progress is still at the revision of `before`.

        Returns the progress that is stored now: `after` exactly if it was stored. Deliveries may be stored although it
        was not. A `before` of revision 0 was never stored: so begins the progress of the event bus, which one machine
        does not have.

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
        """The deliveries to this endpoint of one status or any, or those after `cursor`.

        A page may hold fewer than `limit` deliveries and still have a cursor.

        Raises:
            BadRequest: the cursor is not valid.
        """

    def pending(self, endpoint_id: str, due_by: datetime, limit: int) -> Sequence[WebhookDelivery]:
        """Pending deliveries that are due by this time, the longest due first, as they are now.

        An index may lag behind for seconds, and one that has just become pending be missing.
        """


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A POST with these headers, in which names are lower case, and this body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Sender(Protocol):
    """The way out to other people's servers. It reaches no address inside."""

    def refuse(self, url: str) -> None:
        """Refuse an address to which nothing may be sent, as far as that can be seen without asking the network.

        Raises:
            BadRequest: says why, in the operator's words.
        """

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        """Send the requests side by side, each in one attempt. Returns the answers, in the order of the requests.

        It raises nothing: an answer says why there was none.
        """


class Doorbell(Protocol):
    def notify(self, endpoint_ids: Sequence[str], delay: timedelta = timedelta(0)) -> None:
        """Have a worker take a turn for each of these endpoints, after a delay of at most 15 minutes."""


class Bus(Protocol):
    """Where rules of the platform take events over: EventBridge."""

    def publish(self, events: Sequence[Event]) -> None:
        """Publish the events, in this order.

        Raises:
            Unavailable: some may not be published. Call again with all of them.
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

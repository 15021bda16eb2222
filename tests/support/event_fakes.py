"""The ports of events and webhooks in memory, for the tests of the use cases."""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import RLock
from typing import TypeVar

from tests.support.examples import NINE
from tests.support.fakes import Clock

from orders.order.errors import BadRequest, CursorExpired, UnknownEndpoint, UnknownEvent
from orders.order.event import Event, EventType, Happening, parts_of_id
from orders.order.webhook import Answer, Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus
from orders.ports.events import Bus, DeliveryPage, EventPorts, WebRequest

Stored = TypeVar("Stored", Endpoint, Progress)

TAKEN = Answer(200, "thank you", seconds=0.1)
BROKEN = Answer(500, "out of order", seconds=0.1)
SILENT = Answer(None, error="no answer within 15 seconds", seconds=15.0)
GONE = Answer(410, "gone", seconds=0.1)
LONGEST_LATENESS = timedelta(minutes=2)
"""An event of this feed comes into it so long after its time, at most."""


def an_event(
    position: int, type_: EventType = EventType.ORDER_RECEIVED, at: datetime = NINE, order_id: str = ""
) -> Event:
    """An event at this place in the feed, of an order that is named after the place."""
    order_id = order_id or f"A-{position}"
    status = type_.partition(".")[2].upper()
    happening = Happening(type_, order_id, 1, at, status)
    return Event(position, happening, {"orderId": order_id, "status": status, "revision": 1})


@dataclass
class MemoryFeed:
    events: list[Event] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def happen(self, type_: EventType = EventType.ORDER_RECEIVED, at: datetime = NINE, order_id: str = "") -> Event:
        """Append an event, as a move of an order does."""
        with self.lock:
            event = an_event(self.events[-1].position + 1 if self.events else 1, type_, at, order_id)
            self.events.append(event)
            return event

    def forget(self, until: Event) -> None:
        """Drop the events up to this one: they are older than 30 days."""
        with self.lock:
            self.events = self.events[self._index(until.position) + 1 :]

    def restore(self, until: Event) -> None:
        """Drop the events behind this one, as the restore of a backup does. Others may get their positions."""
        with self.lock:
            self.events = self.events[: self._index(until.position) + 1]

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:
        with self.lock:
            start = 0
            if after is not None:
                start = self._place(after, CursorExpired()) + 1
            return self.events[start : start + limit]

    def find(self, event_id: str) -> Event:
        with self.lock:
            return self.events[self._place(event_id, UnknownEvent())]

    def end(self) -> str | None:
        with self.lock:
            return self.events[-1].id if self.events else None

    def before(self, at: datetime) -> str | None:
        with self.lock:
            earliest = at - LONGEST_LATENESS
            first = bisect_left(self.events, earliest, key=lambda event: event.happening.at)
            return self.events[first - 1].id if first else None

    def _place(self, event_id: str, unknown: Exception) -> int:
        parts = parts_of_id(event_id)
        index = self._index(parts[0]) if parts else len(self.events)
        if index >= len(self.events) or self.events[index].id != event_id:
            raise unknown
        return index

    def _index(self, position: int) -> int:
        return bisect_left(self.events, position, key=lambda event: event.position)


@dataclass
class MemoryWebhooks:
    """Before each call of `advance`, the next of `interruptions` is called: what another worker does just then."""

    stored: dict[str, Endpoint] = field(default_factory=dict)
    progresses: dict[str, Progress] = field(default_factory=dict)
    all: dict[str, dict[str, WebhookDelivery]] = field(default_factory=dict)
    """The deliveries of each endpoint, by the id of the event."""
    lock: RLock = field(default_factory=RLock, repr=False, compare=False)
    interruptions: list[Callable[[], object]] = field(default_factory=list)

    def endpoints(self) -> Sequence[Endpoint]:
        with self.lock:
            return sorted(self.stored.values(), key=lambda each: (each.created_at, each.id))

    def endpoint(self, endpoint_id: str) -> Endpoint:
        with self.lock:
            return _known(self.stored, endpoint_id)

    def add(self, endpoint: Endpoint, progress: Progress) -> None:
        with self.lock:
            self.stored.setdefault(endpoint.id, endpoint)
            self.progresses.setdefault(endpoint.id, progress)

    def change(self, before: Endpoint, after: Endpoint) -> Endpoint:
        with self.lock:
            now = _known(self.stored, before.id)
            if now.revision == before.revision:
                self.stored[before.id] = after
            return self.stored[before.id]

    def remove(self, endpoint_id: str) -> None:
        with self.lock:
            self.stored.pop(endpoint_id, None)
            self.progresses.pop(endpoint_id, None)

    def progress(self, endpoint_id: str) -> Progress:
        with self.lock:
            return _known(self.progresses, endpoint_id)

    def advance(self, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()) -> Progress:
        if self.interruptions:
            self.interruptions.pop(0)()
        with self.lock:
            if not before.revision:
                return self.progresses.setdefault(before.endpoint_id, after)
            now = _known(self.progresses, before.endpoint_id)
            self.put(deliveries)
            if now.revision == before.revision:
                self.progresses[before.endpoint_id] = after
            return self.progresses[before.endpoint_id]

    def put(self, deliveries: Sequence[WebhookDelivery]) -> None:
        with self.lock:
            for each in deliveries:
                self.all.setdefault(each.endpoint_id, {})[each.event_id] = each

    def delivery(self, endpoint_id: str, event_id: str) -> WebhookDelivery:
        with self.lock:
            found = self.all.get(endpoint_id, {}).get(event_id)
            if found is None:
                raise UnknownEvent
            return found

    def deliveries(
        self, endpoint_id: str, status: WebhookDeliveryStatus | None, limit: int, cursor: str | None
    ) -> DeliveryPage:
        if cursor is not None and not cursor.startswith("evt_"):
            raise BadRequest("This cursor is not valid for this list.")
        with self.lock:
            found = sorted(self.all.get(endpoint_id, {}).values(), key=lambda each: each.event_id, reverse=True)
        behind = [each for each in found if cursor is None or each.event_id < cursor]
        chosen = [each for each in behind if status in {None, each.status}]
        page = chosen[:limit]
        return DeliveryPage(page, page[-1].event_id if len(chosen) > limit else None)

    def pending(self, endpoint_id: str, due_by: datetime, limit: int) -> Sequence[WebhookDelivery]:
        with self.lock:
            due = [
                (each.due_at, each.event_id, each)
                for each in self.all.get(endpoint_id, {}).values()
                if each.status is WebhookDeliveryStatus.PENDING and each.due_at is not None and each.due_at <= due_by
            ]
        return [each for _, _, each in sorted(due, key=lambda found: found[:2])[:limit]]


def _known(them: dict[str, Stored], endpoint_id: str) -> Stored:
    if endpoint_id not in them:
        raise UnknownEndpoint
    return them[endpoint_id]


@dataclass
class MemorySender:
    """A receiver: what it got, and what it answers. `answer` may also change things in the middle of a turn."""

    answer: Callable[[WebRequest], Answer] = lambda _request: TAKEN
    got: list[WebRequest] = field(default_factory=list)
    side_by_side: list[int] = field(default_factory=list)
    """How many requests each call of `post_all` had."""

    def refuse(self, url: str) -> None:
        if not url.startswith("https://"):
            raise BadRequest("url must begin with https://.")

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        self.side_by_side.append(len(requests))
        self.got += requests
        return [self.answer(request) for request in requests]

    @property
    def ids(self) -> list[str]:
        """The ids of the events that were sent, each as often as it was sent."""
        return [request.headers["webhook-id"] for request in self.got]


@dataclass
class MemoryDoorbell:
    notified: list[tuple[str, timedelta]] = field(default_factory=list)

    def notify(self, endpoint_ids: Sequence[str], delay: timedelta = timedelta(0)) -> None:
        assert timedelta(0) <= delay <= timedelta(minutes=15), "a message can't be delayed longer"
        self.notified += [(endpoint_id, delay) for endpoint_id in endpoint_ids]

    def quiet(self) -> list[tuple[str, timedelta]]:
        """What was notified for since it was last asked."""
        notified, self.notified = self.notified, []
        return notified


@dataclass
class MemoryEvents:
    """All of them, with a clock that stands still until it is set."""

    feed: MemoryFeed = field(default_factory=MemoryFeed)
    webhooks: MemoryWebhooks = field(default_factory=MemoryWebhooks)
    sender: MemorySender = field(default_factory=MemorySender)
    doorbell: MemoryDoorbell = field(default_factory=MemoryDoorbell)
    bus: Bus | None = None
    clock: Clock = field(default_factory=Clock)
    chances: Iterator[int] = field(default_factory=count, repr=False)

    @property
    def ports(self) -> EventPorts:
        return EventPorts(self.feed, self.webhooks, self.sender, self.doorbell, self.clock, self._bytes, self.bus)

    def happen(self, type_: EventType = EventType.ORDER_RECEIVED, order_id: str = "") -> Event:
        return self.feed.happen(type_, self.clock.now, order_id)

    def _bytes(self, size: int) -> bytes:
        """Never the same bytes twice, the same ones in each run."""
        return hashlib.shake_128(str(next(self.chances)).encode()).digest(size)

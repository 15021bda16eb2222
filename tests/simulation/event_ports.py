"""The ports of events and webhooks over a world: in memory, behind the boundary where calls go wrong.

The feed has an event with the write that it tells of, as on one machine. The doorbell is a queue that loses messages.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from tests.simulation.current import current
from tests.simulation.event_world import EventWorld
from tests.simulation.faults import READ, WEB, WRITE, Fault
from tests.simulation.receivers import PATIENCE, Reply
from tests.simulation.scheduler import Milliseconds, current_process

from orders.order import record
from orders.order.errors import CursorExpired, Unavailable, UnknownEndpoint, UnknownEvent
from orders.order.event import Event, EventType, data_of, happened, parts_of_id
from orders.order.order import Order
from orders.order.webhook import Answer, Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus
from orders.ports.events import DeliveryPage, EventPorts, WebRequest

T = TypeVar("T")
A_MOMENT: Milliseconds = 200
"""So soon after a write, its event is told of."""
LONGEST_LAG: Milliseconds = 2_000
"""Of the index of pending deliveries."""


def events() -> EventPorts:
    """Event ports in which every call is one of the port's."""
    return EventPorts(
        SimulatedFeed(),
        SimulatedWebhooks(),
        SimulatedSender(),
        SimulatedBell(),
        lambda: current.world.clock(),
        lambda count: current.world.random_bytes(count),
    )


@dataclass
class Memory:
    """What is kept for one run."""

    feed: list[Event] = field(default_factory=list)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    progress: dict[str, Progress] = field(default_factory=dict)
    deliveries: dict[str, dict[str, WebhookDelivery]] = field(default_factory=dict)
    """By endpoint and event id."""
    pending_since: dict[tuple[str, str], Milliseconds] = field(default_factory=dict)
    """Since when the index would show a delivery, if it did not lag."""

    def put(self, deliveries: Sequence[WebhookDelivery], now: Milliseconds) -> None:
        for each in deliveries:
            self.deliveries.setdefault(each.endpoint_id, {})[each.event_id] = each
            if each.due_at is None:
                self.pending_since.pop((each.endpoint_id, each.event_id), None)
            else:
                self.pending_since.setdefault((each.endpoint_id, each.event_id), now)


def _told() -> EventWorld:
    told = current.world.events
    assert told is not None
    return told


def _memory() -> Memory:
    memory: Memory = _told().kept.setdefault("memory", Memory())
    return memory


def committed(before: Order | None, after: Order) -> None:
    """Let the events of a write come into the feed, and notify."""
    world, memory = current.world, _memory()
    record_before, record_after = record.from_order(before) if before else None, record.from_order(after)
    found = list(happened(record_before, record_after))
    for each in found:
        memory.feed.append(Event(len(memory.feed) + 1, each, data_of(each, record_after)))
    if found:
        world.scheduler.after(A_MOMENT, lambda: current.platform.webhook_queue.send(_enabled()))


def at_rest() -> bool:
    return True


def _enabled() -> list[str]:
    return [each.id for each in _memory().endpoints.values() if each.is_enabled]


def no_answer() -> Exception:
    return Unavailable("no answer")


def _read(name: str, effect: Callable[[], T]) -> T:
    return current.world.call(READ, f"events.{name}", effect, no_answer)


def _write(name: str, effect: Callable[[], T]) -> T:
    return current.world.call(WRITE, f"events.{name}", effect, no_answer)


class SimulatedFeed:
    """`orders.ports.events.Feed`"""

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:
        return _read("read", lambda: _behind(after)[:limit])

    def find(self, event_id: str) -> Event:
        return _read("find", lambda: _known(event_id, UnknownEvent))

    def end(self) -> str | None:
        return _read("end", lambda: _memory().feed[-1].id if _memory().feed else None)

    def before(self, at: datetime) -> str | None:
        return _read("before", lambda: _before(at))


def _behind(after: str | None) -> list[Event]:
    return _memory().feed[_known(after, CursorExpired).position :] if after else _memory().feed


def _known(event_id: str, error: type[Exception]) -> Event:
    place, feed = parts_of_id(event_id), _memory().feed
    if place is None or not 0 < place[0] <= len(feed) or feed[place[0] - 1].id != event_id:
        raise error
    return feed[place[0] - 1]


def _before(at: datetime) -> str | None:
    feed = _memory().feed
    first = next((event.position for event in feed if event.happening.at >= at), len(feed) + 1)
    return feed[first - 2].id if first > 1 else None


class SimulatedWebhooks:
    """`orders.ports.events.Webhooks`"""

    def endpoints(self) -> Sequence[Endpoint]:
        if current.world.events is None:
            return ()
        return _read("endpoints", lambda: list(_memory().endpoints.values()))

    def endpoint(self, endpoint_id: str) -> Endpoint:
        return _read("endpoint", lambda: _of(_memory().endpoints, endpoint_id))

    def add(self, endpoint: Endpoint, progress: Progress) -> None:
        def effect() -> None:
            _memory().endpoints[endpoint.id] = endpoint
            _memory().progress[endpoint.id] = progress

        _write("add", effect)

    def change(self, before: Endpoint, after: Endpoint) -> Endpoint:
        def effect() -> Endpoint:
            kept = _of(_memory().endpoints, after.id)
            if kept.revision == before.revision:
                kept = _memory().endpoints[after.id] = after
            return kept

        return _write("change", effect)

    def remove(self, endpoint_id: str) -> None:
        def effect() -> None:
            _memory().endpoints.pop(endpoint_id, None)
            _memory().progress.pop(endpoint_id, None)

        _write("remove", effect)

    def progress(self, endpoint_id: str) -> Progress:
        return _read("progress", lambda: _of(_memory().progress, endpoint_id))

    def advance(self, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()) -> Progress:
        """The deliveries first: others are at work before the progress is stored."""
        if deliveries:
            self.put(deliveries)

        def effect() -> Progress:
            kept = _of(_memory().progress, after.endpoint_id)
            if kept.revision == before.revision:
                kept = _memory().progress[after.endpoint_id] = after
            return kept

        return _write("advance", effect)

    def put(self, deliveries: Sequence[WebhookDelivery]) -> None:
        _write("put", lambda: _memory().put(deliveries, current.world.scheduler.now))

    def delivery(self, endpoint_id: str, event_id: str) -> WebhookDelivery:
        def effect() -> WebhookDelivery:
            found = _memory().deliveries.get(endpoint_id, {}).get(event_id)
            if found is None:
                raise UnknownEvent
            return found

        return _read("delivery", effect)

    def deliveries(
        self, endpoint_id: str, status: WebhookDeliveryStatus | None, limit: int, cursor: str | None
    ) -> DeliveryPage:
        def effect() -> DeliveryPage:
            newest = sorted(_memory().deliveries.get(endpoint_id, {}).items(), reverse=True)
            found = [each for event_id, each in newest if cursor is None or event_id < cursor][:limit]
            last = found[-1].event_id if len(found) == limit else None
            return DeliveryPage([each for each in found if status in {None, each.status}], last)

        return _read("deliveries", effect)

    def pending(self, endpoint_id: str, due_by: datetime, limit: int) -> Sequence[WebhookDelivery]:
        """As they are now, of those that an index shows that lags."""

        def effect() -> Sequence[WebhookDelivery]:
            world, memory = current.world, _memory()
            seen = world.scheduler.now - int(LONGEST_LAG * world.chance.random())
            found = [
                (each.due_at, each)
                for event_id, each in memory.deliveries.get(endpoint_id, {}).items()
                if each.due_at and each.due_at <= due_by and memory.pending_since[endpoint_id, event_id] <= seen
            ]
            return [each for _, each in sorted(found, key=lambda pair: pair[0])[:limit]]

        return _read("pending", effect)


def _of(kept: dict[str, T], endpoint_id: str) -> T:
    if endpoint_id not in kept:
        raise UnknownEndpoint
    return kept[endpoint_id]


class SimulatedBell:
    """`orders.ports.events.Doorbell`"""

    def notify(self, endpoint_ids: Sequence[str], delay: timedelta = timedelta(0)) -> None:
        pause = int(delay.total_seconds() * 1000)
        send = current.platform.webhook_queue.send
        current.world.call(WRITE, "doorbell.notify", lambda: send(endpoint_ids, pause), no_answer)


class SimulatedSender:
    """`orders.ports.events.Sender`: requests travel side by side, and whatever befalls them is an answer."""

    def refuse(self, url: str) -> None:
        pass

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        if len(requests) == 1:
            return [_post(requests[0])]
        answers: dict[int, Answer] = {}
        scheduler, process = current.world.scheduler, current_process()

        def post(number: int, woken: Callable[[], None]) -> None:
            answers[number] = _post(requests[number])
            if len(answers) == len(requests):
                woken()

        def begin(wake: Callable[[], None]) -> None:
            for number in range(len(requests)):
                scheduler.start(lambda number=number: post(number, wake), process)  # type: ignore[misc]

        if requests:
            scheduler.suspend(begin)
        return [answers[number] for number in range(len(requests))]


def _post(request: WebRequest) -> Answer:
    world = current.world
    receiver = _told().receivers[request.url]
    fault = world.passed(WEB, "web")
    world.tell(f"  POST {request.url} {request.headers['webhook-id']}")
    receiver.in_flight += 1
    try:
        world.scheduler.sleep(1 + world.chance.randrange(100))
        if fault is Fault.CRASH_BEFORE:
            world.crash(current_process())
        if fault is Fault.ERROR:
            return Answer(None, error="the connection was refused")
        reply = receiver.receive(request.headers, request.body)
        world.tell(f"  {request.url} answers {reply.status} to {request.headers['webhook-id']}")
        if fault is Fault.CRASH_AFTER:
            world.crash(current_process())
        answer = _answer(reply, is_lost=fault is Fault.REPLY_LOST or reply.is_lost)
        if answer.status is not None:
            receiver.was_told(request.headers["webhook-id"], reply)
        return answer
    finally:
        receiver.in_flight -= 1


def _answer(reply: Reply, *, is_lost: bool) -> Answer:
    scheduler = current.world.scheduler
    scheduler.sleep(min(reply.after, PATIENCE))
    seconds = min(reply.after, PATIENCE) / 1000
    if reply.after >= PATIENCE:
        return Answer(None, error="no answer within 15 seconds", seconds=seconds)
    if reply.status is None or is_lost:
        return Answer(None, error="the connection broke", seconds=seconds)
    after = timedelta(seconds=reply.retry_after) if reply.retry_after else None
    return Answer(reply.status, "an answer", seconds=seconds, retry_after=after)

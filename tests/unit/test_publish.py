"""Publishing events to the event bus: each at least once, in the order of the feed, by one worker at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.support.event_fakes import MemoryEvents

from orders.order.errors import Unavailable
from orders.order.event import Event
from orders.order.webhook import BUS, LEASE
from orders.use_cases.webhooks import notify, publish


@dataclass
class MemoryBus:
    """`before` is called before each call; it may raise."""

    published: list[Event] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def publish(self, events: Sequence[Event]) -> None:
        self.before()
        self.published += events

    def fail(self) -> None:
        raise Unavailable("event bus: no answer")


@pytest.fixture
def bus() -> MemoryBus:
    return MemoryBus()


@pytest.fixture
def events(bus: MemoryBus) -> MemoryEvents:
    return MemoryEvents(bus=bus)


def take_turn(events: MemoryEvents, steps: int = 99) -> None:
    """With time for so many steps."""
    left = iter(range(steps))
    publish.take_turn(events.ports, lambda: next(left, None) is not None)


def test_every_event_is_published_once_in_the_order_of_the_feed(events: MemoryEvents, bus: MemoryBus):
    first = [events.happen() for _ in range(250)]
    take_turn(events)
    then = [events.happen() for _ in range(3)]
    take_turn(events)
    take_turn(events)

    assert bus.published == first + then
    assert events.webhooks.progress(BUS).lease is None


def test_a_new_bus_gets_the_events_of_the_last_hour(events: MemoryEvents, bus: MemoryBus):
    events.happen()
    events.clock.advance(hours=2)
    recent = events.happen()
    take_turn(events)

    assert bus.published == [recent]


def test_without_a_bus_nothing_happens(events: MemoryEvents):
    events.bus = None
    events.happen()
    take_turn(events)

    assert events.webhooks.progresses == {}
    assert notify.notify_all(events.ports) == 0


def test_the_bus_is_rung_for_as_an_endpoint_is(events: MemoryEvents):
    assert notify.notify_all(events.ports) == 1
    assert events.doorbell.quiet() == [(BUS, timedelta(0))]


def test_a_turn_with_nothing_to_publish_writes_nothing(events: MemoryEvents):
    events.happen()
    take_turn(events)
    before = events.webhooks.progress(BUS)
    take_turn(events)

    assert events.webhooks.progress(BUS) == before


def test_what_the_bus_did_not_take_is_published_by_the_next_turn(events: MemoryEvents, bus: MemoryBus):
    all_events = [events.happen() for _ in range(150)]
    bus.before = bus.fail
    with pytest.raises(Unavailable):
        take_turn(events)
    bus.before = lambda: None
    take_turn(events)

    assert bus.published == all_events


def test_no_two_workers_publish_at_the_same_time(events: MemoryEvents, bus: MemoryBus):
    event = events.happen()

    def come_in_between() -> None:
        bus.before = lambda: None
        take_turn(events)

    bus.before = come_in_between
    take_turn(events)

    assert bus.published == [event]


def test_a_worker_that_died_is_followed_by_another(events: MemoryEvents, bus: MemoryBus):
    event = events.happen()

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    bus.before = kill
    with pytest.raises(Killed):
        take_turn(events)
    bus.before = lambda: None
    take_turn(events)
    assert bus.published == []
    events.clock.advance(seconds=LEASE.total_seconds())
    take_turn(events)

    assert bus.published == [event]


def test_a_worker_whose_lease_another_took_stops(events: MemoryEvents, bus: MemoryBus):
    """It was held up for a minute. What it has just published is published twice, and the rest once."""
    all_events = [events.happen() for _ in range(250)]

    def hold_up() -> None:
        bus.before = lambda: None
        events.clock.advance(seconds=LEASE.total_seconds())
        take_turn(events)

    bus.before = hold_up
    take_turn(events)

    assert bus.published == all_events + all_events[: publish.AT_ONCE]


def test_a_turn_without_time_for_all_has_another_one_called(events: MemoryEvents, bus: MemoryBus):
    all_events = [events.happen() for _ in range(250)]
    take_turn(events, steps=1)
    assert events.doorbell.quiet() == [(BUS, timedelta(0))]
    take_turn(events)

    assert bus.published == all_events
    assert events.doorbell.quiet() == []


def test_an_event_that_comes_while_the_turn_ends_has_another_one_called(events: MemoryEvents):
    """Its own message found the lease still held."""
    events.happen()
    events.webhooks.interruptions = [lambda: None, lambda: None, events.happen]
    take_turn(events)

    assert events.doorbell.quiet() == [(BUS, timedelta(0))]


def test_a_feed_that_lost_its_place_is_read_again_from_a_little_earlier(events: MemoryEvents, bus: MemoryBus):
    kept = events.happen()
    lost = events.happen()
    take_turn(events)
    events.feed.restore(kept)
    events.clock.advance(minutes=1)
    new = events.happen(order_id="after the restore")
    take_turn(events)

    assert bus.published == [kept, lost, kept, new]

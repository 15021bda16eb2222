"""Bounds of what operators can do: a test button that is held down, and endpoints that are added at the same time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.event_fakes import MemoryEvents
from tests.support.examples import NINE

from orders.order.errors import BadRequest
from orders.order.event import Event, EventType, Happening
from orders.order.webhook import Answer, Endpoint, Progress, WebhookDeliveryStatus
from orders.ports.events import WebRequest
from orders.use_cases.webhooks import deliver, manage

URL = "https://hooks.shop.example/orders"


def test_only_so_many_tests_of_an_endpoint_wait():
    events = MemoryEvents()
    endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
    for _ in range(manage.MOST_TESTS):
        manage.test(endpoint.id, events.ports)
    with pytest.raises(BadRequest, match="wait for this endpoint already"):
        manage.test(endpoint.id, events.ports)


def test_what_else_is_due_hides_no_tests():
    """They are older, as those of an endpoint that has been dead for a while are."""
    events = MemoryEvents()
    endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
    for _ in range(3 * manage.MOST_TESTS):
        manage.replay_event(endpoint.id, events.happen().id, events.ports)
    events.clock.advance(seconds=1)
    for _ in range(manage.MOST_TESTS):
        manage.test(endpoint.id, events.ports)
    with pytest.raises(BadRequest, match="wait for this endpoint already"):
        manage.test(endpoint.id, events.ports)


def test_tests_that_were_sent_wait_no_more():
    events = MemoryEvents()
    endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
    for _ in range(3):
        for _ in range(manage.MOST_TESTS):
            manage.test(endpoint.id, events.ports)
        deliver.take_turn(endpoint.id, events.ports, lambda: True)

    page = events.webhooks.deliveries(endpoint.id, WebhookDeliveryStatus.PENDING, 99, None)
    assert page.deliveries == []


def test_endpoints_that_are_added_at_the_same_time_are_not_more_than_the_most():
    events = MemoryEvents()
    for _ in range(manage.MOST_ENDPOINTS - 1):
        manage.add(URL, (), "", events.ports, by="olga")
    add, came = events.webhooks.add, list[bool]()

    def add_after_another(endpoint: Endpoint, progress: Progress) -> None:
        if not came:
            came.append(True)
            manage.add(URL, (), "the other", events.ports, by="max")
        add(endpoint, progress)

    events.webhooks.add = add_after_another  # type: ignore[method-assign]
    with pytest.raises(BadRequest, match="20 webhook endpoints already"):
        manage.add(URL, (), "", events.ports, by="olga")

    assert len(events.webhooks.endpoints()) == manage.MOST_ENDPOINTS
    assert "the other" in [each.description for each in events.webhooks.endpoints()]


def test_a_replay_from_the_year_1_begins_again_where_the_feed_has_lost_its_cursor():
    events = MemoryEvents()
    endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
    happened = [events.happen() for _ in range(3)]
    deliver.take_turn(endpoint.id, events.ports, lambda: True)
    events.sender.got.clear()
    early, late = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    manage.replay(endpoint.id, early, late, events.ports)
    before = events.webhooks.progress(endpoint.id)
    lost = replace(before, replays=(replace(before.replays[0], cursor="evt_000000000000009_00000000"),), revision=9)
    events.webhooks.advance(before, lost)
    deliver.take_turn(endpoint.id, events.ports, lambda: True)

    assert set(events.sender.ids) == {event.id for event in happened}


def test_an_event_that_is_replayed_while_it_is_sent_is_sent_again():
    """Whether the attempt that is under way fails or not: its outcome does not replace the replay."""
    for under_way in (Answer(200, "ok"), Answer(500, "no")):
        events = MemoryEvents()
        endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
        event = events.happen()

        def answer(_request: WebRequest, events: MemoryEvents = events, under_way: Answer = under_way) -> Answer:
            events.sender.answer = lambda _request: Answer(200, "again")
            manage.replay_event(endpoint.id, event.id, events.ports)  # noqa: B023
            return under_way

        events.sender.answer = answer
        deliver.take_turn(endpoint.id, events.ports, lambda: True)

        assert events.sender.ids == [event.id, event.id]
        delivery = events.webhooks.delivery(endpoint.id, event.id)
        assert (delivery.status, delivery.answer and delivery.answer.body) == (WebhookDeliveryStatus.DELIVERED, "again")
        assert events.webhooks.progress(endpoint.id).again == ()


def test_the_same_time_replayed_again_while_it_is_sent_is_sent_twice():
    events = MemoryEvents()
    endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
    event = events.happen()
    deliver.take_turn(endpoint.id, events.ports, lambda: True)
    times = NINE - timedelta(hours=1), NINE + timedelta(hours=1)

    def answer(_request: WebRequest) -> Answer:
        events.sender.answer = lambda _request: Answer(200)
        manage.replay(endpoint.id, *times, events.ports)
        return Answer(200)

    events.sender.answer = answer
    manage.replay(endpoint.id, *times, events.ports)
    deliver.take_turn(endpoint.id, events.ports, lambda: True)

    assert events.sender.ids == [event.id] * 3


def test_an_order_that_comes_in_again_after_a_restore_has_an_event_with_another_id():
    """At the same position: otherwise a reader of the lost event would read on, over what came before it."""
    lost = Happening(EventType.ORDER_RECEIVED, "12345", 1, NINE, "RECEIVED")
    now = replace(lost, at=NINE + timedelta(milliseconds=1))

    assert Event(443, lost, {}).id != Event(443, now, {}).id

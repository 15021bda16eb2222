"""Bounds of what operators can do: a test button that is held down, and endpoints that are added at the same time."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.support.event_fakes import MemoryEvents

from orders.order.errors import BadRequest
from orders.order.webhook import Endpoint, Progress, WebhookDeliveryStatus
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

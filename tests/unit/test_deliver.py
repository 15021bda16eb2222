"""Events are delivered to webhook endpoints, in turns."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.event_fakes import BROKEN, GONE, TAKEN, MemoryEvents

from orders.order.event import EventType
from orders.order.webhook import OPENS_AFTER, PROBE_EVERY, RETRIES, Answer, EndpointStatus, WebhookDeliveryStatus
from orders.use_cases.webhooks import deliver, manage

URL = "https://hooks.casaluna.example/orders"


@pytest.fixture
def outside() -> MemoryEvents:
    return MemoryEvents()


@pytest.fixture
def endpoint(outside: MemoryEvents) -> str:
    return manage.add(URL, (), "", outside.ports, by="maria").endpoint.id


def turn(outside: MemoryEvents, endpoint: str) -> None:
    deliver.take_turn(endpoint, outside.ports, lambda: True)


def test_a_failed_delivery_is_tried_after_each_pause_and_then_visible_as_failed(outside: MemoryEvents, endpoint: str):
    event = outside.happen()
    outside.sender.answer = lambda _: BROKEN
    for attempts, pause in enumerate(RETRIES, 1):
        turn(outside, endpoint)
        found = outside.webhooks.delivery(endpoint, event.id)
        assert (found.attempts, found.status) == (attempts, WebhookDeliveryStatus.PENDING)
        assert found.due_at is not None
        assert pause <= found.due_at - outside.clock.now <= pause * 1.1
        outside.clock.now = found.due_at - timedelta(milliseconds=1)
        turn(outside, endpoint)
        assert len(outside.sender.got) == attempts, "tried before its time"
        outside.clock.now = found.due_at

    turn(outside, endpoint)

    assert outside.webhooks.delivery(endpoint, event.id).status is WebhookDeliveryStatus.FAILED
    assert outside.sender.ids == [event.id] * 10


def test_a_longer_retry_after_is_honoured(outside: MemoryEvents, endpoint: str):
    event = outside.happen()
    outside.sender.answer = lambda _: Answer(503, retry_after=timedelta(hours=1))

    turn(outside, endpoint)

    assert outside.webhooks.delivery(endpoint, event.id).due_at == outside.clock.now + timedelta(hours=1)


def test_410_disables_the_endpoint(outside: MemoryEvents, endpoint: str):
    outside.happen()
    outside.sender.answer = lambda _: GONE

    turn(outside, endpoint)

    assert outside.webhooks.endpoint(endpoint).disabled_because == "it answered 410 Gone"


def test_an_open_circuit_tries_one_event_each_five_minutes(outside: MemoryEvents, endpoint: str):
    outside.sender.answer = lambda _: BROKEN
    for _ in range(OPENS_AFTER):
        outside.happen()
    turn(outside, endpoint)
    outside.webhooks.put(
        [
            replace(each, due_at=outside.clock.now + timedelta(days=1))
            for each in outside.webhooks.all[endpoint].values()
        ]
    )
    for _ in range(100):
        outside.happen()
    for _ in range(3):
        turn(outside, endpoint)
        outside.clock.now += PROBE_EVERY
        turn(outside, endpoint)

    assert outside.sender.side_by_side == [OPENS_AFTER, 1, 1, 1]


def test_after_recovery_what_failed_before_is_due_at_once(outside: MemoryEvents, endpoint: str):
    outside.sender.answer = lambda _: BROKEN
    events = [outside.happen() for _ in range(OPENS_AFTER)]
    turn(outside, endpoint)
    outside.clock.now += timedelta(seconds=6)
    outside.sender.answer = lambda _: TAKEN

    turn(outside, endpoint)

    states = {each.event_id: each.status for each in outside.webhooks.all[endpoint].values()}
    assert states == {event.id: WebhookDeliveryStatus.DELIVERED for event in events}


def test_an_enabled_endpoint_gets_what_it_missed_or_skips_it_also_while_a_turn_is_taken(
    outside: MemoryEvents, endpoint: str
):
    first = outside.happen()
    for _ in range(100):
        outside.happen()

    def skipped(_request: object) -> Answer:
        if len(outside.sender.got) == deliver.AT_ONCE and not outside.doorbell.notified:
            manage.change(endpoint, outside.ports, status=EndpointStatus.ENABLED, skip_missed=True)
        return TAKEN

    outside.sender.answer = skipped
    turn(outside, endpoint)

    assert outside.sender.ids[0] == first.id
    assert len(outside.sender.ids) == deliver.AT_ONCE
    assert outside.webhooks.progress(endpoint).cursor == outside.feed.end()


def test_a_replay_that_is_asked_for_during_a_turn_is_kept(outside: MemoryEvents, endpoint: str):
    event = outside.happen()

    def asked(_request: object) -> Answer:
        if not outside.doorbell.notified:
            manage.replay(endpoint, outside.clock.now, outside.clock.now + timedelta(hours=1), outside.ports)
        return TAKEN

    outside.sender.answer = asked
    turn(outside, endpoint)

    assert outside.sender.ids == [event.id, event.id]
    assert outside.webhooks.progress(endpoint).replays == ()


def test_a_worker_whose_lease_was_taken_over_changes_no_progress(outside: MemoryEvents, endpoint: str):
    outside.happen()

    def taken_over(_request: object) -> Answer:
        now = outside.webhooks.progress(endpoint)
        outside.webhooks.advance(now, now.claimed("another", outside.clock.now))
        return TAKEN

    outside.sender.answer = taken_over
    turn(outside, endpoint)

    assert outside.webhooks.progress(endpoint).lease == "another"
    assert outside.webhooks.progress(endpoint).cursor is None


def test_an_endpoint_that_is_removed_in_the_middle_of_a_turn_ends_it(outside: MemoryEvents, endpoint: str):
    for _ in range(100):
        outside.happen()

    def removed(_request: object) -> Answer:
        outside.webhooks.remove(endpoint)
        return TAKEN

    outside.sender.answer = removed
    turn(outside, endpoint)

    assert len(outside.sender.got) == deliver.AT_ONCE


def test_a_turn_with_nothing_to_do_writes_nothing(outside: MemoryEvents, endpoint: str):
    before = outside.webhooks.progress(endpoint)

    turn(outside, endpoint)

    assert outside.webhooks.progress(endpoint) == before


def test_an_endpoint_gets_only_the_types_that_it_takes(outside: MemoryEvents):
    endpoint = manage.add(URL, (EventType.ORDER_FAILED,), "", outside.ports, by="maria").endpoint.id
    outside.happen()
    failed = outside.happen(EventType.ORDER_FAILED)

    turn(outside, endpoint)

    assert outside.sender.ids == [failed.id]


def test_a_test_event_is_tried_once(outside: MemoryEvents, endpoint: str):
    outside.sender.answer = lambda _: BROKEN
    test = manage.test(endpoint, outside.ports)
    turn(outside, endpoint)
    outside.clock.now += timedelta(days=1)
    turn(outside, endpoint)

    assert outside.sender.ids == [test.event_id]
    assert outside.webhooks.delivery(endpoint, test.event_id).status is WebhookDeliveryStatus.FAILED

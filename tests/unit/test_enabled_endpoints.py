"""An operator enables a webhook endpoint that fails: what waits for it is tried at once."""

from datetime import timedelta

from tests.support.event_fakes import BROKEN, TAKEN, MemoryEvents

from orders.order.webhook import OPENS_AFTER, EndpointStatus
from orders.use_cases.webhooks import deliver, manage

URL = "https://shop.example/hook"


def added(events: MemoryEvents) -> str:
    return manage.add(URL, (), "", events.ports, by="maria").endpoint.id


def take_turn(endpoint_id: str, events: MemoryEvents) -> None:
    deliver.take_turn(endpoint_id, events.ports, lambda: True)


def enable(endpoint_id: str, events: MemoryEvents, *, skip_missed: bool = False) -> None:
    manage.change(endpoint_id, events.ports, status=EndpointStatus.ENABLED, skip_missed=skip_missed)


def test_what_failed_before_is_tried_at_once_and_not_only_when_its_retry_is_due():
    events = MemoryEvents()
    endpoint_id = added(events)
    happened = [events.happen().id for _ in range(OPENS_AFTER + 5)]
    events.sender.answer = lambda _request: BROKEN
    take_turn(endpoint_id, events)
    assert events.webhooks.progress(endpoint_id).is_open

    events.clock.now += timedelta(seconds=1)
    events.sender.answer = lambda _request: TAKEN
    events.sender.got.clear()
    enable(endpoint_id, events)
    events.clock.now += timedelta(seconds=1)
    take_turn(endpoint_id, events)

    assert sorted(events.sender.ids) == happened


def test_who_enables_it_during_a_turn_that_fails_has_the_circuit_closed_all_the_same():
    events = MemoryEvents()
    endpoint_id = added(events)
    for _ in range(OPENS_AFTER + 5):
        events.happen()
    events.sender.answer = lambda _request: BROKEN
    events.webhooks.interruptions = [lambda: None, lambda: enable(endpoint_id, events)]
    take_turn(endpoint_id, events)

    progress = events.webhooks.progress(endpoint_id)
    assert not progress.is_open
    assert progress.recovered_at == events.clock.now


def test_who_skips_what_was_missed_during_a_turn_skips_it():
    events = MemoryEvents()
    endpoint_id = added(events)
    events.happen()
    missed = [events.happen().id for _ in range(2 * deliver.AT_ONCE)]
    events.webhooks.interruptions = [lambda: None, lambda: enable(endpoint_id, events, skip_missed=True)]
    take_turn(endpoint_id, events)

    assert events.webhooks.progress(endpoint_id).cursor == missed[-1]
    assert len(events.sender.got) == deliver.AT_ONCE

"""How operators see that an endpoint fails."""

from dataclasses import replace

from tests.support.event_fakes import MemoryEvents

from orders.order.errors import UnknownEndpoint
from orders.order.webhook import EndpointStatus
from orders.use_cases.webhooks import look, manage
from orders.use_cases.webhooks.look import Counts

URL = "https://hooks.shop.example/orders"


def test_an_enabled_endpoint_that_fails_for_five_minutes_counts_as_failing():
    events = MemoryEvents()
    first, second = (manage.add(URL, (), "", events.ports, by="olga").endpoint for _ in range(2))
    for each in (first, second):
        before = events.webhooks.progress(each.id)
        events.webhooks.advance(before, replace(before.tried(events.clock(), was_taken=False), revision=2))
    events.clock.advance(minutes=4, seconds=59)
    early = look.count(events.ports)
    events.clock.advance(seconds=1)
    late = look.count(events.ports)
    manage.change(first.id, events.ports, status=EndpointStatus.DISABLED)

    assert (early, late) == (Counts(2, 0, 0), Counts(2, 0, 2))
    assert look.count(events.ports) == Counts(enabled=1, disabled=1, failing=1)


def test_an_endpoint_that_is_removed_while_all_are_read_is_left_out():
    events = MemoryEvents()
    kept, removed = (manage.add(URL, (), "", events.ports, by="olga").endpoint for _ in range(2))
    read = events.webhooks.progress

    def progress(endpoint_id: str):
        if endpoint_id == removed.id:
            raise UnknownEndpoint
        return read(endpoint_id)

    events.webhooks.progress = progress  # type: ignore[method-assign]

    assert [each.endpoint for each in look.all_endpoints(events.ports)] == [kept]

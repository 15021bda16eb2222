"""A test button that is held down."""

import pytest
from tests.support.event_fakes import MemoryEvents

from orders.order.errors import BadRequest
from orders.use_cases.webhooks import manage


def test_only_so_many_tests_of_an_endpoint_wait():
    events = MemoryEvents()
    endpoint = manage.add("https://hooks.shop.example/orders", (), "", events.ports, by="olga").endpoint
    for _ in range(manage.MOST_TESTS):
        manage.test(endpoint.id, events.ports)
    with pytest.raises(BadRequest, match="wait for this endpoint already"):
        manage.test(endpoint.id, events.ports)

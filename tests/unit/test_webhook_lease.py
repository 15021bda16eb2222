"""One worker at a time delivers to an endpoint: the one with the lease."""

from datetime import timedelta

from tests.support.examples import NINE

from orders.order.webhook import LEASE, Progress

LEASED = Progress("we_1", None, NINE).claimed("a", NINE)


def test_a_lease_ends_by_itself_if_its_worker_dies():
    assert LEASED.is_leased(NINE + LEASE - timedelta(seconds=1))
    assert not LEASED.is_leased(NINE + LEASE)


def test_a_lease_holds_where_another_clock_is_a_little_behind():
    assert LEASED.is_leased(NINE - timedelta(seconds=30))


def test_a_lease_of_a_clock_that_was_put_back_by_an_hour_does_not_keep_others_waiting():
    assert not LEASED.is_leased(NINE - timedelta(hours=1))

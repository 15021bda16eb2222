"""An order as the API shows it."""

from dataclasses import replace

import pytest
from tests.support.examples import ALICE, BASKET, NINE

from orders.api import present
from orders.order import validation
from orders.order.order import Order


@pytest.mark.parametrize(
    "body", ['{"orderId":"12345"}', '{"orderId":"12345","items":[{"name":"Cup"}],"currency":"EUR"}']
)
def test_an_order_that_can_not_be_read_is_shown_as_far_as_it_can(body: str):
    row = replace(Order.received(validation.parse(ALICE), "token", NINE), body=body)

    assert (present.listed(row)["customerName"], present.listed(row)["total"]) == ("", None)
    assert present.order(row)["orderId"] == "12345"


def test_a_row_of_a_version_that_kept_no_total_has_it_computed():
    row = Order.received(validation.parse(BASKET), "token", NINE)

    assert row.total == present.listed(replace(row, total=None))["total"] == "101.07"


def test_the_customers_token_is_shown_to_nobody_but_who_posted_the_order():
    row = Order.received(validation.parse(ALICE), "a secret token", NINE)

    assert "a secret token" not in str(present.order(row)) + str(present.listed(row))

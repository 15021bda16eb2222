"""What holds for every order that is accepted, tried on orders by chance."""

import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.receipts.making import API, receipt_of
from tests.receipts.random_orders import LOCALES, orders
from tests.support.examples import NINE

from orders import receipt
from orders.order import money, validation
from orders.order.errors import InvalidOrder
from orders.order.order import Order
from orders.order.posted import PostedOrder

TEXT = st.text(min_size=1, max_size=60)
MINIMAL = {"orderId": st.from_regex("[A-Za-z0-9._-]{1,64}", fullmatch=True), "customerName": TEXT}
SEEDS = ["0", "1", "4242"]


def accepted(document: dict[str, Any]) -> PostedOrder | None:
    try:
        return validation.parse(document)
    except InvalidOrder:
        return None


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(MINIMAL, optional={"note": TEXT, "locale": st.sampled_from(LOCALES)}))
def test_no_accepted_order_fails_to_render(document: dict[str, Any]):
    if accepted(document):
        assert receipt_of(document).startswith(b"%PDF-1.7")


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_nor_does_one_with_items_in_any_script_and_currency(seed: int):
    for order in islice(orders(seed), 3):
        assert receipt.render(Order.received(order, "token", NINE, API)).startswith(b"%PDF-1.7")


ITEM = st.tuples(
    st.integers(1, 1_000_000),
    st.integers(0, 10**14),
    st.none() | st.decimals(min_value=0, max_value=100, places=3).map(lambda rate: f"{rate:f}"),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(money.DECIMALS)), st.lists(ITEM, min_size=1, max_size=20))
def test_totals_are_those_of_an_independent_sum(currency: str, items: list[tuple[int, int, str | None]]):
    """In exact decimals: tax once for each rate, on the sum of its lines, rounded half up to the minor unit."""
    decimals = money.DECIMALS[currency]
    unit = Decimal(1).scaleb(-decimals)
    prices = [Decimal(minor).scaleb(-decimals) for _, minor, _ in items]
    posted = [
        {"name": "x", "quantity": quantity, "unitPrice": f"{price:f}"} | ({"taxRate": rate} if rate else {})
        for price, (quantity, _, rate) in zip(prices, items, strict=True)
    ]
    order = accepted({"orderId": "1", "customerName": "x", "currency": currency, "items": posted})
    if order is None:  # a price with more digits than a price may have
        return
    lines = [price * quantity for price, (quantity, _, _) in zip(prices, items, strict=True)]
    rates = {Decimal(rate) for _, _, rate in items if rate}
    taxes = {
        rate: (
            sum(line for line, (_, _, own) in zip(lines, items, strict=True) if own and Decimal(own) == rate)
            * rate
            / 100
        ).quantize(unit, ROUND_HALF_UP)
        for rate in rates
    }
    totals = order.totals

    assert totals
    assert money.from_minor(totals.subtotal, currency) == sum(lines)
    assert {tax.rate: money.from_minor(tax.amount, currency) for tax in totals.taxes} == taxes
    assert money.from_minor(totals.total, currency) == sum(lines) + sum(taxes.values())


PROGRAM = """
import hashlib, itertools
from tests.support.examples import NINE
from tests.receipts.random_orders import orders
from orders import receipt
from orders.order.order import Order
for order in itertools.islice(orders(2026), 500):
    print(hashlib.sha256(receipt.render(Order.received(order, "token", NINE, "https://orders.example/"))).hexdigest())
"""


@pytest.fixture(scope="module")
def digests() -> list[list[str]]:
    """The receipts of the same 500 orders, made in a process for each hash seed."""
    path = ":".join(path for path in sys.path if path)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": seed, "PYTHONPATH": path}, stdout=subprocess.PIPE
        )
        for seed in SEEDS
    ]
    return [process.communicate()[0].decode().split() for process in processes]


def test_500_orders_give_the_same_bytes_whatever_the_hash_seed(digests: list[list[str]]):
    first, *others = digests

    assert len(set(first)) == 500
    assert all(other == first for other in others)

"""What holds for every order that is accepted, tried on orders by chance."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.receipts.following import corrected, credit_note
from tests.receipts.making import API, receipt_of
from tests.receipts.random_orders import LOCALES, orders, text
from tests.support import refunds
from tests.support.examples import NINE

from orders import receipt
from orders.order import validation
from orders.order.credits import Taken, remaining
from orders.order.errors import ExceedsRemaining, InvalidOrder
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.order.register import Issue

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


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_nor_does_a_credit_note_or_a_corrected_receipt_of_one(seed: int):
    chance = Random(seed)
    for order in islice(orders(seed), 2):
        row = replace(Order.received(order, "token", NINE, API), issue=Issue("R{number}", 1, NINE))
        for each in (*credit_notes(row, chance), corrected(row, {"customerName": "Bob"}, 2)):
            assert receipt.render(each).startswith(b"%PDF-1.7")


def credit_notes(row: Order, chance: Random) -> Iterator[Order]:
    """One of everything, and one of a part, if anything can be given back."""
    rest = remaining(row.posted, Taken())
    for refund in ({}, refunds.refund(chance, row.posted, rest) if rest else {}):
        try:
            yield credit_note(row, refund | {"reason": text(chance, 60)}, 3)
        except (InvalidOrder, ExceedsRemaining):
            continue


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

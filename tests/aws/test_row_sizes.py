"""DynamoDB takes items of at most 400 KB: the largest order fits with its documents, and so does each of these."""

from dataclasses import replace
from typing import Any

import pytest
from tests.support.examples import NINE
from tests.support.fakes import World

from orders.aws.dynamodb.item import item_of
from orders.order import validation
from orders.order.document import MOST_DOCUMENTS, DocumentReference, Kind
from orders.order.order import Order, StoredReceipt
from orders.order.posted import MAX_BODY_BYTES, MOST_ITEMS, MOST_PARTS
from orders.use_cases import correct, refund

MOST_BYTES = 400 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
LEFT_FOR_HISTORY = 50_000
"""Fifty entries, which may each quote an error of 500 characters."""
LONGEST_ID = "x" * 64
ITEM = {"name": "Cup", "quantity": "3", "unitPrice": "123456.78", "taxRate": "19", "description": "ü" * 213}
CHARGE = {"kind": "shipping", "name": "Post", "amount": "123456.78"}
LARGEST: dict[str, Any] = {
    "orderId": LONGEST_ID,
    "customerName": "Alice",
    "currency": "EUR",
    "items": [ITEM] * MOST_ITEMS,
    "charges": [CHARGE] * MOST_PARTS,
}


def size_of(row: Order) -> int:
    """Bytes: the names of all attributes and their values."""
    item = item_of(row)
    return sum(len(name.encode()) + sum(len(each.encode()) for each in value.values()) for name, value in item.items())


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def order(world: World) -> Order:
    """Completed, with as large a body as is accepted."""
    row = world.table.create(Order.received(validation.parse(LARGEST), "token", NINE))
    assert 0.95 * MAX_BODY_BYTES < len(row.body.encode()) <= MAX_BODY_BYTES
    return world.table.replace(row, row.completed(StoredReceipt("k" * 120, "ab" * 32, 100_000, "v" * 32), NINE))


def test_the_largest_order_and_its_largest_credit_note_fit(world: World, order: Order):
    items = [{"item": number + 1, "amount": "12345.67"} for number in range(MOST_ITEMS)]
    charges = [{"charge": number + 1, "amount": "12345.67"} for number in range(MOST_PARTS)]
    posted = {"refundId": LONGEST_ID, "reason": "ü" * 500, "lines": [*items, *charges]}
    note = refund.accept(order.order_id, validation.parse_refund(posted), world.outside).row

    settled = world.table.read(order.order_id)
    for number in range(MOST_DOCUMENTS - 1):
        reference = DocumentReference(Kind.CREDIT_NOTE, f"{number:064}", NINE, "f" * 64, "12345678.90")
        settled = replace(settled, settlement=settled.settlement.with_document(reference))
    for row in (note, settled):
        assert size_of(row) + LEFT_FOR_HISTORY < MOST_BYTES, row.order_id


def test_the_largest_order_and_its_corrected_receipt_fit(world: World, order: Order):
    posted = {
        "correctionId": LONGEST_ID,
        "customerName": "ü" * 200,
        "customerCompany": "ü" * 200,
        "customerReference": "ü" * 100,
    }
    corrected = correct.accept(order.order_id, validation.parse_correction(posted), world.outside).row

    assert size_of(corrected) + LEFT_FOR_HISTORY < MOST_BYTES

"""Rows of the version before, met by this one: the orders stay the same, and reposts are replays, in both editions."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.support.examples import ALICE, BASKET, NINE, ROOT
from tests.support.fakes import World
from tests.support.resources import new_table
from tests.support.second_opinions import DYNAMODB

from orders.api import present
from orders.aws.dynamodb.table import DynamoTable
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.canonical import fingerprint
from orders.order.errors import OrderConflict
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Outside, Selection, Table
from orders.use_cases import correct, process, receive, refund

FINGERPRINTS = "c5cf149de88699cdbbee8a4b696e7f9eaab1cccc0cd0ac53dafd3e2b79c11a5f"
"""SHA-256 of the fingerprints of all examples, as the version before computed them."""
EXAMPLES = ("orders.jsonl", 200), ("receipts.jsonl", 24)
"""The files, and how many examples they had then."""
ITEM = {"name": "Two  cups ", "quantity": 1, "sku": " A  1", "taxRate": "19", "unitPrice": "1.50"}
KEPT_AS_WRITTEN: list[dict[str, Any]] = [
    {"customerName": "Ann  Lee"}, {"customerName": " Ann Lee "}, {"customerName": "Ann", "note": " a  b \nc  \n"},
    {"customerName": "\u3000Ann Lee"},
    {"customerName": "Ann", "currency": "EUR", "items": [ITEM]},
]  # fmt: skip
"""Blanks that the version before stored, and that this version leaves out."""
TABBED: list[dict[str, Any]] = [{"customerName": "Ann\tLee"}, {"customerName": "Ann", "note": "a\tb\t"}]
"""Tabs, which still older versions stored."""
KNOWN = {
    "apiUrl", "attempts", "body", "completedAt", "dueAt", "emailKey", "fingerprint", "history", "idShard", "lastError",
    "mail", "mailDueAt", "nameKey", "nameShard", "orderId", "place", "receipt", "receiptToken", "receivedAt",
    "revision", "schemaVersion", "status", "statusShard", "total", "waitingSince",
}  # fmt: skip
"""The attributes of an item that the version before knew. It can't read an item with any other."""
NEW_IN_AN_ORDER: list[dict[str, Any]] = [
    {"orderNumber": "#1001"}, {"placedAt": "2026-11-22T09:00:00Z"}, {"customerCompany": "Casa Luna"},
    {"customerTaxId": "DE123456789"}, {"customerReference": "PO 7"}, {"customerAddress": {"city": "Berlin"}},
    {"deliveryAddress": {"name": "Bob"}}, {"pricesIncludeTax": True}, {"discounts": [{"name": "Sale", "percent": "5"}]},
    {"charges": [{"kind": "shipping", "name": "Post", "amount": "4.90"}]}, {"total": "101.07"}, {"rounding": "0.03"},
    {"payments": [{"method": "cash", "amount": "1.00"}]}, {"taxExemptionReason": "Export"},
    {"metadata": {"channel": "web"}},
]  # fmt: skip
NEW_IN_AN_ITEM: list[dict[str, Any]] = [
    {"description": "blue"}, {"unit": "kg"}, {"discount": {"percent": "5"}}, {"taxName": "VAT"}, {"taxCategory": "S"},
    {"taxRate": None, "taxes": [{"name": "GST", "rate": "5"}]}, {"quantity": "0.25"}, {"quantity": -1},
    {"unitPrice": "1.505"}, {"taxRate": "9.9751"},
]  # fmt: skip


@pytest.fixture(params=["SQLite", *DYNAMODB])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    if request.param == "SQLite":
        with closing(SqliteTable(tmp_path / "orders.db")) as sqlite:
            yield sqlite
    else:
        request.getfixturevalue(request.param)
        yield DynamoTable(new_table())


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def outside(table: Table, world: World) -> Outside:
    """The real table in the place of the fake."""
    return replace(world.outside, table=table)


def row_of_the_version_before(order: dict[str, Any]) -> Order:
    """Its body has the text as it was written."""
    known = Order.received(validation.parse(order), "first", NINE)
    body = json.dumps(order, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(known, body=body, fingerprint=fingerprint(body), schema_version=3)


def test_every_example_has_the_fingerprint_that_the_version_before_gave_it():
    found = "\n".join(
        fingerprint(validation.parse({"orderId": "1"} | json.loads(line)).canonical())
        for name, number in EXAMPLES
        for line in (ROOT / "examples" / name).read_text(encoding="utf-8").splitlines()[:number]
    )

    assert hashlib.sha256(found.encode()).hexdigest() == FINGERPRINTS


@pytest.mark.parametrize("fields", [*KEPT_AS_WRITTEN, *TABBED], ids=json.dumps)
def test_a_repost_of_an_order_whose_text_was_stored_as_written_is_a_replay_and_changes_nothing(
    outside: Outside, fields: dict[str, Any]
):
    kept = outside.table.create(row_of_the_version_before({"orderId": "12345"} | fields))
    assert kept.body != validation.parse({"orderId": "12345"} | fields).canonical()

    for posted in ({"orderId": "12345"} | fields, json.loads(kept.posted.canonical())):
        acceptance = receive.accept(validation.parse(posted), outside)
        assert (acceptance.order, acceptance.replayed) == (kept, True)
    with pytest.raises(OrderConflict):
        receive.accept(validation.parse({"orderId": "12345"} | fields | {"customerName": "Bob"}), outside)
    assert outside.table.read("12345") == kept


@pytest.mark.parametrize("fields", [*KEPT_AS_WRITTEN, *TABBED], ids=json.dumps)
def test_such_an_order_is_shown_as_it_is_stored_and_completed(outside: Outside, fields: dict[str, Any]):
    kept = outside.table.create(row_of_the_version_before({"orderId": "12345"} | fields))
    assert present.order(kept)["order"] == {"orderId": "12345"} | fields
    process.make_receipt("12345", outside)
    completed = outside.table.read("12345")

    assert completed.status is Status.COMPLETED
    assert (completed.body, completed.fingerprint, completed.schema_version) == (kept.body, kept.fingerprint, 3)


def test_a_receipt_that_was_issued_stays_the_one_of_its_order(outside: Outside):
    outside.table.create(row_of_the_version_before(ALICE | {"customerName": "Ann  Lee"}))
    process.make_receipt("12345", outside)
    completed = outside.table.read("12345")
    process.make_receipt("12345", outside)
    acceptance = receive.accept(validation.parse(ALICE | {"customerName": "Ann Lee"}), outside)

    assert completed.receipt
    assert (acceptance.order, acceptance.replayed) == (completed, True)
    assert outside.table.read("12345") == completed


def test_an_order_that_was_completed_long_ago_can_be_refunded_and_corrected(outside: Outside):
    outside.table.create(row_of_the_version_before(BASKET | {"orderId": "12345"}))
    process.make_receipt("12345", outside)
    before = outside.table.read("12345")
    note = refund.accept("12345", validation.parse_refund({"refundId": "r-1", "amount": "1.00"}), outside).row
    posted = validation.parse_correction({"correctionId": "c-1", "customerName": "Alicia"})
    corrected = correct.accept("12345", posted, outside).row
    for row in (note, corrected):
        assert process.make_receipt(row.order_id, outside).status is Status.COMPLETED
    after = outside.table.read("12345")

    assert (after.body, after.fingerprint, after.receipt) == (before.body, before.fingerprint, before.receipt)
    assert [each.id for each in after.settlement.documents] == ["r-1", "c-1"]
    assert after.schema_version == 5


@pytest.mark.parametrize("order", [ALICE, BASKET | {"orderId": "12345"}], ids=["Alice", "basket"])
def test_an_order_without_a_novelty_is_stored_so_that_the_version_before_can_read_it(table: Table, order: Any):
    row = table.create(Order.received(validation.parse(order), "first", NINE))
    table.replace(row, row.completed(StoredReceipt("k", "ab" * 32, 3), NINE))
    kept = raw(table)

    assert {name for name, value in kept.items() if value is not None} - {"took"} <= KNOWN
    assert kept["schemaVersion"] in {3, "3"}


@pytest.mark.parametrize("new", NEW_IN_AN_ORDER, ids=json.dumps)
def test_a_new_field_of_an_order_makes_a_row_that_the_version_before_leaves_alone(new: dict[str, Any]):
    assert row_of(BASKET | {"orderId": "12345"} | new).schema_version == 4


@pytest.mark.parametrize("new", NEW_IN_AN_ITEM, ids=json.dumps)
def test_anything_new_in_an_item_makes_a_row_that_the_version_before_leaves_alone(new: dict[str, Any]):
    item = {"name": "Cup", "quantity": 1, "unitPrice": "1.50", "taxRate": "19"}
    order = {"orderId": "12345", "customerName": "Ann", "currency": "EUR"}

    assert row_of(order | {"items": [item]}).schema_version == 3
    assert row_of(order | {"items": [item, item | new]}).schema_version == 4
    assert row_of(order | {"items": [item] * 201}).schema_version == 4


def test_a_new_field_that_is_empty_or_of_its_default_is_no_novelty(table: Table):
    empty: dict[str, Any] = {
        "orderNumber": "",
        "placedAt": None,
        "pricesIncludeTax": False,
        "discounts": [],
        "metadata": {},
    }
    kept = table.create(row_of(ALICE))

    assert row_of(ALICE | empty).schema_version == 3
    assert row_of(ALICE | empty).fingerprint == kept.fingerprint
    assert table.page(Selection(text="None"), 10, None).orders == []


def row_of(order: dict[str, Any]) -> Order:
    return Order.received(validation.parse(order), "first", NINE)


def raw(table: Table) -> dict[str, Any]:
    """What the table keeps of the order 12345."""
    if isinstance(table, SqliteTable):
        with closing(sqlite3.connect(table._path)) as connection:
            connection.row_factory = sqlite3.Row
            return dict(connection.execute("SELECT * FROM orders").fetchone())
    assert isinstance(table, DynamoTable)
    found = boto3.client("dynamodb").get_item(TableName=table._name, Key={"orderId": {"S": "12345"}})
    return {name: next(iter(attribute.values())) for name, attribute in found["Item"].items()}

"""The register of numbers on DynamoDB: what it costs in calls, and what becomes of a refused or a lost one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.fakes import World
from tests.support.resources import new_table

from orders.aws.clients import session
from orders.aws.dynamodb import conditional, register
from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.errors import ExceedsRemaining, Misconfigured, Unavailable
from orders.order.order import Order, StoredReceipt
from orders.order.register import BEFORE_THE_FIRST, Head, Issue
from orders.ports import Listed, Selection
from orders.use_cases import refund

SERIES = "R2026-{number:06}"


@pytest.fixture
def table(emulator: Emulator) -> DynamoTable:
    return DynamoTable(new_table())


def accepted(table: DynamoTable, number: int) -> list[Order]:
    """So many orders, o1, o2, …"""
    posted = (validation.parse(ALICE | {"orderId": f"o{each}"}) for each in range(1, number + 1))
    return [table.create(Order.received(order, "token", NINE)) for order in posted]


def numbered(orders: list[Order], series: str = SERIES) -> list[tuple[Order, str]]:
    return [(order, series) for order in orders]


@pytest.fixture
def calls() -> Iterator[list[str]]:
    """The names of the operations that are called."""
    seen = list[str]()

    def note(**call: Any) -> None:
        seen.append(call["model"].name)

    session.register("before-call.dynamodb", note, unique_id="calls")
    yield seen
    session.unregister("before-call.dynamodb", unique_id="calls")


def test_a_batch_gets_its_numbers_in_one_transaction(emulator: Emulator, calls: list[str]):
    table = DynamoTable(new_table())
    orders = accepted(table, 10)
    calls.clear()
    issued = table.issue(numbered(orders), NINE)

    assert calls == ["GetItem", "TransactWriteItems"]
    assert [order.issue for order in issued] == [Issue(SERIES, number, NINE) for number in range(1, 11)]
    assert [table.read(order.order_id) for order in orders] == list(issued)


def test_more_rows_than_a_transaction_takes_get_their_numbers_in_several(emulator: Emulator, calls: list[str]):
    table = DynamoTable(new_table())
    orders = accepted(table, 60)
    calls.clear()
    issued = table.issue(numbered(orders), NINE)

    assert [order.issue.number for order in issued if order.issue] == list(range(1, 61))
    assert calls.count("TransactWriteItems") == 2
    assert len(table.entries(SERIES, 1, 1000)) == 60


def test_rows_that_are_too_large_for_one_transaction_get_their_numbers_in_several(
    emulator: Emulator, calls: list[str], monkeypatch: pytest.MonkeyPatch
):
    table = DynamoTable(new_table())
    orders = accepted(table, 5)
    monkeypatch.setattr(register, "BYTES_A_WRITE", 2 * len(orders[0].body))
    calls.clear()
    issued = table.issue(numbered(orders), NINE)

    assert [order.issue.number for order in issued if order.issue] == [1, 2, 3, 4, 5]
    assert calls.count("TransactWriteItems") == 3


def test_an_order_that_has_moved_is_left_out_and_the_others_have_no_gap(table: DynamoTable):
    orders = accepted(table, 4)
    cancelled = table.replace(orders[1], orders[1].cancelled(NINE, "maria"))
    issued = table.issue(numbered(orders), NINE)

    assert issued[1] == cancelled
    assert [order.issue.number for order in issued if order.issue] == [1, 2, 3]
    assert [entry.order_id for entry in table.entries(SERIES, 1, 10)] == ["o1", "o3", "o4"]


def test_an_order_that_was_given_a_number_gets_no_second_one(table: DynamoTable):
    """As when its message comes twice, and both functions have read the row before."""
    orders = accepted(table, 3)
    first = table.issue(numbered(orders), NINE)

    assert table.issue(numbered(orders), NINE + timedelta(minutes=1)) == first
    assert [head.number for head in table.series()] == [3]


def test_each_series_counts_by_itself(table: DynamoTable):
    """Also if its pattern has a slash, and if it looks like an entry of another one."""
    orders = accepted(table, 3)
    wanted = list(zip(orders, ("R{number}", "R{number}/1", "R/ü {number:03}"), strict=True))
    issued = table.issue(wanted, NINE)

    assert [order.issue.text for order in issued if order.issue] == ["R1", "R1/1", "R/ü 001"]
    assert [(head.series, head.number) for head in table.series()] == [
        ("R/ü {number:03}", 1),
        ("R{number}", 1),
        ("R{number}/1", 1),
    ]
    for series in ("R{number}", "R{number}/1", "R/ü {number:03}"):
        assert [entry.number for entry in table.entries(series, 1, 10)] == [1]


def test_an_order_may_be_called_as_the_register_is(table: DynamoTable):
    order = table.create(Order.received(validation.parse(ALICE | {"orderId": "register"}), "token", NINE))
    (issued,) = table.issue([(order, SERIES)], NINE)

    assert table.read("register") == issued


def test_the_sha256_of_the_file_and_the_completed_row_are_one_write(
    emulator: Emulator, calls: list[str], table: DynamoTable
):
    table = DynamoTable(new_table())
    (order,) = table.issue(numbered(accepted(table, 1)), NINE)
    calls.clear()
    table.replace(order, order.completed(StoredReceipt("k", "ab" * 32, 3), NINE))
    (entry,) = table.entries(SERIES, 1, 10)

    assert calls[0] == "TransactWriteItems"
    assert (entry.sha256, entry.void) == ("ab" * 32, None)


def test_a_number_whose_order_fails_is_void_and_a_retry_gets_the_next_one(table: DynamoTable):
    (order,) = table.issue(numbered(accepted(table, 1)), NINE)
    failed = table.replace(order, order.failed("as if", NINE, "process"))
    again = table.replace(failed, failed.retried(NINE, "maria"))
    (order,) = table.issue(numbered([again]), NINE)
    entries = table.entries(SERIES, 1, 10)

    assert order.issue == Issue(SERIES, 2, NINE)
    assert [entry.void for entry in entries] == ["failed: as if", None]
    assert entries[1].previous == entries[0].hash


def test_a_row_does_not_move_without_the_entry_of_its_number(table: DynamoTable):
    (order,) = table.issue(numbered(accepted(table, 1)), NINE)
    remove(table, f"/register/{SERIES}/1")

    with pytest.raises(Misconfigured, match="no entry of this row for number R2026-000001"):
        table.replace(order, order.failed("as if", NINE, "process"))
    assert table.read("o1") == order


def test_a_row_does_not_move_by_the_entry_of_another_row(table: DynamoTable):
    """A restored table may have a number in a row and not in the register, which issues it again."""
    stray, other = accepted(table, 2)
    (stray,) = table.issue(numbered([stray]), NINE)
    remove(table, f"/register/{SERIES}")
    remove(table, f"/register/{SERIES}/1")
    table.issue(numbered([other]), NINE)

    with pytest.raises(Misconfigured, match="no entry of this row for number R2026-000001"):
        table.replace(stray, stray.completed(StoredReceipt("k", "ab" * 32, 3), NINE))
    (entry,) = table.entries(SERIES, 1, 10)
    assert (entry.order_id, entry.sha256) == ("o2", None)


def remove(table: DynamoTable, key: str) -> None:
    boto3.client("dynamodb").delete_item(TableName=table._name, Key={"orderId": {"S": key}})


def test_the_head_of_a_restored_table_may_be_older_than_the_last_entries(table: DynamoTable):
    """A restored table may have a part of the last transaction only. The numbers go on behind all that are there."""
    first, *others = accepted(table, 4)
    table.issue(numbered([first]), NINE)
    head = boto3.client("dynamodb").get_item(TableName=table._name, Key={"orderId": {"S": f"/register/{SERIES}"}})
    table.issue(numbered(others[:2]), NINE)
    boto3.client("dynamodb").put_item(TableName=table._name, Item=head["Item"])
    (issued,) = table.issue(numbered(others[2:]), NINE)

    assert issued.issue == Issue(SERIES, 4, NINE)
    entries = table.entries(SERIES, 1, 10)
    assert [entry.previous for entry in entries] == [BEFORE_THE_FIRST, *(entry.hash for entry in entries[:-1])]
    assert table.series() == [Head(SERIES, 4, entries[-1].hash)]


def test_no_list_and_no_sweep_shows_the_register(table: DynamoTable):
    """An attribute of an index, or one that the stream's filters select by, would make it an order."""
    table.issue(numbered(accepted(table, 1)), NINE)
    items = {each["orderId"]["S"]: each for each in boto3.client("dynamodb").scan(TableName=table._name)["Items"]}
    del items["o1"]

    assert items.keys() == {"/register", f"/register/{SERIES}", f"/register/{SERIES}/1"}
    for item in items.values():
        assert not item.keys() & {
            "status", "revision", "idShard", "place", "statusShard", "nameShard", "emailKey", "numberKey", "dueAt",
            "mailDueAt", "expiresAt",
        }  # fmt: skip


def test_entries_are_read_in_pages(table: DynamoTable):
    table.issue(numbered(accepted(table, 120)), NINE)

    assert [entry.number for entry in table.entries(SERIES, 1, 1000)] == list(range(1, 121))
    assert [entry.number for entry in table.entries(SERIES, 100, 10)] == list(range(100, 110))
    assert table.entries(SERIES, 121, 10) == []
    assert table.entries("other{number}", 1, 10) == []


def test_of_64_that_refund_the_last_unit_at_once_one_wins(table: DynamoTable):
    cup = {"name": "Cup", "quantity": 1, "unitPrice": "30.00", "taxRate": "19"}
    posted = validation.parse(ALICE | {"currency": "EUR", "items": [cup]})
    row = table.create(Order.received(posted, "token", NINE))
    table.replace(row, row.completed(StoredReceipt("k", "ab" * 32, 3), NINE))
    outside = replace(World().outside, table=table)

    def refund_it(number: int) -> bool:
        body = {"refundId": f"r-{number}", "lines": [{"item": 1, "quantity": "1"}]}
        try:
            refund.accept("12345", validation.parse_refund(body), outside)
        except ExceedsRemaining:
            return False
        return True

    with ThreadPoolExecutor(64) as callers:
        assert sum(callers.map(refund_it, range(64))) == 1
    (note,) = table.page(Selection(listed=Listed.DOCUMENTS), 100, None).orders
    assert [each.id for each in table.read("12345").settlement.documents] == [note.document and note.document.id]


class Refusing:
    """A client that refuses so many transactions as DynamoDB does while another one is at work on the same items."""

    def __init__(self, client: Any, refusals: int, reasons: list[str]) -> None:
        self._client = client
        self._refusals = refusals
        self._reasons = reasons
        self.tokens = list[str]()

    def transact_write_items(self, **call: Any) -> Any:
        self.tokens.append(call["ClientRequestToken"])
        if len(self.tokens) > self._refusals:
            return self._client.transact_write_items(**call)
        response: Any = {
            "Error": {"Code": "TransactionCanceledException"},
            "CancellationReasons": [{"Code": reason} for reason in self._reasons],
        }
        raise ClientError(response, "TransactWriteItems")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_met_another_one_is_tried_again(table: DynamoTable, reason: str):
    client = Refusing(table._client, 2, ["None", reason])
    table._register._client = client  # type: ignore[assignment]
    (issued,) = table.issue(numbered(accepted(table, 1)), NINE)

    assert issued.issue == Issue(SERIES, 1, NINE)
    assert len(client.tokens) == 3
    assert len(set(client.tokens)) == 1


def test_a_transaction_that_always_meets_another_one_is_unavailable(
    table: DynamoTable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(conditional, "PATIENCE", 0.05)
    orders = accepted(table, 1)
    table._register._client = Refusing(table._client, 10**6, ["TransactionConflict"])  # type: ignore[assignment]

    with pytest.raises(Unavailable, match="at the same time"):
        table.issue(numbered(orders), NINE)
    assert table.read("o1") == orders[0]


def test_a_plain_write_that_met_a_transaction_is_tried_again(table: DynamoTable):
    refused = list[str]()

    def conflict(**_: Any) -> Any:
        refused.append("once")
        return None if len(refused) > 1 else answer_of_a_conflict()

    table._client.meta.events.register("before-call.dynamodb.PutItem", conflict)
    (order,) = accepted(table, 1)

    assert table.read("o1") == order
    assert len(refused) == 2


def answer_of_a_conflict() -> Any:
    error = {"Error": {"Code": "TransactionConflictException", "Message": ""}}
    return AWSResponse("", 400, HTTPHeaders(), None), error

"""Counting from the stream: each move once, whatever is delivered again, and nothing in the way for ever."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.resources import new_count_table, new_table
from tests.support.stream import records

from orders.aws.clients import dynamodb
from orders.aws.dynamodb import count_rows, counting
from orders.aws.dynamodb.counting import CountTable
from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.counts import Count
from orders.order.errors import Unavailable
from orders.order.order import Order


@pytest.fixture
def stream(emulator: Emulator) -> list[dict[str, Any]]:
    """Three orders come in, the first of them fails."""
    name = new_table()
    table = DynamoTable(name)
    for number in range(3):
        order = validation.parse(ALICE | {"orderId": f"o{number}"})
        table.create(Order.received(order, "token", NINE + timedelta(minutes=number)))
    row = table.read("o0")
    table.replace(row, row.failed("as if", NINE, "process"))
    return records(name)


@pytest.fixture
def name(emulator: Emulator) -> str:
    return new_count_table()


@pytest.fixture
def table(name: str) -> CountTable:
    return CountTable(name, dynamodb())


def counted(table: CountTable) -> dict[str, int]:
    found: Iterable[Count] = table.read(NINE + timedelta(minutes=5))
    summed = Counter[str]()
    for minute, name, number in found:
        summed[f"{minute} {name}".strip()] += number
    return {name: number for name, number in summed.items() if number}


ALL = {
    "RECEIVED": 2,
    "FAILED": 1,
    "2026-11-23T09:00 accepted": 1,
    "2026-11-23T09:01 accepted": 1,
    "2026-11-23T09:02 accepted": 1,
}


def test_a_batch_that_is_delivered_again_counts_once(table: CountTable, stream: list[dict[str, Any]]):
    table.add(stream[:2])
    table.add(stream[:2])
    table.add(stream[2:])
    table.add(stream[2:])

    assert counted(table) == ALL


def test_a_record_that_can_not_be_read_is_passed_over_and_told_of(
    table: CountTable, stream: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
):
    broken = {"eventID": "broken", "dynamodb": {"NewImage": {"body": {"S": "Canary"}}}}
    removed = {"eventID": "removed", "dynamodb": {"OldImage": stream[0]["dynamodb"]["NewImage"]}}
    table.add([broken, *stream, removed])

    assert counted(table) == ALL
    assert all(f"record {name} of the stream is not counted" in caplog.text for name in ("broken", "removed"))
    assert "Canary" not in caplog.text


def test_the_moves_of_a_newer_versions_rows_are_counted_by_their_states(
    table: CountTable, stream: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
):
    """After a rollback this version can read none of them: what is not counted now is missing for good."""
    before = stream[0]["dynamodb"]["NewImage"]
    of_tomorrow = before | {"schemaVersion": {"N": "99"}, "priority": {"BOOL": True}, "status": {"S": "ON_HOLD"}}
    table.add([*stream, {"eventID": "held", "dynamodb": {"OldImage": before, "NewImage": of_tomorrow}}])

    assert counted(table) == ALL | {"RECEIVED": ALL["RECEIVED"] - 1, "ON_HOLD": 1}
    assert caplog.text == ""


def test_moves_that_change_no_count_need_no_call(stream: list[dict[str, Any]]):
    unmoved = stream[0]["dynamodb"]["NewImage"]

    CountTable("no such table", dynamodb()).add(
        [{"eventID": "1", "dynamodb": {"OldImage": unmoved, "NewImage": unmoved}}]
    )


def test_the_counts_of_a_quarter_of_an_hour_are_forgotten_two_hours_after_it(
    table: CountTable, name: str, stream: list[dict[str, Any]]
):
    table.add(stream)
    rows = rows_of(name)
    nine = int(NINE.timestamp())

    assert {str(row).split(" ")[0] for row in rows} == {"states", "2026-11-23T09:00"}
    for key, row in rows.items():
        assert row.get("expiresAt") == (None if key.startswith("states") else {"N": str(nine + 15 * 60 + 7200)})


def rows_of(name: str) -> dict[str, dict[str, Any]]:
    return {item["minute"]["S"]: item for item in boto3.client("dynamodb").scan(TableName=name)["Items"]}


def test_batches_are_counted_in_sixteen_rows_and_their_sum_is_right(
    table: CountTable, name: str, stream: list[dict[str, Any]]
):
    """Each row takes its share of the writes. One of them may have an order leave a state that came in by another."""
    for batch in range(100):
        table.add([record | {"eventID": f"{batch} {number}"} for number, record in enumerate(stream)])

    states = [row for key, row in rows_of(name).items() if key.startswith("states ")]
    assert len(states) == count_rows.ROWS == 16
    assert counted(table) == {key: 100 * number for key, number in ALL.items()}


def test_the_counts_of_a_version_before_are_part_of_the_sum(table: CountTable, name: str, stream: list[dict[str, Any]]):
    """It had one row for the states and one for each minute. Orders that it counted move on."""
    before: dict[str, dict[str, int]] = {
        "states": {"RECEIVED": 5, "COMPLETED": 70},
        "2026-11-23T09:01": {"accepted": 3, "completed": 2, "took 340": 2},
        "2026-11-23T07:59": {"accepted": 9},
    }
    for key, numbers in before.items():
        kept = {counted: {"N": str(number)} for counted, number in numbers.items()}
        boto3.client("dynamodb").put_item(TableName=name, Item={"minute": {"S": key}, **kept})
    table.add(stream)

    assert counted(table) == ALL | {
        "RECEIVED": 5 + ALL["RECEIVED"],
        "COMPLETED": 70,
        "2026-11-23T09:01 accepted": 3 + 1,
        "2026-11-23T09:01 completed": 2,
        "2026-11-23T09:01 took 340": 2,
    }


class Reads:
    """Holds nothing, and notes how many keys are read."""

    def __init__(self) -> None:
        self.keys = list[int]()

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - as AWS has it
        (wanted,) = RequestItems.values()
        assert wanted["ConsistentRead"] is False
        self.keys.append(len(wanted["Keys"]))
        return {"Responses": {}, "UnprocessedKeys": {}}


def test_a_summary_is_one_call_and_looks_for_older_counts_once_a_minute():
    """The page reads a summary every second or two. At half a read each, it costs less than 61 minutes did."""
    client = Reads()
    table = CountTable("counts", client)  # type: ignore[arg-type]
    for second in range(120):
        list(table.read(NINE + timedelta(seconds=second)))

    assert len(client.keys) == 120 + 2
    assert max(client.keys) == 1 + 16 + 5 * 16 < 100


class Contended:
    """Refuses so many transactions as DynamoDB does when another one is at work on the same items."""

    def __init__(self, refusals: int, code: str = "TransactionCanceledException") -> None:
        self.refusals = refusals
        self.code = code
        self.tokens = list[str]()

    def transact_write_items(self, *, ClientRequestToken: str, **_: Any) -> None:  # noqa: N803 - as AWS has it
        self.tokens.append(ClientRequestToken)
        if len(self.tokens) <= self.refusals:
            raise ClientError({"Error": {"Code": self.code}}, "TransactWriteItems")


def test_a_transaction_that_met_another_one_is_tried_again(stream: list[dict[str, Any]]):
    client = Contended(refusals=2)
    CountTable("counts", client).add(stream)  # type: ignore[arg-type]

    assert len(client.tokens) == 3
    assert len(set(client.tokens)) == 1


def test_a_batch_that_can_not_be_counted_now_is_left_to_the_stream(
    stream: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(counting, "_PAUSES", (0,))
    with pytest.raises(Unavailable, match="other functions count"):
        CountTable("counts", Contended(refusals=9)).add(stream)  # type: ignore[arg-type]


@pytest.fixture
def one_move() -> list[dict[str, Any]]:
    image = {"orderId": {"S": "1"}, "status": {"S": "RECEIVED"}, "receivedAt": {"S": "2026-11-23T09:00:00.000000Z"}}
    return [{"eventID": "1", "dynamodb": {"NewImage": image}}]


def test_a_batch_that_is_being_counted_is_left_to_the_stream(one_move: list[dict[str, Any]]):
    """Another error would make Lambda divide the batch, and its parts would be counted again."""
    with pytest.raises(Unavailable):
        CountTable("counts", Contended(9, "TransactionInProgressException")).add(one_move)  # type: ignore[arg-type]


def test_a_number_of_an_order_is_no_move_and_a_document_is_no_order(
    emulator: Emulator, table: CountTable, caplog: pytest.LogCaptureFixture
):
    orders = DynamoTable(new_table())
    row = orders.create(Order.received(validation.parse(ALICE), "token", NINE))
    (row,) = orders.issue([(row, "R{number}")], NINE)
    note = orders.create(replace(row, order_id="12345/refunds/r-1", revision=1))
    orders.replace(note, note.failed("as if", NINE, "process"))
    caplog.clear()
    with caplog.at_level(logging.INFO):
        table.add(records(orders._name))

    assert counted(table) == {"RECEIVED": 1, "document FAILED": 1, "2026-11-23T09:00 accepted": 1}
    assert [record.__dict__["failed"] for record in caplog.records if "counted orders" in record.message] == [1]
    assert "not counted" not in caplog.text

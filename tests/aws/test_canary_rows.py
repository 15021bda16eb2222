"""An order of the canary in DynamoDB: swept while it waits, in no list and no count, and forgotten after a week."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from tests.support.emulator import Emulator
from tests.support.examples import BASKET, NINE
from tests.support.stream import CountedTable, records

from orders.aws.clients import dynamodb
from orders.aws.dynamodb import item
from orders.aws.dynamodb.counting import CountTable
from orders.order import validation
from orders.order.due import Task
from orders.order.order import Order, Status
from orders.ports import Selection

SHOPS = validation.parse(BASKET | {"orderId": "shops"})
CANARYS = validation.parse(BASKET | {"orderId": "canarys", "orderNumber": "#1001"})
LATER = NINE + timedelta(minutes=5)


@pytest.fixture
def table(emulator: Emulator) -> CountedTable:
    """With an order of the canary that failed, and one of a shop that waits."""
    table = CountedTable()
    table.create(Order.received(SHOPS, "token", NINE))
    row = table.create(Order.received(CANARYS, "token", NINE, by="canary"))
    table.replace(row, row.failed("as if", NINE, by="process"))
    return table


def test_it_is_read_as_it_was_written(table: CountedTable):
    row = table.read("canarys")

    assert row.is_canary
    assert table.replace(row, retried := row.retried(LATER, by="maria")) == retried
    assert table.read("canarys") == retried


SELECTIONS = [
    Selection(),
    Selection(since=NINE, until=LATER),
    *(Selection(status) for status in Status),
    *(Selection(text=text) for text in ("canarys", "Zoë", str(BASKET["customerEmail"]), "#1001")),
]


def test_no_list_and_no_search_finds_it(table: CountedTable):
    row = table.read("canarys")
    table.replace(row, row.retried(LATER, by="maria"))

    for selection in SELECTIONS:
        page = table.page(selection, 10, None)
        assert {order.order_id for order in page.orders} <= {"shops"}, selection
        assert page.unreadable == ()


def test_it_is_not_counted_nor_is_its_end(table: CountedTable, caplog: pytest.LogCaptureFixture):
    activity = table.activity(LATER)
    last: Any = records(table.name)[-1]["dynamodb"]
    removed = {"eventID": "removed", "eventName": "REMOVE", "dynamodb": {"OldImage": last["NewImage"]}}
    CountTable("no such table", dynamodb()).add([removed])

    assert {status: number for status, number in activity.by_status.items() if number} == {Status.RECEIVED: 1}
    assert (sum(activity.accepted.values()), activity.oldest_waiting) == (1, NINE)
    assert "not counted" not in caplog.text


def test_the_sweep_finds_it_while_it_waits(table: CountedTable):
    row = table.read("canarys")
    table.replace(row, row.retried(NINE, by="maria"))

    assert {due.order_id for due in table.due(Task.RECEIPT, LATER)} == {"shops", "canarys"}


def test_the_table_forgets_it_after_a_week_and_no_other(table: CountedTable):
    """It has no attribute of the lists' indexes, so that these cost nothing for it."""
    items = {each["orderId"]["S"]: each for each in boto3.client("dynamodb").scan(TableName=table.name)["Items"]}

    assert items["canarys"]["expiresAt"] == {"N": str(int((NINE + timedelta(days=7)).timestamp()))}
    assert "expiresAt" not in items["shops"]
    assert not items["canarys"].keys() & {"place", "statusShard", "nameShard", "nameKey", "emailKey", "numberKey"}
    assert item.is_canary(items["canarys"])

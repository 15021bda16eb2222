"""The number of the indexes' shards can be changed: lists and the sweep find every order, whatever it was before."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.resources import new_count_table, new_table

from orders.aws.dynamodb.item import MOST_SHARDS, item_of
from orders.aws.dynamodb.shards import Shards
from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.due import Task
from orders.order.order import Order, Status
from orders.ports import Selection

NOW = NINE + timedelta(hours=1)


def order(order_id: str, number: int) -> Order:
    return Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", NINE + timedelta(seconds=number))


@pytest.fixture
def posted(emulator: Emulator) -> tuple[str, str, list[str]]:
    """The name of a table, and of its counts, whose stack had 8 shards, then 32, then 12; and its orders."""
    name, order_ids = new_table(), list[str]()
    for number_of_shards in (8, 32, 12):
        table = DynamoTable(name, shards=number_of_shards)
        for _ in range(24):
            order_ids.append(f"o{len(order_ids)}")
            table.create(order(order_ids[-1], len(order_ids)))
    return name, new_count_table(), order_ids


@pytest.mark.parametrize("number_of_shards", [8, 16, 32])
def test_every_order_is_listed_found_and_swept(posted: tuple[str, str, list[str]], number_of_shards: int):
    name, count_table, order_ids = posted
    table = DynamoTable(name, count_table, number_of_shards)

    for selection in (Selection(), Selection(Status.RECEIVED), Selection(text=ALICE["customerName"])):
        listed = [row.order_id for row in table.page(selection, 100, None).orders]
        assert listed == order_ids[::-1]
    assert sorted(due.order_id for due in table.due(Task.RECEIPT, NOW)) == sorted(order_ids)
    assert table.activity(NOW).oldest_waiting == NINE + timedelta(seconds=1)


def test_pages_go_on_over_all_shards(posted: tuple[str, str, list[str]]):
    name, _, order_ids = posted
    table, shown, cursor = DynamoTable(name), list[str](), None
    while not shown or cursor:
        page = table.page(Selection(), 10, cursor)
        shown += [row.order_id for row in page.orders]
        cursor = page.cursor

    assert shown == order_ids[::-1]


def test_an_order_that_moves_is_listed_once_in_its_new_shard(emulator: Emulator):
    name = new_table()
    before = DynamoTable(name, shards=8).create(order("o1", 1))
    table = DynamoTable(name, shards=32)
    table.replace(before, before.failed("as if", NINE, by="process"))

    assert item_of(before, 8)["idShard"] != item_of(before, 32)["idShard"]
    assert [row.status for row in table.page(Selection(), 10, None).orders] == [Status.FAILED]
    assert table.page(Selection(Status.RECEIVED), 10, None).orders == []


class Index:
    """Holds orders in these shards, and counts how often somebody looks."""

    def __init__(self, *used: int) -> None:
        self.used, self.looks = set(used), 0

    def is_used(self, asked: Sequence[int]) -> bool:
        self.looks += 1
        return bool(self.used & set(asked))


@pytest.fixture
def pass_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [1000.0]
    monkeypatch.setattr("orders.aws.dynamodb.shards.time.monotonic", lambda: now[0])

    def pass_seconds(seconds: float) -> None:
        now[0] += seconds

    return pass_seconds


def test_a_list_reads_the_stacks_own_shards_and_looks_behind_them_once_a_minute(pass_seconds: Callable[[float], None]):
    index = Index(0, 7)
    mine = Shards(8, index.is_used)
    for _ in range(120):
        assert mine.to_read() == range(8)
        pass_seconds(1)

    assert index.looks == 2


def test_orders_of_functions_that_are_updated_earlier_are_listed_within_a_minute(
    pass_seconds: Callable[[float], None],
):
    index = Index(0, 7)
    mine = Shards(8, index.is_used)
    mine.to_read()
    index.used.add(31)
    pass_seconds(60)

    assert mine.to_read() == range(MOST_SHARDS)


def test_where_all_shards_are_read_anyhow_nobody_looks():
    index = Index()

    assert Shards(MOST_SHARDS, index.is_used).to_read() == range(MOST_SHARDS)
    assert index.looks == 0


def test_an_orders_shard_stays_the_one_that_versions_before_gave_it():
    """They read the first eight shards. In a stack with eight, both versions find each other's orders."""
    assert {order_id: item_of(order(order_id, 1))["idShard"]["S"] for order_id in ("12345", "A-1001", "o7")} == {
        "12345": "4",
        "A-1001": "2",
        "o7": "0",
    }

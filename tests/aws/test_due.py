"""What Sweep asks of DynamoDB and SQS where many orders wait."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from tests.aws import wire
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.resources import new_queue, new_table

from orders.aws import clients
from orders.aws.dynamodb import due as dynamodb_due
from orders.aws.dynamodb.item import MOST_SHARDS
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.queue import SqsQueue
from orders.order import validation
from orders.order.due import Task
from orders.order.errors import Unavailable
from orders.order.order import Order

NOW = NINE + timedelta(minutes=5)
ORDERS = [f"o{number:02}" for number in range(40)]


@pytest.fixture
def calls() -> Iterator[Counter[str]]:
    """How often each operation was sent."""
    counted = Counter[str]()

    def count(request: AWSPreparedRequest, **_: object) -> None:
        counted[wire.name_of(request)] += 1

    with listening("before-send", count):
        yield counted


@pytest.fixture
def table(emulator: Emulator, calls: Counter[str]) -> DynamoTable:
    table = DynamoTable(new_table())
    for order_id in ORDERS:
        table.create(Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", NINE))
    return table


@pytest.fixture
def throttle(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The orders whose updates DynamoDB has no room for."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    throttled = set[str]()

    def refuse(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        order_id = json.loads(cast("bytes", request.body))["Key"]["orderId"]["S"]
        return wire.throttled(never_sent, request) if order_id in throttled else None

    with listening("before-send.dynamodb.UpdateItem", refuse):
        yield throttled


@contextmanager
def listening(event: str, handler: Callable[..., object]) -> Iterator[None]:
    """Every client that is made meanwhile calls the handler before each request; what it returns is the answer."""
    clients.session.register(event, cast("Any", handler))
    yield
    clients.session.unregister(event, cast("Any", handler))


def never_sent(_request: AWSPreparedRequest) -> AWSResponse:
    raise AssertionError


def due(table: DynamoTable) -> list[str]:
    return sorted(order.order_id for order in table.due(Task.RECEIPT, NOW))


def test_each_shard_is_read_once_and_on_from_where_it_was_read(
    table: DynamoTable, calls: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dynamodb_due, "ORDERS_A_QUERY", 2)

    assert due(table) == ORDERS
    assert len(ORDERS) / 2 <= calls["DynamoDB Query"] <= len(ORDERS) / 2 + MOST_SHARDS


def test_an_order_for_which_dynamodb_has_no_room_keeps_no_other_from_being_postponed(
    throttle: set[str], table: DynamoTable
):
    throttle |= {"o00", "o07"}
    orders = list(table.due(Task.RECEIPT, NOW))
    table.postpone(Task.RECEIPT, orders, [NOW + timedelta(minutes=1)] * len(orders))

    assert due(table) == ["o00", "o07"]


def test_where_none_can_be_postponed_the_table_is_unavailable(throttle: set[str], table: DynamoTable):
    throttle |= set(ORDERS)
    orders = list(table.due(Task.RECEIPT, NOW))
    with pytest.raises(Unavailable, match="ProvisionedThroughputExceeded"):
        table.postpone(Task.RECEIPT, orders, [NOW + timedelta(minutes=1)] * len(orders))

    assert due(table) == ORDERS


def test_ten_messages_share_a_call(emulator: Emulator, calls: Counter[str]):
    queue = SqsQueue(new_queue())
    queue.notify(ORDERS)

    assert queue.depth() == len(ORDERS)
    assert calls["SQS SendMessageBatch"] == len(ORDERS) / 10


def test_nothing_to_ring_for_is_no_call(emulator: Emulator, calls: Counter[str]):
    SqsQueue(new_queue()).notify([])

    assert not [name for name in calls if name.startswith("SQS Send")]

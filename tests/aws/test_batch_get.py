"""Reading many items: what DynamoDB leaves out is read later, with growing pauses, while the caller has time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.aws import wire
from tests.aws.one_order import Place, Process
from tests.aws.stand_in import standing_in
from tests.aws.wire import Fault, Wire
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE

from orders.aws import clients, pauses
from orders.aws.dynamodb import batch_get
from orders.aws.dynamodb.item import key_of
from orders.order import validation
from orders.order.errors import Unavailable
from orders.order.order import Order
from orders.ports import Selection

ORDERS = [f"o{number}" for number in range(6)]


@dataclass
class FakeTime:
    """Time that passes only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    time = FakeTime()
    monkeypatch.setattr(batch_get, "time", time)
    return time


def test_a_list_shows_every_order_though_dynamodb_reads_them_one_by_one(emulator: Emulator, time: FakeTime):
    process = Process(Place())
    for number, order_id in enumerate(ORDERS):
        order = validation.parse(ALICE | {"orderId": order_id})
        process.table.create(Order.received(order, "token", NINE + timedelta(minutes=number)))
    process.wire = Wire({number: Fault(wire.read_in_part) for number in range(100)})
    page = process.table.page(Selection(), 10, None)

    assert [order.order_id for order in page.orders] == ORDERS[::-1]
    assert process.wire.carried.count("DynamoDB BatchGetItem") == len(ORDERS)
    assert len(time.slept) == len(ORDERS) - 1


def test_pauses_grow_until_the_callers_time_is_over(
    aims_at: Callable[[str], None], time: FakeTime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(random, "uniform", lambda _least, most: most)
    nothing = {"orders": {"Keys": [key_of("12345")], "ConsistentRead": True}}
    with standing_in(200, Responses={}, UnprocessedKeys=nothing) as there:
        aims_at(there.url)
        with pytest.raises(Unavailable, match="table: throttled"):
            list(batch_get.items(clients.dynamodb(), "orders", [key_of("12345")], "table", patience=3))

        assert there.calls == len(time.slept) + 1
    assert time.slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0]
    assert sum(time.slept) <= 3


def test_callers_that_were_throttled_together_come_back_at_different_times():
    firsts = {next(pauses.growing(0.05, 1)) for _ in range(50)}

    assert len(firsts) == 50
    assert all(0 <= pause <= 0.05 for pause in firsts)

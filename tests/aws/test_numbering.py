"""Numbers of 20 functions at once that die again and again, right after their transactions: 1…n, no gap, no double.

As a test it numbers 200 orders, and 10,000 with ORDERS_FULL=yes.
"""

import faulthandler
import hashlib
import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from botocore.config import Config
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.extent import ALL
from tests.support.fakes import MemoryBucket, World
from tests.support.resources import new_table

from orders import receipt
from orders.aws import clients
from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.errors import ReceiptImpossible, Unavailable
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.shop import shop
from orders.use_cases import audit, process, retry

ORDERS = 10_000 if ALL else 200
FUNCTIONS, BATCH = 20, 10
DEATHS = 0.1
"""The share of transactions after whose answer the function dies."""
TWICE = 0.1
"""The share of batches that are delivered twice."""


class Died(Exception):
    """The function is gone: nobody in it catches this."""


@dataclass
class Deployed:
    """The functions' table and bucket, and the batches that wait for them."""

    table: str
    bucket: MemoryBucket = field(default_factory=MemoryBucket)
    batches: "Queue[Sequence[str]]" = field(default_factory=Queue)
    deaths: int = 0
    transactions: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, chance: random.Random) -> Outside:
        """A new function, with a table of its own."""
        table = DynamoTable(self.table)

        def after_transaction(**_: Any) -> None:
            with self.lock:
                self.transactions += 1
                self.deaths += (dies := chance.random() < DEATHS)
            if dies:
                raise Died

        table._client.meta.events.register("after-call.dynamodb.TransactWriteItems", after_transaction)
        world = World()
        return Outside(table, world.queue, world.queue, self.bucket, None, world.mailer, world.outside.link_lifetime)

    def work(self, seed: int) -> None:
        """Batch after batch. What is not done when a function dies is delivered again, perhaps to another one."""
        chance = random.Random(seed)
        outside = self.start(chance)
        with suppress(Empty):
            while True:
                batch = self.batches.get_nowait()
                try:
                    make_receipts(batch, outside)
                except Died:
                    self.batches.put(batch)
                    outside = self.start(chance)
                except Unavailable:
                    self.batches.put(batch)


def make_receipts(batch: Sequence[str], outside: Outside) -> None:
    make, end = process.receipt_maker(batch, outside)
    for order_id in batch:
        make(order_id)
    end()


@pytest.fixture
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shop has numbers. The PDF is of no interest here, and drawing 10,000 takes minutes."""
    (tmp_path / "shop.toml").write_text('[numbers]\nreceipt = "R{year}-{number:06}"\n')
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
    monkeypatch.setattr(receipt, "draw", draw)
    shop.configured.cache_clear()
    yield
    shop.configured.cache_clear()


def draw(order: Order) -> bytes:
    """Depends on the row alone. Each 20th order can't be drawn before an operator has retried it."""
    is_at_fault = int(hashlib.sha256(order.order_id.encode()).hexdigest(), 16) % 20 == 0
    if is_at_fault and order.waiting_since == order.received_at:
        raise ReceiptImpossible("as if")
    assert order.issue
    return f"%PDF {order.order_id} {order.issue.text}".encode()


def patient(table: str, monkeypatch: pytest.MonkeyPatch) -> DynamoTable:
    """The same table, for which the emulator may take its time: it looks at all rows for each list of a hundred."""
    monkeypatch.setattr(clients, "_CONFIG", clients._CONFIG.merge(Config(read_timeout=60)))
    return DynamoTable(table)


def test_twenty_functions_that_die_again_and_again_leave_no_gap_and_no_double(
    emulator: Emulator, numbers: None, monkeypatch: pytest.MonkeyPatch
):
    faulthandler.cancel_dump_traceback_later()  # the whole takes as long as a test that hangs
    deployed, chance = Deployed(new_table()), random.Random(23)
    outside = deployed.start(chance)
    ids = [f"o{number}" for number in range(ORDERS)]
    with ThreadPoolExecutor(FUNCTIONS) as threads:
        rows = (Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", NINE) for order_id in ids)
        list(threads.map(outside.table.create, rows))
        batches = [ids[start : start + BATCH] for start in range(0, ORDERS, BATCH)]
        for batch in [*batches, *(batch for batch in batches if chance.random() < TWICE)]:
            deployed.batches.put(batch)
        list(threads.map(deployed.work, range(FUNCTIONS)))
    found = [outside.table.read(order_id) for order_id in ids]
    for failed in (order for order in found if order.status is Status.FAILED):
        with suppress(Died):
            retry.try_again(failed.order_id, outside, "maria")
        deployed.batches.put([failed.order_id])
    deployed.work(0)
    with ThreadPoolExecutor(FUNCTIONS) as threads:
        found = list(threads.map(outside.table.read, ids))
    checked = audit.audit(replace(outside, table=patient(deployed.table, monkeypatch)))
    print(f"{ORDERS:,} orders, {deployed.deaths} deaths after {deployed.transactions:,} transactions: {checked}")

    assert {order.status for order in found} == {Status.COMPLETED}
    assert len({order.issue.number for order in found if order.issue}) == ORDERS
    assert checked.is_clean, checked.findings[:10]
    (series,) = checked.series
    assert (series.issued, series.pending, series.last) == (ORDERS, 0, ORDERS + series.void)
    assert deployed.deaths > ORDERS // 50

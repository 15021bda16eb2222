"""A batch of orders is stored and committed as one: wherever that is cut short, nothing is lost or half done."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.examples import NINE, ROOT
from tests.support.extent import ALL
from tests.support.proof import hashes_of_files
from tests.support.servers import serving

from orders.local.folder.folder import DataFolder
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.order import Order, Status

NUMBERS = '[numbers]\nreceipt = "R{number}"\n'
"""With numbers, a batch has all steps that it has without them."""
ORDERS = [validation.parse({"orderId": f"order-{number}", "customerName": "Alice"}) for number in range(4)]


def waiting_orders(data: Path) -> None:
    with closing(SqliteTable(DataFolder.open(data).database)) as table:
        for posted in ORDERS:
            table.create(Order.received(posted, "token", NINE))


@pytest.mark.parametrize("numbers", [NUMBERS, ""] if ALL else [NUMBERS])
def test_a_batch_that_is_killed_at_any_step_is_completed_by_the_next_server(
    tmp_path: Path, numbers: str, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "shop.toml").write_text(numbers, encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
    waiting_orders(tmp_path / "data")
    kill = [sys.executable, "-m", "tests.local.killed_batches", str(tmp_path / "data")]
    killed = subprocess.run(kill, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert killed.returncode == 0, killed.stderr
    steps = int(killed.stdout)

    assert steps > 3 * len(ORDERS)
    for step in range(1, steps + 1):
        assert_nothing_is_half_done(tmp_path / f"killed-{step}")
    assert_all_are_completed_by_a_server(tmp_path / f"killed-{steps // 2}")
    assert_numbers_have_no_gap(tmp_path / f"killed-{steps // 2}", len(ORDERS) if numbers else 0)


def assert_nothing_is_half_done(data: Path) -> None:
    """Each receipt is whole; each completed order has its receipt; every other order still waits."""
    stored = hashes_of_files(data / "bucket")
    for name in stored:
        text = (data / "bucket" / name).read_text()
        assert text.startswith("%PDF- order-")
        assert text.endswith(" %%EOF")
    with closing(SqliteTable(data / "orders.db")) as table:
        orders = [table.read(posted.order_id) for posted in ORDERS]
        assert_numbers_are_of_rows(table, orders)
    for order in orders:
        assert order.status in {Status.RECEIVED, Status.COMPLETED}
        if order.receipt:
            assert stored[order.receipt.key] == order.receipt.sha256


def assert_numbers_are_of_rows(table: SqliteTable, orders: list[Order]) -> None:
    entries = [entry for head in table.series() for entry in table.entries(head.series, 1, 1_000)]
    numbered = [order for order in orders if order.issue]

    assert [entry.number for entry in entries] == sorted(order.issue.number for order in numbered if order.issue)
    assert {entry.order_id: entry.sha256 for entry in entries} == {
        order.order_id: order.receipt and order.receipt.sha256 for order in numbered
    }


def assert_numbers_have_no_gap(data: Path, most: int) -> None:
    with closing(SqliteTable(data / "orders.db")) as table:
        numbers = [order.issue.number for posted in ORDERS if (order := table.read(posted.order_id)).issue]

    assert sorted(numbers) == list(range(1, most + 1))


def assert_all_are_completed_by_a_server(data: Path) -> None:
    with serving(data, ORDERS_RECEIPT=os.environ["ORDERS_RECEIPT"]) as address:
        for posted in ORDERS:
            assert Api(address).receipt(posted.order_id).startswith(b"%PDF-")
        shown = [Api(address).get(f"/orders/{posted.order_id}").body for posted in ORDERS]
    files = hashes_of_files(data / "bucket")
    assert len(files) == len(ORDERS)
    assert {json.dumps(order["status"]) for order in shown} == {'"COMPLETED"'}

"""Numbers have no gap and no double, whoever gives them at the same time, and wherever one of them is killed."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.support.examples import ALICE, NINE, ROOT
from tests.support.extent import ALL

from orders.local.stack import stack_in
from orders.order import validation
from orders.order.order import Order, Status
from orders.order.register import Entry
from orders.ports import Outside, Selection, Table
from orders.use_cases import audit

ORDERS, KILLS = (10_000, 50) if ALL else (300, 3)
PROCESSES = 4
SECONDS_TO_COMPLETE = 1_200
SERIES = "R{number:06}"


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A folder with pending orders, in a shop that has numbers."""
    (tmp_path / "shop.toml").write_text(f'[numbers]\nreceipt = "{SERIES}"\n', encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
    with closing(stack_in(tmp_path / "data")) as stack:
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(lambda number: stack.table.create(order(number)), range(ORDERS)))
        yield stack.outside


def order(number: int) -> Order:
    received_at = NINE + timedelta(seconds=number)
    return Order.received(validation.parse(ALICE | {"orderId": f"o{number}"}), "token", received_at)


def test_orders_numbered_by_four_processes_that_are_killed_have_the_numbers_from_1_on(outside: Outside, tmp_path: Path):
    """Each seventh order fails: its number is void, and after a retry it gets another one."""
    processes = Processes(tmp_path / "data", PROCESSES)
    for kill in range(1, KILLS + 1):
        processes.wait_until(partial(have_ended, kill * ORDERS // (KILLS + 1), outside.table))
        processes.kill_one()
    processes.wait_for_all()
    retry_failed(outside.table)
    Processes(tmp_path / "data", 1).wait_for_all()

    found, entries, rows = audit.audit(outside), all_entries(outside.table), all_rows(outside.table)
    (series,) = found.series
    print(f"{processes.killed} processes killed: {series}")
    assert found.findings == []
    assert (series.issued, series.pending, processes.killed) == (ORDERS, 0, KILLS)
    assert [entry.number for entry in entries] == list(range(1, ORDERS + series.void + 1))
    assert sorted(row.issue.number for row in rows if row.issue) == [
        entry.number for entry in entries if not entry.void
    ]
    assert {entry.void for entry in entries} == {None, "failed: no ink"}


class Processes:
    """Some that complete the orders of a folder. For each one that is killed another is started."""

    def __init__(self, data: Path, number: int) -> None:
        self._data = data
        self._running = [self._started() for _ in range(number)]
        self.killed = 0

    def wait_until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + SECONDS_TO_COMPLETE
        while not holds():
            assert time.monotonic() < end
            time.sleep(random.uniform(0.001, 0.02))  # only another look tells, and each kill comes at a random time

    def kill_one(self) -> None:
        victim = random.randrange(len(self._running))
        self._running[victim].kill()
        self._running[victim].communicate()
        self.killed += self._running[victim].returncode < 0
        self._running[victim] = self._started()

    def wait_for_all(self) -> None:
        for each in self._running:
            _, told = each.communicate(timeout=SECONDS_TO_COMPLETE)
            assert each.returncode == 0, told

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.local.numbering", str(self._data)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def have_ended(orders: int, table: Table) -> bool:
    """Whether at least so many orders no longer wait."""
    return ORDERS - table.activity(NINE).by_status[Status.RECEIVED] >= orders


def retry_failed(table: Table) -> None:
    while failed := table.page(Selection(Status.FAILED), 100, None).orders:
        for row in failed:
            table.replace(row, row.retried(NINE, "maria"))


def all_entries(table: Table) -> list[Entry]:
    return list(table.entries(SERIES, 1, 2 * ORDERS))


def all_rows(table: Table) -> list[Order]:
    return [table.read(f"o{number}") for number in range(ORDERS)]

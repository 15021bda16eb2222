"""Copies of a folder that a server is using: some files are from another moment, and some are missing.

A server either refuses such a copy, or knows every order that was acknowledged before the copy was begun.
`ORDERS_COPIES` is how many are made, `ORDERS_SEED` repeats what was copied in which order.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.local.starts import mortal
from tests.support.groups import ALONE
from tests.support.servers import address_of
from tests.support.shop import Acknowledged, Shop

from orders.local.folder.folder import DataFolder, FolderError
from orders.local.folder.log_check import check_log
from orders.local.stack import open_for_serving, stack_in
from orders.order import validation
from orders.order.errors import UnknownOrder

pytestmark = ALONE
SEED = int(os.environ.get("ORDERS_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
COPIES = int(os.environ.get("ORDERS_COPIES", "12"))
CHECKS = 1_000
SHARES = (0, 1, 0.7, 0.7)
LONGEST_PAUSE = 0.05
"""Seconds between two files, in which checkpoints are made."""


@dataclass(frozen=True)
class Copy:
    """A folder, and what had been acknowledged before its first file was copied."""

    folder: Path
    acknowledged: Mapping[str, Acknowledged]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> list[Copy]:
    print(f"\nORDERS_SEED={SEED}")
    folder, chance, shop, made = tmp_path_factory.mktemp("copies"), random.Random(SEED), Shop(SEED), list[Copy]()
    with mortal(folder / "data") as server, shop.trading(address_of(server)):
        for number in range(COPIES):
            shop.wait_for("acknowledged", chance.randrange(1, 60))
            made.append(Copy(folder / f"{number}", shop.acknowledged))
            copy_some(folder / "data", folder / f"{number}", chance, SHARES[number % len(SHARES)])
    return made


def copy_some(data: Path, target: Path, chance: random.Random, share: float) -> None:
    """This share of the files, in an order of chance, with pauses; the database is always among them."""
    target.mkdir(mode=0o700)
    for path in chance.sample(sorted(data.iterdir()), len(list(data.iterdir()))):
        if path.name == "orders.db" or chance.random() < share:
            with suppress(shutil.Error):  # some files last for a moment only
                (shutil.copytree if path.is_dir() else shutil.copy)(path, target / path.name)
            time.sleep(chance.uniform(0, LONGEST_PAUSE))


def denied(copy: Copy, scratch: Path) -> Iterator[str]:
    """The acknowledged orders that a server in the copy would not know, or have another body for.

    Raises:
        FolderError: no server starts there.
    """
    stack_in.cache_clear()
    with closing(open_for_serving(DataFolder.open(shutil.copytree(copy.folder, scratch)))) as stack:
        for order_id, acknowledged in copy.acknowledged.items():
            try:
                if stack.table.read(order_id).body != validation.parse(acknowledged.order).canonical():
                    yield order_id
            except UnknownOrder:
                yield order_id


def judged(copies: list[Copy], scratch: Path) -> list[list[str] | None]:
    """What each copy denies; nothing where it is refused."""
    found: list[list[str] | None] = []
    for copy in copies:
        try:
            found.append(list(denied(copy, scratch / copy.folder.name)))
        except FolderError:
            found.append(None)
    return found


def test_no_acknowledged_order_is_denied(copies: list[Copy], tmp_path: Path):
    found = judged(copies, tmp_path)

    print(f"{len(copies)} copies: {found.count([])} start, {found.count(None)} are refused")
    assert [each for each in found if each] == []
    assert {None, ()} <= {None if each is None else tuple(each) for each in found}


def test_a_database_that_is_served_without_its_log_is_noticed(copies: list[Copy], tmp_path: Path, monkeypatch):
    for module in ("folder.log_check", "sqlite.database"):
        monkeypatch.setattr(f"orders.local.{module}.refuse_incomplete", lambda *_: None)
    monkeypatch.setattr("orders.local.folder.missing.without_a_row", lambda *_: [])

    assert any(judged(copies, tmp_path))


A_WORKER = """
import sys
from pathlib import Path
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.upkeep import FolderMemory

table, number = SqliteTable(Path(sys.argv[1])), 0
print("ready", flush=True)
while True:
    FolderMemory(table).remember({f"{number % 3000}": "x" * 900})
    number += 1
    if number % 50 == 0:
        table._writer.checkpoint()
"""


def test_a_worker_that_outlives_its_server_does_not_make_the_log_look_like_another_ones(tmp_path: Path):
    """It may be making a checkpoint while the next server compares the file with its log."""
    database = tmp_path / "orders.db"
    with subprocess.Popen([sys.executable, "-c", A_WORKER, database], stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n"
            for _ in range(CHECKS):
                check_log(database)
            assert worker.poll() is None
        finally:
            worker.kill()

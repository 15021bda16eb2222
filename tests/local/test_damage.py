"""Damage on the disk: it is told, never served, and never taken for an order that was not there."""

import hashlib
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from tests.acceptance.conftest import Api
from tests.examples import ALICE, NINE
from tests.local.proof import (
    assert_answers_are_as_acknowledged,
    assert_files_are_as_acknowledged,
    hashes_of_files,
    wait_until_all_are_completed,
)
from tests.local.shop import Shop
from tests.local.starts import mortal, refusal
from tests.servers import address_of, serving

from orders import schema
from orders.errors import Misconfigured
from orders.local.table import SqliteTable
from orders.row import Row

PAGE = 4096
GARBAGE = random.Random(1)


def overwrite(path: Path, start: int, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(GARBAGE.randbytes(end - start))


def whole_header(database: Path) -> None:
    overwrite(database, 0, 100)


def every_page_but_the_first(database: Path) -> None:
    overwrite(database, PAGE, database.stat().st_size)


def one_page(database: Path) -> None:
    overwrite(database, 20 * PAGE, 21 * PAGE)


def second_half(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def an_index_that_lost_orders(database: Path) -> None:
    """Each page is well-formed, but the orders are not found by their ids."""
    with closing(sqlite3.connect(database)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name LIKE 'sqlite_auto%'").fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(bytes([10, 0, 0, 0, 0, 16, 0, 0]))  # a leaf without entries


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which 600 orders wait, and no server has run yet."""
    table = SqliteTable(tmp_path / "orders.db")
    rows = [Row.received(schema.parse(order(number)), f"token-{number}", NINE) for number in range(600)]
    with ThreadPoolExecutor(32) as threads:
        list(threads.map(table.create, rows))
    table.close()
    return tmp_path


def order(number: int) -> dict[str, str]:
    return {"orderId": f"o{number}", "customerName": f"Customer {number}", "note": "Ring twice. " * 40}


@pytest.mark.parametrize(
    "damage", [whole_header, every_page_but_the_first, one_page, second_half, an_index_that_lost_orders]
)
def test_a_server_does_not_start_on_a_damaged_database_and_leaves_it_as_it_is(
    damage: Callable[[Path], None], data: Path
):
    damage(data / "orders.db")
    before = (data / "orders.db").read_bytes()

    reason = refusal(data)
    assert "orders.db can't be opened, it is damaged" in reason
    assert f"put a backup in its place; receipts made since the backup are still in {data}/bucket/receipts" in reason
    assert (data / "orders.db").read_bytes() == before


def test_a_database_that_was_killed_in_the_middle_of_being_made_is_no_damage(tmp_path: Path):
    made, killed = tmp_path / "made.db", tmp_path / "orders.db"
    with closing(sqlite3.connect(made)) as connection:
        connection.executescript("PRAGMA cache_size = 1; BEGIN; CREATE TABLE orders (x)")
        connection.executemany("INSERT INTO orders VALUES (?)", [("x" * PAGE,)] * 50)
        shutil.copy(made, killed)
        shutil.copy(f"{made}-journal", f"{killed}-journal")

    with serving(tmp_path) as address:
        Api(address).post_order(ALICE)
        assert Api(address).receipt("12345").startswith(b"%PDF-")


def test_what_a_killed_server_left_in_the_log_is_not_written_into_a_damaged_database(data: Path):
    with mortal(data) as server:
        assert Api(address_of(server)).post_order(ALICE).status == 202
        server.kill()
    every_page_but_the_first(data / "orders.db")
    files = [data / "orders.db", data / "orders.db-wal"]
    before = [file.read_bytes() for file in files]

    assert "it is damaged" in refusal(data)
    assert [file.read_bytes() for file in files] == before
    assert len(before[1]) > PAGE


def test_a_database_that_is_damaged_while_it_serves_refuses_and_never_denies_an_order(data: Path, capfd):
    with serving(data) as address:
        api = Api(address)
        every_page_but_the_first(data / "orders.db")
        answers = [(order(number), api.get(f"/orders/o{number}")) for number in range(600)]
        new = api.post_order(ALICE)

        assert all(shown.body["order"] == expected for expected, shown in answers if shown.status == 200)
        assert {shown.problem for _, shown in answers if shown.status != 200} == {"unavailable"}
        assert (new.status, new.problem) == (503, "unavailable")
        assert int(new.headers["Retry-After"]) > 0
    assert " ERROR   unavailable: " in (log := capfd.readouterr().err)
    assert "it is damaged" in log


@pytest.mark.parametrize("column", ["body", "history", "receivedAt", "status"])
def test_a_row_whose_text_was_altered_is_not_shown(data: Path, column: str):
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute(f"UPDATE orders SET {column} = replace({column}, '2', '?') || ' '")
        connection.commit()
    table = SqliteTable(data / "orders.db")

    with pytest.raises(Misconfigured, match="damaged"):
        table.read("o12")
    with pytest.raises(Misconfigured, match="damaged"):
        table.page(None, 10, None)
    table.close()


def test_a_log_that_was_torn_by_a_loss_of_power_loses_nothing_acknowledged(tmp_path: Path):
    shop = Shop()
    with mortal(tmp_path) as server, shop.trading(address_of(server)):
        shop.wait_for("acknowledged", 100)
        server.kill()
    with (tmp_path / "orders.db-wal").open("ab") as log:
        log.write(GARBAGE.randbytes(3 * PAGE))
    overwrite(tmp_path / "orders.db-shm", 0, (tmp_path / "orders.db-shm").stat().st_size)

    with serving(tmp_path) as address:
        shop.settle(Api(address))
        wait_until_all_are_completed(Api(address))
        assert_answers_are_as_acknowledged(Api(address), shop)
    assert_files_are_as_acknowledged(tmp_path, shop)


def cut(receipt: Path) -> None:
    os.truncate(receipt, receipt.stat().st_size - 1)


def alter(receipt: Path) -> None:
    overwrite(receipt, 1000, 1016)


@pytest.mark.parametrize("harm", [Path.unlink, cut, alter])
def test_a_receipt_that_is_missing_or_altered_gets_no_link_and_is_not_served_until_it_is_put_back(
    harm: Callable[[Path], None], tmp_path: Path, capfd
):
    with serving(tmp_path) as address:
        api = Api(address)
        customers_link = api.post_order(ALICE).body["receiptUrl"]
        issued = api.receipt(ALICE["orderId"])
        link = api.signed_link(ALICE["orderId"]).body["signedReceiptUrl"]
        (receipt,) = (tmp_path / "bucket").rglob("*.pdf")
        harm(receipt)

        for path in (f"/receipt/{ALICE['orderId']}", customers_link, link):
            assert (api.get(path).status, api.get(path).problem) == (503, "unavailable")
        assert api.get(f"/orders/{ALICE['orderId']}").body["receipt"]["sha256"] == hashlib.sha256(issued).hexdigest()

        receipt.write_bytes(issued)
        assert api.receipt(ALICE["orderId"]) == issued
        assert api.get(link).content == issued
    assert f" ERROR   unavailable: {receipt}" in capfd.readouterr().err
    assert list(hashes_of_files(tmp_path / "bucket").values()) == [hashlib.sha256(issued).hexdigest()]

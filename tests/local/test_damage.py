"""Damage on the disk: it is told, never served, and never taken for an order that was not there."""

import hashlib
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest
from tests.local.starts import mortal, refusal
from tests.support.api import Api
from tests.support.examples import ALICE, NINE
from tests.support.proof import (
    assert_answers_are_as_acknowledged,
    assert_files_are_as_acknowledged,
    hashes_of_files,
    wait_until_all_are_completed,
)
from tests.support.servers import address_of, serving
from tests.support.shop import Shop

from orders.local.folder.folder import DataFolder, FolderError
from orders.local.sqlite.damage import check
from orders.local.sqlite.table import SqliteTable
from orders.local.stack import open_for_serving
from orders.order import validation
from orders.order.errors import Misconfigured, UnknownOrder
from orders.order.order import Order
from orders.ports import Selection

PAGE = 4096


def garbage(path: Path, start: int, size: int) -> bytes:
    return random.Random(f"{path.name} {start}").randbytes(size)


def overwrite(path: Path, start: int, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(garbage(path, start, end - start))


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
    rows = [Order.received(validation.parse(order(number)), f"token-{number}", NINE) for number in range(600)]
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
    assert f"move {data} away and put a backup in its place; receipts made since the backup are in" in reason
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
    log = capfd.readouterr().err
    assert " ERROR   unavailable: " in log
    assert "it is damaged" in log
    by_the_server = [line for line in log.splitlines() if "a whole batch is delivered again" not in line]
    assert "can't be opened" not in "\n".join(by_the_server)  # a worker that starts only now says so


@pytest.mark.parametrize("column", ["body", "history", "receivedAt", "status"])
def test_a_row_whose_text_was_altered_is_not_shown(data: Path, column: str):
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute(f"UPDATE orders SET {column} = replace({column}, '2', '?') || ' '")
        connection.commit()
    table = SqliteTable(data / "orders.db")

    with pytest.raises(Misconfigured, match="damaged"):
        table.read("o12")
    table.close()


@pytest.mark.parametrize("harm", ["body = replace(body, '2', '?')", "body = CAST(x'ff' AS TEXT)", "schemaVersion = 99"])
def test_a_row_that_can_not_be_read_is_left_out_of_its_page_and_told(data: Path, harm: str, caplog):
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute(f"UPDATE orders SET {harm} WHERE orderId IN ('o12', 'o592')")
        connection.commit()
    table = SqliteTable(data / "orders.db")
    pages = [table.page(Selection(), 300, None)]
    pages.append(table.page(Selection(), 300, pages[0].cursor))
    table.close()

    assert {row.order_id for page in pages for row in page.orders} == {f"o{n}" for n in range(600)} - {"o12", "o592"}
    assert pages[1].cursor is None
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "order o12 " in caplog.text


def test_damage_that_the_check_does_not_reach_is_told_as_damage(data: Path, monkeypatch):
    monkeypatch.setattr("orders.local.sqlite.damage.check", lambda _: None)
    every_page_but_the_first(data / "orders.db")

    with pytest.raises(FolderError, match="it is damaged"):
        open_for_serving(DataFolder(data))


def test_a_check_ends_in_time_however_large_the_file_is(tmp_path: Path, monkeypatch):
    database = tmp_path / "orders.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE pages (x)")
        connection.executemany("INSERT INTO pages VALUES (zeroblob(?))", [(PAGE // 2,)] * 60_000)
        connection.commit()
    overwrite(database, 2 * PAGE, 3 * PAGE)  # a walk comes to the first leaf at its end

    with pytest.raises(FolderError, match="it is damaged"):
        check(database)
    monkeypatch.setattr("orders.local.sqlite.damage.SECONDS_TO_CHECK", 0.05)
    check(database)


def test_a_check_that_fails_for_no_known_reason_is_told(tmp_path: Path, monkeypatch):
    (tmp_path / "orders.db").touch()
    monkeypatch.setattr(
        "orders.local.sqlite.damage._first_complaint", Mock(side_effect=sqlite3.OperationalError("Could not decode"))
    )

    with pytest.raises(FolderError, match="Could not decode"):
        check(tmp_path / "orders.db")


FRAME = 24 + PAGE


def flip(file: Path, place: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(place)
        (byte,) = opened.read(1)
        opened.seek(place)
        opened.write(bytes([byte ^ 4]))


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, list[str]]:
    """A database and its log, as a kill leaves them, and the orders that were committed one after another."""
    table = SqliteTable(tmp_path / "orders.db")
    for number in range(40):
        table.create(Order.received(validation.parse(order(number)), f"token-{number}", NINE))
    copy = tmp_path / "killed"
    copy.mkdir()
    for name in ("orders.db", "orders.db-wal"):
        shutil.copy(tmp_path / name, copy / name)
    table.close()
    return copy / "orders.db", [f"o{number}" for number in range(40)]


@pytest.mark.parametrize(
    "place",
    [
        *(32 + FRAME * 12 + place for place in (0, 4, 8, 16, 24 + 200)),
        *(0, 6, 9, 12, 16, 24),  # the log's header
    ],
)
def test_a_log_that_lost_commits_in_its_middle_is_damage_and_left_as_it_is(killed: tuple[Path, list[str]], place: int):
    database, _ = killed
    log = database.with_name("orders.db-wal")
    check(database)
    flip(log, place)
    before = log.read_bytes()

    with pytest.raises(FolderError, match=r"it is damaged \(frame \d+ of its log can't be read"):
        check(database)
    assert log.read_bytes() == before
    assert "it is damaged" in refusal(database.parent)
    assert log.read_bytes() == before


def test_a_transaction_that_was_torn_at_the_end_of_the_log_is_no_damage(killed: tuple[Path, list[str]]):
    database, orders = killed
    log = database.with_name("orders.db-wal")
    frames = log.read_bytes()[32:]
    last = len(frames) // FRAME - 1
    begins = 1 + max(n for n in range(last) if any(frames[n * FRAME + 4 : n * FRAME + 8]))
    for place in range(begins, last + 1):
        flip(log, 32 + place * FRAME + 24 + 200)

    check(database)
    table = SqliteTable(database)
    assert [table.read(order_id).order_id for order_id in orders[:-1]] == orders[:-1]
    with pytest.raises(UnknownOrder):
        table.read(orders[-1])
    table.close()


def test_what_an_older_log_left_behind_the_end_is_no_damage(tmp_path: Path):
    """A log is written again from its beginning once all of it is in the database."""
    database = tmp_path / "orders.db"
    table = SqliteTable(database)
    for number in range(40):
        table.create(Order.received(validation.parse(order(number)), "t", NINE))
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
    table.create(Order.received(validation.parse(order(41)), "t", NINE))

    assert (tmp_path / "orders.db-wal").stat().st_size > 40 * FRAME
    check(database)
    table.close()


def test_a_log_that_was_torn_by_a_loss_of_power_loses_nothing_acknowledged(tmp_path: Path):
    shop = Shop()
    with mortal(tmp_path) as server, shop.trading(address_of(server)):
        shop.wait_for("acknowledged", 100)
        server.kill()
    log = tmp_path / "orders.db-wal"
    overwrite(log, log.stat().st_size, log.stat().st_size + 3 * PAGE)
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


@pytest.mark.parametrize(("harm", "answer"), [(Path.unlink, 503), (cut, 503), (alter, 200)])
def test_a_receipt_that_is_missing_or_altered_is_made_again_from_its_row(
    harm: Callable[[Path], None], answer: int, tmp_path: Path, capfd
):
    """A link is given where as many bytes are there as were issued; they are compared when they are fetched."""
    with serving(tmp_path) as address:
        api = Api(address)
        api.post_order(ALICE)
        issued = api.receipt(ALICE["orderId"])
        link = api.signed_link(ALICE["orderId"]).body["signedReceiptUrl"]
        (receipt,) = (tmp_path / "bucket").rglob("*.pdf")
        harm(receipt)

        first = api.get(f"/receipt/{ALICE['orderId']}")
        assert first.status == answer
        assert answer == 200 or (first.problem, int(first.headers["Retry-After"]) > 0) == ("unavailable", True)
        wait_until(lambda: api.get(link).status == 200)
        assert api.get(link).content == api.receipt(ALICE["orderId"]) == issued
        wait_until(lambda: told(api) == ["received", "completed", "lost receipt made again"])
    assert f" ERROR   unavailable: {receipt} is " in capfd.readouterr().err
    assert list(hashes_of_files(tmp_path / "bucket").values()) == [hashlib.sha256(issued).hexdigest()]


def told(api: Api) -> list[str]:
    """What happened to the order."""
    return [entry["what"] for entry in api.get(f"/orders/{ALICE['orderId']}").body["history"]]


def test_receipts_that_are_lost_before_a_start_are_made_again_before_anybody_asks(tmp_path: Path):
    with serving(tmp_path) as address:
        Api(address).post_order(ALICE)
        issued = Api(address).receipt(ALICE["orderId"])
    shutil.rmtree(tmp_path / "bucket")

    with serving(tmp_path) as address:
        wait_until(lambda: list(hashes_of_files(tmp_path / "bucket").values()) == [hashlib.sha256(issued).hexdigest()])


def test_a_lost_receipt_that_would_not_come_out_as_it_was_issued_is_never_replaced(tmp_path: Path, capfd):
    with serving(tmp_path / "data") as address:
        Api(address).post_order(ALICE)
        issued = Api(address).receipt(ALICE["orderId"])
    (receipt,) = (tmp_path / "data" / "bucket").rglob("*.pdf")
    receipt.unlink()
    (tmp_path / "shop.toml").write_text('name = "Another shop"')

    with serving(tmp_path / "data", ORDERS_RECEIPT=str(tmp_path / "shop.toml")) as address:
        api = Api(address)
        wait_until(lambda: "not made again" in told(api)[-1])
        for _ in range(3):
            assert api.get(f"/receipt/{ALICE['orderId']}").status == 503
        assert not receipt.exists()
        assert len(told(api)) == 3

        receipt.write_bytes(issued)
        assert api.receipt(ALICE["orderId"]) == issued
    assert "the page, its words or the shop's data have changed since" in capfd.readouterr().err


def wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)  # nothing but another look can tell

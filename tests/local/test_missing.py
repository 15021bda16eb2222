"""A database that has lost orders is refused, with a count and advice; one that is whole is never taken for such."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.local.starts import mortal, refusal
from tests.support.api import Api
from tests.support.command import run
from tests.support.examples import ALICE, NINE
from tests.support.servers import address_of, serving

from orders.local.bucket import FolderBucket
from orders.local.folder import missing
from orders.local.folder.folder import DataFolder, FolderError
from orders.local.sqlite import checkpoint
from orders.local.sqlite.table import SqliteTable
from orders.local.stack import Stack, open_for_serving, stack_in
from orders.order import validation
from orders.order.errors import Misconfigured
from orders.order.order import Order

DATABASE, LOG = "orders.db", "orders.db-wal"


@pytest.fixture(autouse=True)
def many_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "PAGES_BETWEEN", 100)


def order(number: int) -> dict[str, str]:
    return ALICE | {"orderId": f"o{number}"}


def accept(table: SqliteTable, number: int, day: int = 0) -> Order:
    return table.create(Order.received(validation.parse(order(number)), "token", NINE + timedelta(days=day)))


def complete(table: SqliteTable, bucket: FolderBucket, row: Order) -> None:
    stored = bucket.store_once(row.receipt_key, f"%PDF- {row.order_id}".encode())
    table.replace(row, row.completed(stored, NINE))


@contextmanager
def shop(data: Path) -> Iterator[tuple[SqliteTable, FolderBucket]]:
    """A table and a bucket in a data folder, in use until the block ends."""
    folder = DataFolder.open(data)
    with closing(SqliteTable(folder.database)) as table:
        yield table, FolderBucket(folder.objects, folder.link_key())


@contextmanager
def started(data: Path, **options: bool) -> Iterator[Stack]:
    stack_in.cache_clear()
    with closing(open_for_serving(DataFolder.open(data), **options)) as stack:
        yield stack
    stack_in.cache_clear()


def killed(data: Path, target: Path) -> Path:
    """The folder as `kill -9` would leave it at this moment."""
    return Path(shutil.copytree(data, target))


def without_the_log(data: Path) -> None:
    (data / LOG).unlink()


def with_an_empty_log(data: Path) -> None:
    os.truncate(data / LOG, 0)


@pytest.mark.parametrize("harm", [without_the_log, with_an_empty_log])
@pytest.mark.parametrize("orders", [1, 70])
def test_a_database_without_its_log_is_refused_though_no_receipt_was_made(
    harm: Callable[[Path], None], orders: int, tmp_path: Path
):
    """Of 70 orders most are in the file already, as checkpoints were made meanwhile."""
    with shop(tmp_path / "data") as (table, _):
        for number in range(orders):
            accept(table, number)
        left = killed(tmp_path / "data", tmp_path / "left")
    harm(left)
    before = (left / DATABASE).read_bytes()

    for _ in range(2):
        with pytest.raises(FolderError, match=r"lacks its newest orders: they were in its log orders\.db-wal"):
            open_for_serving(DataFolder.open(left))
        with pytest.raises(FolderError, match="lacks its newest orders"):
            SqliteTable(left / DATABASE)
    assert (left / DATABASE).read_bytes() == before


@pytest.mark.parametrize("share", [0, 0.5, 0.9, 0.999])
def test_a_log_that_was_cut_short_is_refused(share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkpoint, "PAGES_BETWEEN", 10_000)  # or the log begins again, and its end is of before
    with shop(tmp_path / "data") as (table, _):
        for number in range(40):
            accept(table, number)
        left = killed(tmp_path / "data", tmp_path / "left")
    size = (left / LOG).stat().st_size
    os.truncate(left / LOG, max(32, int(size * share)))

    for _ in range(2):
        with pytest.raises(FolderError, match=r"its log orders\.db-wal was cut short"):
            open_for_serving(DataFolder.open(left))
    with started(left, accept_missing_orders=True):
        pass
    with started(left):
        pass


def test_a_log_without_its_database_is_put_aside_where_that_is_wanted(tmp_path: Path):
    with shop(tmp_path / "data") as (table, bucket):
        complete(table, bucket, accept(table, 0))
        left = killed(tmp_path / "data", tmp_path / "left")
    log = (left / LOG).read_bytes()
    (left / DATABASE).unlink()

    with pytest.raises(FolderError, match="To start without these orders"):
        open_for_serving(DataFolder.open(left))
    with started(left, accept_missing_orders=True) as stack:
        accept(stack.table, 1)
    assert [path.read_bytes() for path in left.glob(f"{LOG}-*")] == [log]


def test_a_server_tells_how_to_start_all_the_same_and_does_where_that_is_wanted(tmp_path: Path, capfd):
    with mortal(tmp_path) as server:
        api = Api(address_of(server))
        for number in range(3):
            api.post_order(order(number))
            api.receipt(f"o{number}")
        server.kill()
    (tmp_path / LOG).unlink()

    assert "To start without these orders: orders serve --accept-missing-orders" in refusal(tmp_path)
    with serving(tmp_path, "--accept-missing-orders") as address:
        lost = {f"o{number}" for number in range(3) if Api(address).get(f"/orders/o{number}").status == 404}
    said = capfd.readouterr().err
    assert re.search(rf"{len(lost)} receipts? of missing orders moved to ", said)
    assert f"{tmp_path / LOG} was missing: the orders that were only in it are lost" in said
    assert {path.name.partition("-")[0] for path in (tmp_path / "bucket" / "unknown").rglob("*.pdf")} == lost
    with serving(tmp_path) as address:
        assert Api(address).post_order(ALICE).status == 202


def test_receipts_of_orders_that_the_table_does_not_know_are_counted_and_named(tmp_path: Path):
    with shop(tmp_path / "data") as (table, bucket):
        complete(table, bucket, accept(table, 0))
    backup = (tmp_path / "data" / DATABASE).read_bytes()
    with shop(tmp_path / "data") as (table, bucket):
        for number in range(1, 6):
            complete(table, bucket, accept(table, number, day=number))
    (tmp_path / "data" / DATABASE).write_bytes(backup)

    with pytest.raises(FolderError, match="does not know the orders of 5 of the newest 6 receipts") as refused:
        open_for_serving(DataFolder.open(tmp_path / "data"))
    assert "such as o5 (2026-11-28), o4 (2026-11-27), o3 (2026-11-26)." in str(refused.value)
    with started(tmp_path / "data", accept_missing_orders=True) as stack:
        assert stack.table.read("o0").receipt
    with started(tmp_path / "data"):
        pass


def test_a_function_that_is_invoked_without_a_server_accepts_no_order_beside_missing_ones(tmp_path: Path):
    with shop(tmp_path) as (table, bucket):
        complete(table, bucket, accept(table, 0))
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("DELETE FROM orders")
        connection.commit()
    event = {"httpMethod": "POST", "resource": "/orders", "body": json.dumps(order(0) | {"note": "another"})}
    done = run(("invoke", "ReceiveOrderFunction", "--event", "-", "--data", "."), json.dumps(event), {}, tmp_path)

    assert (done.code, done.stdout) == (1, "")
    assert "does not know the orders of 1 of the newest 1 receipts" in done.stderr


def test_the_receipt_of_another_order_under_the_same_id_proves_nothing(tmp_path: Path):
    with shop(tmp_path) as (table, bucket):
        row = accept(table, 0)
        other = Order.received(validation.parse(order(0) | {"customerName": "Mallory"}), "token", NINE)
        bucket.store_once(other.receipt_key, b"%PDF-")
        complete(table, bucket, row)

    with pytest.raises(FolderError, match="does not know the orders of 1 of the newest 2 receipts"):
        open_for_serving(DataFolder.open(tmp_path))


def test_of_many_receipts_the_newest_are_looked_up(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(missing, "MOST_AT_START", 4)
    with shop(tmp_path) as (table, bucket):
        bucket.store_once(f"receipts/2026-11-22/old-{'0' * 16}.pdf", b"%PDF-")
        for number in range(4):
            complete(table, bucket, accept(table, number))
        with started(tmp_path):
            pass
        bucket.store_once(f"receipts/2026-11-23/new-{'0' * 16}.pdf", b"%PDF-")
        os.utime(tmp_path / f"bucket/receipts/2026-11-23/new-{'0' * 16}.pdf", (2e9, 2e9))

    with pytest.raises(FolderError, match="1 of the newest 4 receipts"):
        open_for_serving(DataFolder.open(tmp_path))


def only_its_header(database: Path) -> None:
    """As a version that made no checkpoint at its start left it without its log."""
    database.unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def no_version(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 0")


def no_orders(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE orders")


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (only_its_header, "holds no orders, yet there is 1 receipt in"),
        (no_version, "is incomplete"),
        (no_orders, "is incomplete"),
    ],
)
def test_a_half_made_database_beside_receipts_is_refused(harm: Callable[[Path], None], complaint: str, tmp_path: Path):
    with shop(tmp_path) as (table, bucket):
        complete(table, bucket, accept(table, 0))
    harm(tmp_path / DATABASE)
    before = (tmp_path / DATABASE).read_bytes()

    with pytest.raises(FolderError, match=complaint):
        open_for_serving(DataFolder.open(tmp_path))
    assert (tmp_path / DATABASE).read_bytes() == before


@pytest.mark.parametrize("copied_last", [DATABASE, LOG])
def test_a_database_and_a_log_with_a_checkpoint_between_their_copies_are_refused(
    copied_last: str, tmp_path: Path, monkeypatch
):
    """Also where no page shows it: the check of all pages is left out."""
    monkeypatch.setattr("orders.local.sqlite.damage.check", lambda _: None)
    with shop(tmp_path / "data") as (table, _):
        accept(table, 0)
        copy = killed(tmp_path / "data", tmp_path / "copy")
        for number in range(1, 70):
            accept(table, number)
        shutil.copy(tmp_path / "data" / copied_last, copy / copied_last)

    with pytest.raises(FolderError, match=r"do not belong together: they were copied at different|it is damaged"):
        open_for_serving(DataFolder.open(copy))


def test_a_log_that_is_removed_under_a_server_takes_no_more_orders(tmp_path: Path):
    with shop(tmp_path) as (table, _):
        accept(table, 0)
        (tmp_path / LOG).unlink()

        with pytest.raises(Misconfigured, match="its log was removed while the server was using it"):
            accept(table, 1)
        with pytest.raises(Misconfigured, match="its log was removed"):
            table.read("o0")


# What is whole starts.


def as_it_was_left(_data: Path, copy: Path) -> None:
    """By a kill."""


def looked_at(_data: Path, copy: Path) -> None:
    """By a program that makes the last checkpoint when it closes, and removes the log."""
    with closing(sqlite3.connect(copy / DATABASE)) as connection:
        connection.execute("SELECT count(*) FROM orders").fetchone()
    assert not (copy / LOG).exists()


def backed_up(data: Path, copy: Path) -> None:
    """While it is in use, through SQLite."""
    (copy / DATABASE).unlink()
    (copy / LOG).unlink()
    with closing(sqlite3.connect(data / DATABASE)) as source, closing(sqlite3.connect(copy / DATABASE)) as target:
        source.backup(target)


def vacuumed(data: Path, copy: Path) -> None:
    (copy / DATABASE).unlink()
    (copy / LOG).unlink()
    with closing(sqlite3.connect(data / DATABASE)) as source:
        source.execute("VACUUM INTO ?", (str(copy / DATABASE),))


@pytest.mark.parametrize("orders", [0, 1, 70])
@pytest.mark.parametrize("copied", [as_it_was_left, looked_at, backed_up, vacuumed])
def test_a_database_that_is_whole_starts(copied: Callable[[Path, Path], None], orders: int, tmp_path: Path):
    with shop(tmp_path / "data") as (table, bucket):
        for number in range(orders):
            complete(table, bucket, accept(table, number))
        copied(tmp_path / "data", killed(tmp_path / "data", tmp_path / "copy"))

    with started(tmp_path / "copy") as stack:
        assert [stack.table.read(f"o{number}").order_id for number in range(orders)] == [f"o{n}" for n in range(orders)]


@pytest.mark.parametrize("moment", ["after the mark", "after the checkpoint", "while somebody reads"])
def test_a_kill_during_a_checkpoint_is_no_loss(moment: str, tmp_path: Path, monkeypatch):
    copy = tmp_path / "copy"
    with shop(tmp_path / "data") as (table, _), closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as reader:
        if moment == "while somebody reads":
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM orders").fetchone()
        for number in range(10):
            accept(table, number)
        copy_the_log = checkpoint.Checkpoints._copy

        def kill(checkpoints: checkpoint.Checkpoints) -> bool:
            if moment == "after the mark":
                killed(tmp_path / "data", copy)
            complete = copy_the_log(checkpoints)
            if moment == "after the checkpoint":
                killed(tmp_path / "data", copy)
            return complete

        with monkeypatch.context() as patched:
            patched.setattr(checkpoint.Checkpoints, "_copy", kill)
            table._writer.checkpoint()
        if moment == "while somebody reads":
            killed(tmp_path / "data", copy)

    with started(copy) as stack:
        assert stack.table.read("o9").order_id == "o9"


def test_a_folder_whose_server_was_stopped_may_be_copied_without_anything_else(tmp_path: Path):
    with serving(tmp_path / "data") as address:
        Api(address).post_order(ALICE)
    (tmp_path / "copy").mkdir()
    shutil.copy(tmp_path / "data" / DATABASE, tmp_path / "copy" / DATABASE)

    with started(tmp_path / "copy") as stack:
        assert stack.table.read(ALICE["orderId"]).posted.customer_name == "Alice"


def test_receipts_of_orders_that_never_completed_are_no_loss(tmp_path: Path):
    """A kill can leave the receipt of an order that waits still; an operator can cancel one meanwhile."""
    with shop(tmp_path) as (table, bucket):
        waiting, cancelled = accept(table, 0), accept(table, 1)
        for row in (waiting, cancelled):
            bucket.store_once(row.receipt_key, b"%PDF-")
        table.replace(cancelled, cancelled.cancelled(NINE, "maria"))
        (tmp_path / "bucket" / "receipts" / "2026-11-23" / "notes.txt").touch()
        (tmp_path / "bucket" / "receipts" / "old").mkdir()

    with started(tmp_path):
        pass


def test_files_of_documents_and_of_numbers_are_those_of_rows_that_the_table_knows(tmp_path: Path):
    """Also a file with a number that is void now, and one that was stored before a kill."""
    with shop(tmp_path) as (table, bucket):
        rows = [accept(table, number) for number in range(3)]
        issued = table.issue([(row, "R{number}") for row in rows], NINE)
        complete(table, bucket, issued[0])
        bucket.store_once(issued[1].receipt_key, b"%PDF- stored before a kill")
        bucket.store_once(issued[2].receipt_key, b"%PDF- with a number that is void")
        failed = table.replace(issued[2], issued[2].failed("no ink", NINE, "process"))
        (again,) = table.issue([(table.replace(failed, failed.retried(NINE, "maria")), "R{number}")], NINE)
        complete(table, bucket, again)
        note = table.create(replace(accept(table, 4), order_id="o1/refunds/r-1"))
        complete(table, bucket, table.issue([(note, "C{number}")], NINE)[0])

    with started(tmp_path) as stack:
        assert stack.table.read("o1/refunds/r-1").receipt
    assert len(list((tmp_path / "bucket" / "receipts").glob("*/*.pdf"))) == 5


@pytest.mark.parametrize("row_id", ["o0", "o0/refunds/r-1"])
def test_a_numbered_file_without_its_row_is_found_missing(tmp_path: Path, row_id: str):
    with shop(tmp_path) as (table, bucket):
        row = table.create(replace(accept(table, 1), order_id=row_id))
        complete(table, bucket, table.issue([(row, "R{number}")], NINE)[0])
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute("UPDATE orders SET orderId = 'another' WHERE orderId = ?", (row_id,))

    with pytest.raises(FolderError, match=f"does not know the orders of 1 .* such as {row_id} "), started(tmp_path):
        pass

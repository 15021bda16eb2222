"""What is gone from a data folder, or the folder itself: a second shop is never begun in the place of the first."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.local.starts import mortal, refusal
from tests.support.api import Api
from tests.support.examples import ALICE
from tests.support.proof import wait_until_all_are_completed
from tests.support.servers import address_of, serving

from orders.local.bucket import FolderBucket
from orders.local.lambda_ import template
from orders.local.server.worker import Worker
from orders.order.errors import Misconfigured, Unavailable


def truncate(file: Path) -> None:
    os.truncate(file, 0)


@pytest.mark.parametrize("harm", [Path.unlink, truncate])
def test_a_database_that_is_gone_beside_its_receipts_is_no_new_shop(harm: Callable[[Path], None], tmp_path: Path):
    with serving(tmp_path) as address:
        Api(address).post_order(ALICE)
        Api(address).receipt(ALICE["orderId"])
    database = tmp_path / "orders.db"
    backup = database.read_bytes()
    harm(database)

    reason = refusal(tmp_path)
    assert "orders.db is missing, yet there is 1 receipt in " in reason
    assert "put back a backup of the whole folder, or name another folder with --data." in reason
    assert database.exists() == (harm is truncate)

    database.write_bytes(backup)
    with serving(tmp_path) as address:
        assert Api(address).get(f"/orders/{ALICE['orderId']}").body["status"] == "COMPLETED"


@pytest.mark.parametrize("harm", [Path.unlink, truncate])
def test_a_database_that_is_gone_beside_its_log_is_no_new_shop(harm: Callable[[Path], None], tmp_path: Path):
    with mortal(tmp_path) as server:
        Api(address_of(server)).post_order(ALICE)
        server.kill()
    for receipt in (tmp_path / "bucket").rglob("*.pdf"):
        receipt.unlink()
    log = tmp_path / "orders.db-wal"
    before = log.read_bytes()
    harm(tmp_path / "orders.db")

    assert "orders.db is missing, yet " in refusal(tmp_path)
    assert log.read_bytes() == before


@pytest.mark.parametrize("orders_before", [0, 3])
def test_a_folder_that_is_moved_away_under_a_server_takes_no_orders_until_it_is_put_back(
    orders_before: int, tmp_path: Path, capfd
):
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    orders = [ALICE | {"orderId": str(number)} for number in range(orders_before)]
    with serving(data) as address:
        api = Api(address)
        posted = [api.post_order(order) for order in orders]
        data.rename(elsewhere)
        answers = [api.post_order(ALICE), api.get("/orders/0")]

        assert {(answer.status, answer.problem) for answer in answers} == {(503, "unavailable")}
        assert not data.exists()
    assert not data.exists()
    assert "the data folder was moved or removed: put it back and start again" in capfd.readouterr().err

    elsewhere.rename(data)
    with serving(data) as address:
        api = Api(address)
        wait_until_all_are_completed(api)
        assert [api.post_order(order).body["receiptUrl"].rpartition("/")[2] for order in orders] == [
            each.body["receiptUrl"].rpartition("/")[2] for each in posted
        ]
        assert api.get(f"/orders/{ALICE['orderId']}").status == 404
        assert api.post_order(ALICE).status == 202


def test_a_folder_in_whose_place_another_one_is_put_takes_no_orders(tmp_path: Path):
    data = tmp_path / "data"
    with serving(data) as address:
        data.rename(tmp_path / "elsewhere")
        with serving(data) as other:
            assert Api(other).post_order(ALICE).status == 202
            assert Api(address).post_order(ALICE | {"orderId": "2"}).status == 503


def test_a_worker_makes_no_folder_in_the_place_of_one_that_is_gone(tmp_path: Path):
    worker = Worker(tmp_path / "gone", template.load().functions["SweepOrdersFunction"], lambda _bells: None)
    try:
        with pytest.raises(Misconfigured, match="put it back"):
            worker.invoke({})
    finally:
        worker.close()
    assert not (tmp_path / "gone").exists()


def test_a_receipt_makes_no_bucket_in_the_place_of_one_that_is_gone(tmp_path: Path):
    root = tmp_path / "bucket"
    bucket = FolderBucket(root, b"key")
    root.rename(tmp_path / "elsewhere")

    with pytest.raises(Unavailable):
        bucket.store_once("receipts/2026-11-23/1.pdf", b"%PDF-")
    assert not root.exists()


def test_a_folder_for_unfinished_files_that_is_gone_is_made_again_but_not_in_a_bucket_that_is_empty(tmp_path: Path):
    bucket = FolderBucket(tmp_path, b"key")
    bucket.store_once("receipts/2026-11-26/first.pdf", b"first")
    (tmp_path / "unfinished").rmdir()
    bucket.store_once("receipts/2026-11-26/second.pdf", b"second")
    (tmp_path / "unfinished").rmdir()
    (tmp_path / "receipts").rename(tmp_path / "on another disk")

    with pytest.raises(Unavailable):
        bucket.store_once("receipts/2026-11-26/third.pdf", b"third")
    assert [path.name for path in tmp_path.iterdir()] == ["on another disk"]

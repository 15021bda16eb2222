"""A full disk refuses orders and delays receipts; it loses nothing, and once there is room all is made up for."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.local.disks import SmallDisk, small_disk
from tests.local.starts import mortal, refusal
from tests.support.api import Api
from tests.support.examples import ALICE
from tests.support.groups import ALONE
from tests.support.proof import (
    assert_answers_are_as_acknowledged,
    assert_files_are_as_acknowledged,
    shown_after_an_attempt,
    wait_until_all_are_completed,
)
from tests.support.servers import address_of, serving
from tests.support.shop import Shop

pytestmark = ALONE
ROOM_FOR_SOME = 400 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


def trade_until_full(shop: Shop, address: str) -> None:
    with shop.trading(address):
        shop.wait_for("refused", 50)


def test_orders_are_refused_and_reads_answered_until_there_is_room_then_all_is_completed(disk: SmallDisk):
    data, shop = disk.folder / "data", Shop()
    with serving(data) as address:
        api = Api(address)
        disk.fill(but=ROOM_FOR_SOME)
        trade_until_full(shop, address)
        for order_id, acknowledged in shop.acknowledged.items():
            shown = api.get(f"/orders/{order_id}")
            assert (shown.status, shown.body["order"]) == (200, acknowledged.order)
            assert shown.body["status"] in {"RECEIVED", "COMPLETED"}
            assert api.get(f"/receipt/{order_id}").status in {200, 202}

        disk.make_room()
        shop.settle(api)
        shop.ask_again(api)
        wait_until_all_are_completed(api)
        assert_answers_are_as_acknowledged(api, shop)
    assert_files_are_as_acknowledged(data, shop)


def test_a_receipt_that_finds_no_room_waits_with_the_reason_in_its_row(tmp_path: Path):
    with small_disk(tmp_path / "bucket") as receipts, serving(tmp_path) as address:
        api = Api(address)
        receipts.fill()
        api.post_order(ALICE)
        shown = shown_after_an_attempt(api, ALICE["orderId"])
        assert (shown["status"], shown["lastError"]) == ("RECEIVED", "receipts folder: No space left on device")

        receipts.make_room()
        api.post_order(ALICE)
        assert api.receipt(ALICE["orderId"]).startswith(b"%PDF-")


def test_a_kill_while_the_disk_is_full_loses_nothing(disk: SmallDisk):
    data, shop = disk.folder / "data", Shop()
    with mortal(data) as server:
        disk.fill(but=ROOM_FOR_SOME)
        trade_until_full(shop, address_of(server))
        server.send_signal(signal.SIGKILL)

    assert "No space left on device). Make room" in refusal(data)
    disk.make_room()
    with serving(data) as address:
        shop.settle(Api(address))
        wait_until_all_are_completed(Api(address))
        assert_answers_are_as_acknowledged(Api(address), shop)
    assert_files_are_as_acknowledged(data, shop)


def test_a_server_does_not_start_on_a_full_disk_and_leaves_nothing_behind(disk: SmallDisk):
    disk.fill()

    assert "No space left on device). Make room" in refusal(disk.folder / "data")
    assert not list((disk.folder / "data").rglob(".*"))

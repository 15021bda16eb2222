"""A disk that turns read-only refuses orders and delays receipts; it loses nothing."""

from pathlib import Path

from tests.local.disks import breaking_disk, small_disk
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


def test_orders_are_refused_and_reads_answered_and_all_is_completed_once_the_disk_is_repaired(tmp_path: Path):
    """It breaks between two bursts: in the instant itself, ext4 may report a sync that was none."""
    shop = Shop()
    with breaking_disk(tmp_path / "disk") as disk:
        data = disk.folder / "data"
        with mortal(data) as server:
            address = address_of(server)
            with shop.trading(address):
                shop.wait_for("acknowledged", 100)
            disk.turn_read_only()
            with shop.trading(address):
                shop.wait_for("refused", 100)
            for order_id, acknowledged in shop.acknowledged.items():
                shown = Api(address).get(f"/orders/{order_id}")
                assert (shown.status, shown.body["order"]) == (200, acknowledged.order)
            server.kill()

        assert "Read-only file system). Make its disk writable" in refusal(data)
        disk.repair()
        with serving(data) as address:
            shop.settle(Api(address))
            wait_until_all_are_completed(Api(address))
            assert_answers_are_as_acknowledged(Api(address), shop)
        assert_files_are_as_acknowledged(data, shop)


def test_a_receipt_that_can_not_be_written_waits_with_the_reason_in_its_row(tmp_path: Path):
    with small_disk(tmp_path / "bucket") as receipts, serving(tmp_path) as address:
        api = Api(address)
        receipts.make_read_only()
        api.post_order(ALICE)
        shown = shown_after_an_attempt(api, ALICE["orderId"])
        assert (shown["status"], shown["lastError"]) == ("RECEIVED", "receipts folder: Read-only file system")

        receipts.make_writable()
        api.post_order(ALICE)
        assert api.receipt(ALICE["orderId"]).startswith(b"%PDF-")


def test_a_server_does_not_start_on_a_read_only_disk_and_starts_once_it_is_writable(tmp_path: Path):
    with small_disk(tmp_path / "disk") as disk:
        data = disk.folder / "data"
        with serving(data) as address:
            Api(address).post_order(ALICE)
            Api(address).receipt(ALICE["orderId"])
        disk.make_read_only()
        assert "Read-only file system). Make its disk writable" in refusal(data)

        disk.make_writable()
        with serving(data) as address:
            assert Api(address).receipt(ALICE["orderId"]).startswith(b"%PDF-")

"""The machine's clock is set forward and back while it serves: nothing is lost, and no link lives longer for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.local.disks import small_disk
from tests.local.starts import mortal
from tests.local.wall_clock import WallClock
from tests.support.api import Api
from tests.support.examples import ALICE, NINE
from tests.support.groups import ALONE
from tests.support.proof import (
    assert_answers_are_as_acknowledged,
    assert_files_are_as_acknowledged,
    shown_after_an_attempt,
    wait_until_all_are_completed,
)
from tests.support.servers import address_of, serving
from tests.support.shop import Shop

from orders.local.sqlite.table import FARTHEST_DUE, SqliteTable
from orders.order import validation
from orders.order.due import Task
from orders.order.order import Order
from orders.order.retries import LONGEST_PAUSE

pytestmark = ALONE
JUMPS = [timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_orders_before_and_after_a_jump_are_all_completed_and_listed(jump: timedelta, clock: WallClock, data: Path):
    shop = Shop()
    with serving(data, **clock.environment) as address:
        with shop.trading(address):
            shop.wait_for("acknowledged", 60)
            clock.move(jump)
            shop.wait_for("acknowledged", 60)
        api = Api(address)
        wait_until_all_are_completed(api)
        assert_answers_are_as_acknowledged(api, shop)
        assert sorted(listed(api)) == sorted(shop.acknowledged)
    assert_files_are_as_acknowledged(data, shop)


def listed(api: Api) -> Iterator[str]:
    """Every order of the list, page by page."""
    cursor = ""
    while cursor is not None:
        page = api.get(f"/operations/orders?limit=100{cursor and f'&cursor={cursor}'}").body
        yield from (order["orderId"] for order in page["orders"])
        cursor = page["cursor"]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_what_waits_over_a_kill_and_a_jump_is_completed_at_the_next_start(
    jump: timedelta, clock: WallClock, data: Path
):
    shop = Shop()
    with mortal(data, **clock.environment) as server, shop.trading(address_of(server)):
        shop.wait_for("acknowledged", 60)
        server.kill()
    clock.move(jump)

    with serving(data, **clock.environment) as address:
        wait_until_all_are_completed(Api(address))
        shop.settle(Api(address))
        wait_until_all_are_completed(Api(address))
        assert_answers_are_as_acknowledged(Api(address), shop)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_link_from_before_a_jump_is_dead_and_a_fresh_one_lives_for_five_minutes(
    jump: timedelta, clock: WallClock, data: Path
):
    with serving(data, **clock.environment) as address:
        api = Api(address)
        customers_link = api.post_order(ALICE).body["receiptUrl"]
        before = api.signed_link("12345").body["signedReceiptUrl"]
        assert api.get(before).status == 200

        clock.move(jump)
        assert (api.get(before).status, api.get(before).problem) == (403, "link-refused")
        fresh = api.signed_link("12345").body
        assert api.get(fresh["signedReceiptUrl"]).status == 200
        assert api.get(customers_link).status == 303
        left = datetime.fromisoformat(fresh["expiresAt"]) - (datetime.now(UTC) + jump)
        assert timedelta(minutes=4) < left <= timedelta(minutes=5)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_an_order_whose_receipt_could_not_be_written_over_a_jump_is_completed(
    jump: timedelta, clock: WallClock, data: Path
):
    with small_disk(data / "bucket") as receipts, serving(data, **clock.environment) as address:
        api = Api(address)
        receipts.make_read_only()
        api.post_order(ALICE)
        shown_after_an_attempt(api, "12345")
        clock.move(jump)
        receipts.make_writable()
        api.post_order(ALICE)

        assert api.receipt("12345").startswith(b"%PDF-")


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=1), timedelta(days=20_000)], ids=str)
def test_what_is_due_far_in_the_future_was_put_off_by_another_clock_and_is_due(back: timedelta, tmp_path: Path):
    assert LONGEST_PAUSE < FARTHEST_DUE
    table = SqliteTable(tmp_path / "orders.db")
    table.create(Order.received(validation.parse(ALICE), "token", NINE))
    table.create(Order.received(validation.parse(ALICE | {"orderId": "later"}), "token", NINE - back))

    assert [order.order_id for order in table.due(Task.RECEIPT, NINE - back)] == ["12345"]
    (waiting,) = table.due(Task.RECEIPT, NINE - back)
    table.postpone(Task.RECEIPT, [waiting], [NINE - back + timedelta(minutes=15)])
    assert list(table.due(Task.RECEIPT, NINE - back)) == []
    assert len(list(table.due(Task.RECEIPT, NINE - back + timedelta(minutes=15)))) == 2
    table.close()

"""The event feed in the file of the orders: as durable as the moves, and in the same transaction.

An event that is written before the commit of its move, or lost after it, is impossible: a trigger writes it between
the statement of the move and its COMMIT. These tests look at that from outside, and kill processes in between.
"""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.formats.folders import FOLDERS
from tests.support.command import run
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.servers import serving

from orders import local
from orders.local.sqlite import forgetting
from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.local.stack import NOT_FROM_A_COPY
from orders.order import record, validation
from orders.order.clock import to_iso
from orders.order.delivery import Delivery
from orders.order.errors import CursorExpired, Unavailable
from orders.order.event import KEPT_FOR, EventType, happened
from orders.order.order import Order, StoredReceipt
from orders.order.webhook import Answer, Endpoint, Progress, Secret, WebhookDelivery
from orders.ports.events import WebRequest

RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000)
LATER = NINE + timedelta(minutes=5)
SHOP = Endpoint("we_shop", "https://shop.example/hook", (Secret("whsec_" + "A" * 43 + "="),), NINE, "maria")


@pytest.fixture
def table(tmp_path: Path) -> Iterator[SqliteTable]:
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        yield table


def received(order_id: str, at: datetime = NINE) -> Order:
    return Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", at)


def ask(table: SqliteTable, query: str) -> list[tuple[object, ...]]:
    return table.ask(lambda connection: connection.execute(query).fetchall())


def types(feed: SqliteFeed) -> list[str]:
    return [event.type.value for event in feed.read(None, 10_000)]


def test_orders_of_which_nobody_wants_the_events_are_not_read(table: SqliteTable):
    """One may have a body of 256 KB, and thousands of events are looked at for one answer."""
    for order_id in ("a", "b"):
        row = table.create(Order.received(validation.parse(BASKET | {"orderId": order_id}), "token", NINE))
    table.replace(row, row.completed(RECEIPT, LATER, None))
    feed = SqliteFeed(table)
    every = feed.read(None, 9)
    some = feed.read(None, 9, {EventType.ORDER_COMPLETED})

    assert [event.id for event in some] == [event.id for event in every]
    assert ["currency" in event.data for event in some] == [False, False, True]
    assert some[-1] == every[-1]
    assert feed.read(every[0].id, 9, {EventType.ORDER_COMPLETED}) == some[1:]


class TestTheTransaction:
    def test_nobody_sees_the_event_before_the_commit_of_the_move(self, table: SqliteTable):
        feed, order = SqliteFeed(table), table.create(received("a"))

        def look(connection: sqlite3.Connection) -> tuple[int, list[str]]:
            connection.execute("UPDATE orders SET status = 'FAILED', revision = 2")
            (inside,) = connection.execute("SELECT count(*) FROM events").fetchone()
            return inside, types(feed)  # by another connection

        assert table.take(look, size=1) == (2, ["order.received"])
        assert types(feed) == ["order.received", "order.failed"]
        assert order.revision == 1

    def test_a_move_that_is_rolled_back_has_no_event_and_leaves_no_gap(self, table: SqliteTable):
        feed = SqliteFeed(table)
        table.create(received("a"))

        def fail(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE orders SET status = 'FAILED'")
            raise ValueError("something is wrong")

        with pytest.raises(Unavailable):
            table.take(fail, size=1)
        table.create(received("b"))

        assert [(event.position, event.happening.row_id) for event in feed.read(None, 9)] == [(1, "a"), (2, "b")]

    def test_moves_that_share_a_commit_have_an_event_each_in_their_order(self, table: SqliteTable):
        with ThreadPoolExecutor(32) as threads:
            orders = list(threads.map(table.create, [received(f"o-{number}") for number in range(300)]))
            moved = [(before, before.completed(RECEIPT, LATER, Delivery.requested(LATER))) for before in orders]
            list(threads.map(lambda pair: table.replace(*pair), moved))

        told = SqliteFeed(table).read(None, 1000)
        assert [event.position for event in told] == list(range(1, 601))
        assert Counter(event.happening for event in told) == Counter(
            happening
            for before, after in moved
            for happening in (
                *happened(None, record.from_order(before)),
                *happened(record.from_order(before), record.from_order(after)),
            )
        )

    def test_after_a_kill_each_move_that_is_there_has_its_event_and_no_other_has_one(self, tmp_path: Path):
        """A process writes on eight threads until it is killed at a random instant, five times over."""
        chance = random.Random(24)
        for turn in range(5):
            writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "orders.db", str(turn)], stdout=-1)
            assert writer.stdout
            assert writer.stdout.readline() == b"writing\n"
            for _ in range(chance.randrange(1, 60)):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
            with closing(SqliteTable(tmp_path / "orders.db")) as table:
                told = SqliteFeed(table).read(None, 100_000)
                moves = table.ask(
                    lambda connection: connection.execute("SELECT orderId, revision FROM orders").fetchall()
                )
            assert Counter((event.happening.row_id, event.happening.revision) for event in told) == Counter(
                (order_id, revision) for order_id, last in moves for revision in range(1, last + 1)
            )
            assert moves


WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order, StoredReceipt
table, turn = SqliteTable(Path(sys.argv[1])), sys.argv[2]
def write(number):
    posted = validation.parse({"orderId": f"o-{turn}-{number}", "customerName": "Alice"})
    order = table.create(Order.received(posted, "token", utc_now()))
    table.replace(order, order.completed(StoredReceipt("receipts/x.pdf", "ab" * 32, 1), utc_now()))
    print(number, flush=True)
print("writing", flush=True)
with ThreadPoolExecutor(8) as threads:
    list(threads.map(write, range(100_000)))
"""


class TestDamage:
    @pytest.mark.parametrize(
        "damaged", ["{", "", "[]", "7", '{"status": 7, "number": "x", "at": []}', "\\ud800", "null"]
    )
    def test_no_text_in_a_row_makes_its_move_fail(self, table: SqliteTable, damaged: str):
        for order_id in ("a", "b"):
            table.create(received(order_id))
        for columns in ("history = ?1", "mail = ?1, history = ?1, completedAt = NULL", "status = 'FAILED', mail = ?1"):
            changed = f"UPDATE orders SET {columns}, body = ?1, receipt = ?1, revision = revision + 1"
            table.take(lambda connection: connection.execute(changed, (damaged,)), size=2)  # noqa: B023
            table.take(lambda connection: connection.execute("UPDATE orders SET status = 'RECEIVED'"), size=2)

        assert Counter(types(SqliteFeed(table))) == {"order.received": 2, "order.failed": 2, "order.retried": 2}

    def test_a_state_and_a_kind_of_a_newer_version_are_no_events_and_do_not_fail(self, table: SqliteTable):
        table.create(received("a"))
        for change in (
            "UPDATE orders SET status = 'PAUSED'",
            "UPDATE orders SET orderId = 'a/newer/1', status = 'RECEIVED'",
            """UPDATE orders SET mail = '{"status": "SENT", "number": 1, "at": "2026-11-23T09:00:00.000Z"}'""",
        ):
            table.take(lambda connection: connection.execute(change), size=1)  # noqa: B023

        assert types(SqliteFeed(table)) == ["order.received"]

    def test_an_event_of_a_type_that_only_a_newer_version_knows_is_passed_over(self, table: SqliteTable):
        feed = SqliteFeed(table)
        table.create(received("a"))
        newer = "INSERT INTO events (type, rowId, revision, at, status) VALUES ('order.paused', 'a', 2, ?, 'PAUSED')"
        table.take(lambda connection: connection.execute(newer, (to_iso(LATER),)), size=1)
        assert feed.end() == feed.read(None, 9)[-1].id
        table.create(received("b"))

        assert [event.position for event in feed.read(None, 2)] == [1, 3]


class TestRetention:
    def test_events_older_than_30_days_go_a_few_at_a_time_as_fast_as_new_ones_come(self, table: SqliteTable):
        feed = SqliteFeed(table)
        for number in range(1000):
            write(table, f"old-{number}", NINE)
        oldest = feed.read(None, 1)[0].id
        kept, sizes = NINE + KEPT_FOR - timedelta(minutes=1), list[int]()
        for number in range(200):
            write(table, f"kept-{number}", kept)
        assert len(feed.read(None, 2000)) == 1200
        for number in range(800):
            write(table, f"new-{number}", NINE + KEPT_FOR + timedelta(seconds=1))
            sizes.append(len(feed.read(None, 3000)))

        assert max(before - after for before, after in pairwise(sizes)) < forgetting.AT_ONCE
        assert [event.happening.row_id for event in feed.read(None, 1)] == ["kept-0"]
        assert sizes[-1] == 1000
        with pytest.raises(CursorExpired):
            feed.read(oldest, 1)

    def test_the_newest_event_stays_so_that_who_has_read_all_can_read_on(self, table: SqliteTable):
        feed = SqliteFeed(table)
        for number in range(forgetting.EVERY - 1):
            write(table, f"old-{number}", NINE)
        last = feed.end()
        assert last
        write(table, "a", NINE + timedelta(days=365))

        assert [event.happening.row_id for event in feed.read(None, 9)] == ["a"]
        write(table, "b", NINE + timedelta(days=366))
        assert [event.position for event in feed.read(None, 9)] == [100, 101]

    def test_an_instant_that_is_damaged_removes_nothing(self, table: SqliteTable):
        for number in range(forgetting.EVERY - 1):
            write(table, f"old-{number}", NINE)
        added = (
            "INSERT INTO events (type, rowId, revision, at, status) VALUES ('order.failed', 'a', 2, 'soon', 'FAILED')"
        )
        table.take(lambda connection: connection.execute(added), size=1)

        assert ask(table, "SELECT count(*) FROM events") == [(100,)]

    def test_deliveries_of_30_days_are_kept(self, table: SqliteTable):
        webhooks = SqliteWebhooks(table)
        for at, part in ((NINE, "1"), (NINE + KEPT_FOR + timedelta(seconds=1), "2")):
            for number in range(300):
                kept = WebhookDelivery("we_shop", f"evt_{part}{number:014}_9f3a1c2b", "order.received", at)
                webhooks.put([kept.tried(Answer(200), at, 0)])

        count = table.ask(
            lambda connection: connection.execute("SELECT count(*), min(createdAt) FROM deliveries").fetchone()
        )
        assert count == (300, to_iso(NINE + KEPT_FOR + timedelta(seconds=1)))
        assert forgetting.AT_ONCE >= 2 * forgetting.EVERY


def write(table: SqliteTable, order_id: str, at: datetime) -> None:
    """One event, without a wait for the disk."""
    table._writer._connection.execute(
        "INSERT INTO events (type, rowId, revision, at, status) VALUES ('order.received', ?, 1, ?, 'RECEIVED')",
        (order_id, to_iso(at)),
    )


class NobodySends:
    def refuse(self, url: str) -> None: ...

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        raise AssertionError(requests)


class TestFolders:
    def test_in_an_older_folder_the_feed_begins_when_this_version_opens_it(self, tmp_path: Path):
        data = FOLDERS[-1].unpack(tmp_path)
        with closing(SqliteTable(data / "orders.db")) as table:
            feed = SqliteFeed(table)
            assert (feed.end(), feed.before(NINE), types(feed)) == (None, None, [])
            order = table.read("failed")
            table.replace(order, order.retried(LATER, "maria"))
            assert types(feed) == ["order.retried"]

    def test_a_file_that_was_opened_twice_at_once_has_one_feed(self, tmp_path: Path):
        with closing(SqliteTable(tmp_path / "orders.db")) as one, closing(SqliteTable(tmp_path / "orders.db")) as two:
            one.create(received("a"))
            two.create(received("b"))
            assert [event.happening.row_id for event in SqliteFeed(one).read(None, 9)] == ["a", "b"]

    def test_a_copied_folder_sends_no_events_until_an_operator_enables_its_endpoints(self, tmp_path: Path, capfd):
        original, copy = tmp_path / "original", tmp_path / "copy"
        with serving(original):
            pass
        with_an_endpoint(original)
        shutil.copytree(original, copy)
        with serving(copy):
            pass
        log = capfd.readouterr().err
        with serving(original):
            pass

        disabled, still_enabled = endpoint_in(copy), endpoint_in(original)
        assert (disabled.is_enabled, disabled.disabled_because) == (False, NOT_FROM_A_COPY)
        assert "enable each one: orders webhooks enable ID\n" in log
        assert still_enabled == SHOP
        assert "disabled" not in capfd.readouterr().err

    def test_a_restored_backup_has_the_endpoints_disabled_and_its_feed_says_what_it_lost(self, tmp_path: Path):
        """Positions are given again. A cursor of the time after the backup leads to no other event."""
        data, backup = tmp_path / "data", tmp_path / "backup.tar"
        with serving(data):
            pass
        with_an_endpoint(data)
        before = moved(data, "before")
        assert run(("backup", backup, "--data", data), "", {}, tmp_path).code == 0
        lost = moved(data, "lost")
        shutil.rmtree(data)
        assert run(("restore", backup, "--data", data), "", {}, tmp_path).code == 0
        with serving(data):
            pass
        after = moved(data, "after")

        assert not endpoint_in(data).is_enabled
        with closing(SqliteTable(data / "orders.db")) as table:
            feed = SqliteFeed(table)
            assert [event.id for event in feed.read(before, 9)] == [after]
            assert after[:19] == lost[:19]
            with pytest.raises(CursorExpired):
                feed.read(lost, 9)

    def test_the_ports_of_a_folder_are_in_its_file(self, tmp_path: Path):
        ports = local.connect_events(tmp_path, NobodySends())
        ports.webhooks.add(SHOP, Progress(SHOP.id, ports.feed.end(), NINE))
        ports.doorbell.notify([SHOP.id])

        assert local.connect_events(tmp_path, NobodySends()).webhooks.endpoint(SHOP.id) == SHOP
        assert (tmp_path / "orders.db").stat().st_mode & 0o077 == 0, "it has the secrets"


def with_an_endpoint(data: Path) -> None:
    with closing(SqliteTable(data / "orders.db")) as table:
        SqliteWebhooks(table).add(SHOP, Progress(SHOP.id, None, NINE))


def endpoint_in(data: Path) -> Endpoint:
    with closing(SqliteTable(data / "orders.db")) as table:
        return SqliteWebhooks(table).endpoint(SHOP.id)


def moved(data: Path, order_id: str) -> str:
    """The id of the event of a new order."""
    with closing(SqliteTable(data / "orders.db")) as table:
        table.create(received(order_id))
        end = SqliteFeed(table).end()
    assert end
    return end

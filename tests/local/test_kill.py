"""`kill -9` at any moment loses nothing that was acknowledged, doubles nothing and alters nothing.

The server is killed 25 times, 100 times with `ORDERS_FULL=yes`, or `ORDERS_KILLS` times. `ORDERS_SEED` repeats the
moments of a run that failed.
"""

import faulthandler
import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.local.starts import mortal
from tests.support import extent
from tests.support.api import Api
from tests.support.groups import ALONE
from tests.support.proof import (
    assert_answers_are_as_acknowledged,
    assert_files_are_as_acknowledged,
    wait_until_all_are_completed,
)
from tests.support.servers import address_of, serving
from tests.support.shop import Shop

pytestmark = ALONE
KILLS = int(os.environ.get("ORDERS_KILLS", "100" if extent.ALL else "25"))
SEED = int(os.environ.get("ORDERS_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
ORDERS_A_LIFE = 25
SECONDS_TO_START = 0.7
SECONDS_TO_LIVE = 0.6


def test_nothing_acknowledged_is_lost_doubled_or_altered_by_many_kills(tmp_path: Path):
    faulthandler.cancel_dump_traceback_later()  # it takes as long as a test that hangs
    print(f"\nORDERS_SEED={SEED}")
    chance, shop = random.Random(SEED), Shop(SEED, ORDERS_A_LIFE)
    with shop.trading():
        for _ in range(KILLS):
            live_and_die(tmp_path, shop, chance)

    with serving(tmp_path) as address:
        api = Api(address)
        shop.settle(api)
        wait_until_all_are_completed(api)
        assert_answers_are_as_acknowledged(api, shop)
    assert_files_are_as_acknowledged(tmp_path, shop)
    print(f"{KILLS} kills: {dict(shop.counts)}")


@dataclass(frozen=True)
class Life:
    """What a server's life is cut short by; each method returns at the moment to kill it."""

    server: subprocess.Popen[str]
    data: Path
    shop: Shop
    chance: random.Random

    def while_it_starts(self) -> None:
        time.sleep(self.chance.uniform(0, SECONDS_TO_START))

    def while_it_serves(self) -> None:
        self.shop.moved(address_of(self.server))
        time.sleep(self.chance.uniform(0, SECONDS_TO_LIVE))

    def while_it_acknowledges(self) -> None:
        self.shop.moved(address_of(self.server))
        self.shop.wait_for("acknowledged", self.chance.randrange(1, ORDERS_A_LIFE // 2))

    def while_receipts_are_written(self) -> None:
        """A batch is written in a few milliseconds. `test_killed_batches.py` kills it at each of its steps."""
        self.while_it_acknowledges()
        receipts, end = self.data / "bucket" / "receipts", time.monotonic() + 3
        while self.receipts_of_today(receipts) == 0 and time.monotonic() < end:
            pass
        before = self.receipts_of_today(receipts)
        while self.receipts_of_today(receipts) == before and time.monotonic() < end:
            pass

    @staticmethod
    def receipts_of_today(receipts: Path) -> int:
        return sum(len(os.listdir(day)) for day in receipts.glob("*"))

    def after_its_worker(self) -> None:
        self.while_it_serves()
        os.kill(worker_of(self.server.pid), signal.SIGKILL)
        time.sleep(self.chance.uniform(0, SECONDS_TO_LIVE))


MOMENTS = {
    Life.while_it_starts: 2,
    Life.while_it_serves: 2,
    Life.while_it_acknowledges: 3,
    Life.while_receipts_are_written: 2,
    Life.after_its_worker: 1,
}
"""How often each is chosen."""


def live_and_die(data: Path, shop: Shop, chance: random.Random) -> None:
    with mortal(data) as server:
        moment = chance.choices(list(MOMENTS), list(MOMENTS.values()))[0]
        moment(Life(server, data, shop, chance))
    shop.moved(None)


@pytest.mark.parametrize("acknowledgements", [1, 150, 600])
def test_every_acknowledged_order_is_completed_after_a_kill_in_the_middle_of_the_load(
    acknowledgements: int, tmp_path: Path
):
    shop = Shop()
    with mortal(tmp_path) as server, shop.trading(address_of(server)):
        shop.wait_for("acknowledged", acknowledgements)
        server.kill()

    with serving(tmp_path) as address:
        shop.settle(Api(address))
        wait_until_all_are_completed(Api(address))
        assert_answers_are_as_acknowledged(Api(address), shop)
    assert_files_are_as_acknowledged(tmp_path, shop)


def test_a_worker_that_is_killed_takes_neither_the_server_nor_an_order_with_it(tmp_path: Path):
    with mortal(tmp_path) as server:
        api = Api(address_of(server))
        api.post_order({"orderId": "before", "customerName": "Alice"})
        api.receipt("before")
        os.kill(worker_of(server.pid), signal.SIGKILL)
        api.post_order({"orderId": "after", "customerName": "Alice"})

        assert api.receipt("after")


def worker_of(server: int) -> int:
    """A child process that completes orders. Each child is listed with the thread that started it."""
    lists = Path(f"/proc/{server}/task").glob("*/children")
    children = [child for line in lists for child in line.read_text().split()]
    command = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in children}
    return next(child for child, line in command.items() if "spawn_main" in line)


def test_a_server_that_is_asked_to_stop_finishes_what_is_in_hand(tmp_path: Path):
    shop = Shop()
    with mortal(tmp_path) as server, shop.trading(address_of(server)):
        shop.wait_for("acknowledged", 50)
        begin = time.monotonic()
        server.terminate()
        server.wait(timeout=60)

    assert server.returncode == 0
    assert time.monotonic() - begin < 30
    with closing(sqlite3.connect(tmp_path / "orders.db")) as connection:
        kept = {order_id for (order_id,) in connection.execute("SELECT orderId FROM orders")}
    assert set(shop.acknowledged) <= kept

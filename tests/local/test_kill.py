"""`kill -9` at any moment loses nothing that was acknowledged."""

import itertools
import json
import os
import signal
import sqlite3
import threading
import time
from pathlib import Path

import pytest
import urllib3
from tests.acceptance.conftest import Api
from tests.servers import address_of, serving, start

CLIENTS = 8


class Shop:
    """Posts orders from several threads, one after another each, and remembers which were acknowledged."""

    def __init__(self, address: str) -> None:
        self.acknowledged: dict[str, dict[str, str]] = {}
        self._address = address
        self._enough = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._post_all, args=[number]) for number in range(CLIENTS)]

    def open(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, acknowledgements: int) -> None:
        for _ in range(acknowledgements):
            assert self._enough.acquire(timeout=30)

    def close(self) -> None:
        for thread in self._threads:
            thread.join()

    def _post_all(self, client: int) -> None:
        api = Api(self._address)
        for number in itertools.count():
            order = {"orderId": f"c{client}-{number}", "customerName": f"Customer {client} of {number}"}
            try:
                reply = api.post_order(order)
            except urllib3.exceptions.HTTPError:
                return  # the server is gone
            if reply.status == 202:
                self.acknowledged[order["orderId"]] = order
                self._enough.release()


@pytest.mark.parametrize("acknowledgements", [1, 150, 600])
def test_every_acknowledged_order_is_completed_after_a_kill_in_the_middle_of_the_load(
    acknowledgements: int, tmp_path: Path
):
    server = start(tmp_path)
    shop = Shop(address_of(server))
    shop.open()
    shop.wait_for(acknowledgements)
    server.send_signal(signal.SIGKILL)
    server.communicate()
    shop.close()

    with serving(tmp_path) as address:
        api = Api(address)
        receipts = {order_id: api.receipt(order_id) for order_id in shop.acknowledged}
        shown = {order_id: api.get(f"/orders/{order_id}").body for order_id in shop.acknowledged}

    assert len(shop.acknowledged) >= acknowledgements
    assert {order_id: order["order"] for order_id, order in shown.items()} == shop.acknowledged
    assert {order["status"] for order in shown.values()} == {"COMPLETED"}
    assert len(set(receipts.values())) == len(shop.acknowledged)
    assert one_file_for_each_row(tmp_path)


def one_file_for_each_row(data: Path) -> bool:
    files = sorted(path.relative_to(data / "bucket").as_posix() for path in (data / "bucket").rglob("*.pdf"))
    connection = sqlite3.connect(data / "orders.db")
    keys = sorted(json.loads(text)["key"] for (text,) in connection.execute("SELECT receipt FROM orders"))
    connection.close()
    return files == keys


def test_a_worker_that_is_killed_takes_neither_the_server_nor_an_order_with_it(tmp_path: Path):
    server = start(tmp_path)
    try:
        api = Api(address_of(server))
        api.post_order({"orderId": "before", "customerName": "Alice"})
        api.receipt("before")
        os.kill(worker_of(server.pid), signal.SIGKILL)
        api.post_order({"orderId": "after", "customerName": "Alice"})

        assert api.receipt("after")
    finally:
        server.terminate()
        server.communicate(timeout=60)


def worker_of(server: int) -> int:
    """The child process that renders."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    command = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in children}
    return next(child for child, line in command.items() if "spawn_main" in line)


def test_a_server_that_is_asked_to_stop_finishes_what_is_in_hand(tmp_path: Path):
    server = start(tmp_path)
    shop = Shop(address_of(server))
    shop.open()
    shop.wait_for(50)
    begin = time.monotonic()
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=60)
    shop.close()

    assert server.returncode == 0
    assert time.monotonic() - begin < 30
    connection = sqlite3.connect(tmp_path / "orders.db")
    kept = {order_id for (order_id,) in connection.execute("SELECT orderId FROM orders")}
    connection.close()
    assert set(shop.acknowledged) <= kept

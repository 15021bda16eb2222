"""/health/live and /health/ready: what they say, to whom, and what the log has of it."""

import asyncio
import logging
import multiprocessing
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import urllib3
from tests.local.disks import small_disk
from tests.support.api import Api
from tests.support.examples import ALICE
from tests.support.groups import ALONE
from tests.support.nginx import needs_nginx, nginx
from tests.support.raw_http import calling
from tests.support.servers import serving

from orders.local.folder.folder import DataFolder
from orders.local.folder.room import Room
from orders.local.server import event_sources, health
from orders.local.server.health import Readiness
from orders.local.sqlite import connections
from orders.local.stack import open_for_serving
from orders.order.clock import utc_now
from orders.order.errors import Unavailable

READY = (200, b'{"status":"ready"}')
NOT_READY = (503, b'{"status":"not ready"}')
LIVE = (200, b'{"status":"live"}')


def said(address: str, path: str = "/health/ready", method: str = "GET", **headers: str) -> tuple[int, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = urllib3.request(method, address + path, headers=named, retries=False, timeout=10)
    return answer.status, answer.data


def until(expected: tuple[int, bytes], address: str) -> None:
    end = time.monotonic() + 60
    while (answer := said(address)) != expected:
        assert time.monotonic() < end, answer
        time.sleep(0.1)  # nothing but another request can tell


@pytest.mark.parametrize("options", [(), ("--ask-for-keys",)], ids=["without keys", "with keys"])
def test_anyone_sees_whether_the_server_is_live_and_ready(tmp_path: Path, options: tuple[str, ...]):
    with serving(tmp_path, *options) as address:
        assert (said(address, "/health/live"), said(address)) == (LIVE, READY)
        assert said(address, X_Forwarded_For="203.0.113.7", Host="shop.example") == READY
        assert said(address, Origin="https://evil.example") == READY
        assert said(address, method="HEAD") == (200, b"")
        assert said(address, method="POST")[0] == 405
        assert said(address, "/health")[0] == said(address, "/health/")[0] == 404
        for path in (b"/health/live", b"/health/ready"):
            with calling(address) as caller:
                assert caller.send(b"GET %b HTTP/1.0\r\n\r\n" % path).answers() == [200]


@needs_nginx
def test_a_proxy_that_the_server_refuses_otherwise_sees_it_too(tmp_path: Path):
    (data := tmp_path / "data").mkdir()
    with serving(data) as address, nginx(tmp_path, address) as port:
        assert said(f"http://127.0.0.1:{port}") == READY
        assert said(f"http://127.0.0.1:{port}", "/openapi.json")[0] == 403


def test_a_health_check_has_no_access_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    with serving(tmp_path) as address:
        said(address)
        said(address, "/openapi.json")

    assert re.findall(r"ACCESS  GET (\S+)", capfd.readouterr().err) == ["/openapi.json"]


@ALONE
def test_a_server_whose_disk_is_full_is_live_but_not_ready_until_there_is_room(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with small_disk(tmp_path / "disk", megabytes=32) as disk, serving(disk.folder / "data") as address:
        assert said(address) == READY
        disk.fill(but=1 << 20)
        until(NOT_READY, address)
        assert said(address, "/health/live") == LIVE
        time.sleep(health.SECONDS_KEPT)
        assert said(address) == NOT_READY
        disk.make_room()
        until(READY, address)

    assert re.findall(r"(ERROR   not ready.*|WARNING ready again)", capfd.readouterr().err) == [
        "ERROR   not ready: the disk of data is full; the disk of bucket is full",
        "WARNING ready again",
    ]


def test_a_table_that_refused_a_write_is_not_ready_until_it_can_take_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Another program may hold the database: it can be read, and every order gets 503."""
    monkeypatch.setattr(connections, "_SECONDS_TO_WAIT_FOR_A_LOCK", 0.1)
    folder = DataFolder.open(tmp_path)
    with (
        closing(open_for_serving(folder, False)) as stack,
        closing(connections.connect(folder.database, "rw")) as other,
    ):
        look = health.check_of(stack.table, folder, lambda: True)
        other.execute("BEGIN IMMEDIATE")
        assert look() == []
        with pytest.raises(Unavailable):
            stack.table.make_all_due(utc_now())
        assert look() == look() == ["database: database is locked"]
        other.execute("ROLLBACK")
        assert look() == []


def test_a_server_whose_folder_is_moved_away_is_not_ready_until_it_is_put_back(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    with serving(data) as address:
        data.rename(elsewhere)
        until(NOT_READY, address)
        elsewhere.rename(data)
        until(READY, address)
        Api(address).post_order(ALICE)
        assert Api(address).receipt(ALICE["orderId"])

    assert "not ready: " in capfd.readouterr().err


def test_a_worker_that_was_killed_while_idle_runs_again_soon(tmp_path: Path):
    folder = DataFolder.open(tmp_path)
    stack = open_for_serving(folder)
    with event_sources.running(stack, lambda _measured: None) as are_alive:
        eventually(are_alive)
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        eventually(lambda: not are_alive() or bool(multiprocessing.active_children()))
        eventually(are_alive)
    stack.close()


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)  # nothing but another look can tell


@pytest.mark.parametrize(
    ("room", "shortage"),
    [
        (Room("data", free=20 << 20, size=1 << 40, is_writable=True), None),
        (Room("data", free=15 << 20, size=1 << 40, is_writable=True), "the disk of data is full"),
        (Room("bucket", free=15 << 20, size=100 << 20, is_writable=True), None),
        (Room("outbox", free=20 << 20, size=1 << 40, is_writable=False), "the disk of outbox is read-only"),
    ],
)
def test_a_disk_has_room_for_some_hundred_orders_or_a_tenth_of_it(room: Room, shortage: str | None):
    assert room.shortage == shortage


class Checks:
    """A check whose answers a test chooses. It counts how often it is made."""

    def __init__(self) -> None:
        self.made = 0
        self.reasons: Sequence[str] = ()
        self.goes_on = threading.Event()
        self.goes_on.set()

    def __call__(self) -> Sequence[str]:
        self.made += 1
        self.goes_on.wait(20)
        return self.reasons


@pytest.fixture
def checks() -> Iterator[Checks]:
    checks = Checks()
    yield checks
    checks.goes_on.set()


def test_all_who_ask_within_a_second_share_one_check(checks: Checks, monkeypatch: pytest.MonkeyPatch):
    async def ask() -> None:
        readiness = Readiness()
        readiness.begin(checks)
        assert all(await asyncio.gather(*(readiness.is_ready() for _ in range(100))))
        assert (await readiness.is_ready(), checks.made) == (True, 1)
        monkeypatch.setattr(health, "SECONDS_KEPT", 0)
        assert (await readiness.is_ready(), checks.made) == (True, 2)
        readiness.close()

    asyncio.run(ask())


def test_a_check_that_hangs_means_not_ready_and_no_other_is_begun(
    checks: Checks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(health, "SECONDS_TO_CHECK", 0.05)
    monkeypatch.setattr(health, "SECONDS_KEPT", 0)
    checks.goes_on.clear()

    async def ask() -> None:
        readiness = Readiness()
        readiness.begin(checks)
        assert [await readiness.is_ready() for _ in range(3)] == [False] * 3
        assert checks.made == 1
        checks.goes_on.set()
        while not await readiness.is_ready():
            pass
        readiness.close()

    with caplog.at_level(logging.INFO):
        asyncio.run(ask())
    assert [record.getMessage() for record in caplog.records if "ready" in record.getMessage()] == [
        "not ready: the table, the disk or a worker does not answer within 2 s",
        "ready again",
    ]


def test_before_it_has_started_and_after_a_fault_of_the_check_a_server_is_not_ready(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "SECONDS_KEPT", 0)

    def fails() -> Sequence[str]:
        raise RuntimeError

    async def ask() -> None:
        readiness = Readiness()
        assert not await readiness.is_ready()
        readiness.begin(list)
        assert await readiness.is_ready()
        readiness.begin(fails)
        assert not await readiness.is_ready()
        readiness.close()

    asyncio.run(ask())

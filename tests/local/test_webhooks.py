"""Webhooks of a real server, to real receivers: who gets what while others fail, and while processes are killed."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3
from tests.local.starts import mortal
from tests.support.api import Api
from tests.support.endpoints import Endpoints, endpoints_in
from tests.support.exposition import scraped
from tests.support.groups import ALONE
from tests.support.proof import wait_until_all_are_completed
from tests.support.receivers import Kind, Receiver, closed_port, receiving
from tests.support.servers import address_of, serving

from orders.local.server.webhook_process import NAME
from orders.order.webhook import EndpointStatus

pytestmark = ALONE
PATIENCE = 120


def eventually(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, what
        time.sleep(0.05)  # nothing but another look can tell


def post(api: Api, name: str, count: int) -> None:
    for number in range(count):
        assert api.post_order({"orderId": f"{name}-{number}", "customerName": "Alice"}).status == 202


def has_all(receiver: Receiver, endpoints: Endpoints, count: int) -> Callable[[], bool]:
    """Whether it got so many events, and these are all of the feed's."""
    return lambda: len(set(receiver.ids)) == count and set(receiver.ids) == {each.id for each in endpoints.events()}


@contextmanager
def mortal_serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], Api]]:
    with mortal(data) as server:
        yield server, Api(address_of(server))


def webhook_processes(server: int) -> list[int]:
    """The server's processes that deliver webhooks."""
    children = [child for each in Path(f"/proc/{server}/task").glob("*/children") for child in each.read_text().split()]
    return [int(child) for child in children if named(child) == NAME]


def named(process: str) -> str | None:
    try:
        return Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return None


def test_a_good_endpoint_gets_everything_while_others_are_slow_dead_or_break_off_and_a_dead_one_when_it_returns(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    good, slow, broken = Receiver(), Receiver(Kind.SLOW), Receiver(Kind.MISBEHAVING)
    dead = Receiver(port=closed_port())
    data = tmp_path / "data"
    with receiving(good, slow, broken), serving(data) as address, endpoints_in(data) as endpoints:
        added = [endpoints.add(f"{each.url}?token=s3cret") for each in (good, slow, broken, dead)]
        good.secret, dead.secret = added[0].secret, added[3].secret
        api = Api(address)
        post(api, "A", 40)
        wait_until_all_are_completed(api)
        eventually(has_all(good, endpoints, 80))
        eventually(has_all(broken, endpoints, 80))
        eventually(lambda: endpoints.progress(added[3].endpoint.id).is_open)
        seen = scraped(address)
        assert api.get("/health/ready").status == 200

        with receiving(dead):
            endpoints.enable(added[3].endpoint.id)
            eventually(has_all(dead, endpoints, 80))
            endpoints.replay_all(added[3].endpoint.id)
            eventually(lambda: min(Counter(dead.ids).values()) >= 2)

    assert Counter(good.ids) == dict.fromkeys(good.ids, 1)
    assert Counter(broken.ids) == dict.fromkeys(good.ids, 1)
    assert good.unsigned == dead.unsigned == 0
    assert len(slow.got) <= 64 * 2
    assert seen.at("orders_webhook_endpoints", status="ENABLED") == 4
    assert seen.at("orders_webhook_circuits_open") == 1
    assert seen.at("orders_webhook_pending") >= 80
    assert seen.at("orders_webhook_oldest_seconds") > 0
    assert seen.at("orders_events_total") == 80
    logged = "".join(capfd.readouterr())
    for secret in ("s3cret", "whsec_", "/hook"):
        assert secret not in logged
        assert secret not in seen.text


def test_a_worker_that_is_killed_in_the_middle_is_replaced_and_every_event_arrives_under_its_id(tmp_path: Path):
    slow = Receiver(Kind.SLOW, slow_seconds=0.5)
    data = tmp_path / "data"
    with receiving(slow), mortal_serving(data) as (server, api), endpoints_in(data) as endpoints:
        endpoints.add(slow.url)
        for killed in range(2):
            post(api, f"life-{killed}", 5)
            slow.wait(lambda killed=killed: len(slow.got) > killed * 10, PATIENCE)  # type: ignore[misc]
            for process in webhook_processes(server.pid):
                os.kill(process, signal.SIGKILL)
        eventually(lambda: api.get("/health/ready").status == 200)
        wait_until_all_are_completed(api)
        eventually(has_all(slow, endpoints, 20))

        bodies = {(each.event_id, each.body) for each in slow.got}
        assert len(bodies) == 20


def test_a_server_that_stops_leaves_no_lease_and_no_process_though_an_endpoint_does_not_answer(tmp_path: Path):
    slow, data = Receiver(Kind.SLOW), tmp_path / "data"
    with receiving(slow), mortal_serving(data) as (server, api), endpoints_in(data) as endpoints:
        endpoint_id = endpoints.add(slow.url).endpoint.id
        post(api, "A", 1)
        slow.wait(lambda: bool(slow.got), PATIENCE)
        processes = webhook_processes(server.pid)
        assert endpoints.progress(endpoint_id).lease is not None
        server.terminate()
        server.communicate(timeout=100)
        assert server.returncode == 0
        assert endpoints.progress(endpoint_id).lease is None

    assert len(processes) == 1
    assert not Path(f"/proc/{processes[0]}").exists()


def test_there_is_a_process_only_while_an_endpoint_is_enabled(tmp_path: Path):
    good, data = Receiver(), tmp_path / "data"
    with receiving(good), mortal_serving(data) as (server, api), endpoints_in(data) as endpoints:
        post(api, "A", 1)
        wait_until_all_are_completed(api)
        assert not webhook_processes(server.pid)
        endpoint_id = endpoints.add(good.url).endpoint.id
        post(api, "B", 1)
        good.wait(lambda: len(good.got) == 2, PATIENCE)
        assert len(webhook_processes(server.pid)) == 1

        endpoints.disable(endpoint_id)
        eventually(lambda: not webhook_processes(server.pid))
        post(api, "C", 1)
        wait_until_all_are_completed(api)
        assert api.get("/health/ready").status == 200

        endpoints.enable(endpoint_id)
        good.wait(lambda: len(good.got) == 4, PATIENCE)
        assert endpoints.ports.webhooks.endpoint(endpoint_id).status is EndpointStatus.ENABLED


LIVES, ORDERS = 6, 80
"""Of the server whose feed is read, and in each of them."""


@dataclass
class Reader:
    """It reads on from its cursor all the time, and keeps what it sees."""

    cursor: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)

    def read_on(self, api: Api) -> bool:
        """Whether there was anything."""
        reply = api.get(f"/events?limit=7{f'&after={self.cursor}' if self.cursor else ''}")
        assert reply.status == 200, reply
        self.seen += reply.body["events"]
        self.cursor = reply.body["cursor"] or ""
        return bool(reply.body["events"])

    def follow(self, api: Api) -> None:
        """Until the server is gone."""
        with suppress(urllib3.exceptions.HTTPError):
            while True:
                self.read_on(api)


def accepted_until_it_is_gone(api: Api, names: Iterable[str], accepted: list[str], enough: threading.Semaphore) -> None:
    with suppress(urllib3.exceptions.HTTPError):
        for name in names:
            post(api, name, 1)
            accepted.append(f"{name}-0")
            enough.release()


def test_a_reader_of_the_feed_misses_nothing_and_sees_nothing_twice_over_many_kills(tmp_path: Path):
    """It reads while orders are posted on four threads, and the server is killed in the middle of that."""
    data, reader, accepted, chance = tmp_path / "data", Reader(), list[str](), random.Random(24)
    for life in range(LIVES):
        names, enough = (f"{life}-{number}" for number in range(ORDERS)), threading.Semaphore(0)
        shared = Shared(names)
        with mortal_serving(data) as (server, api), ThreadPoolExecutor(5) as threads:
            done = [threads.submit(accepted_until_it_is_gone, api, shared, accepted, enough) for _ in range(4)]
            done += [threads.submit(reader.follow, api)]
            for _ in range(chance.randrange(ORDERS // 2, ORDERS)):
                assert enough.acquire(timeout=PATIENCE)
            server.kill()
            for each in done:
                each.result()
    with serving(data) as address:
        wait_until_all_are_completed(Api(address))
        while reader.read_on(Api(address)):
            pass

    with endpoints_in(data) as endpoints:
        assert reader.seen == [each.to_document() for each in endpoints.events()]
    types = dict[str, list[str]]()
    for event in reader.seen:
        types.setdefault(event["data"]["orderId"], []).append(event["type"])
    assert all(of_order == ["order.received", "order.completed"] for of_order in types.values())
    assert len({event["id"] for event in reader.seen}) == len(reader.seen) == 2 * len(types)
    assert types.keys() >= set(accepted)
    assert len(accepted) >= LIVES * ORDERS // 2


@dataclass
class Shared:
    """One iterator for several threads."""

    names: Iterator[str]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        with self.lock:
            return next(self.names)

"""Measures `orders serve`: one function for each figure of the table, each on a fresh server."""

import http.client
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

import backlog
import processes
import servers
import wrk
from backlog import Counts
from servers import Server, ServerFailed
from wrk import Load

WARM_UP_ORDERS = 100
WARM_UP_SECONDS = 60
DRAIN_SECONDS = 20
SLOWEST_PER_SECOND = 25
"""The measurement of memory fails if fewer orders a second than this are completed."""
SHARES = (0.1, 0.5, 1.0)


def intake_of(start: Callable[[], AbstractContextManager[Server]], seconds: int) -> Load:
    """Orders accepted by a server that does nothing else."""
    with start() as server:
        wrk.post(server.address, 1)
        return wrk.post(server.address, seconds)


def intake(seconds: int, *, receipts_meanwhile: bool) -> Load:
    """Orders accepted by `orders serve`; without receipts, its worker process is paused meanwhile."""
    with servers.orders_serve() as server:
        warm_up(server)
        workers = [] if receipts_meanwhile else processes.descendants(server.pid)
        with processes.paused(workers):
            return wrk.post(server.address, seconds)


@dataclass(frozen=True, slots=True)
class Drain:
    """Orders completed a second, while the intake runs flat out and after it has stopped."""

    meanwhile: float
    after: float


def drain(seconds: int) -> Drain:
    """The rate of completion under full load, then until no order waits, or for 20 seconds."""
    with servers.orders_serve() as server:
        warm_up(server)
        with backlog.completed_per_second(server.database) as meanwhile:
            wrk.post(server.address, seconds)
        with backlog.completed_per_second(server.database) as after:
            backlog.watch(server.database, _nothing_waits, DRAIN_SECONDS)
        return Drain(meanwhile(), after())


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes at rest, and the peak until each share of the orders is completed."""

    idle: int
    peaks: dict[float, int]


def memory(orders: int) -> Memory:
    """The server's memory, read four times a second while this many orders go from posted to completed."""
    with servers.orders_serve() as server, ThreadPoolExecutor(1) as beside:
        warm_up(server)
        idle, peaks = processes.memory(server.pid), dict.fromkeys(SHARES, 0)

        def enough(seen: Counts) -> bool:
            share = next((share for share in SHARES if seen.completed < share * orders), SHARES[-1])
            peaks[share] = max(peaks[share], processes.memory(server.pid))
            return seen.completed >= orders

        longest = WARM_UP_SECONDS + orders / SLOWEST_PER_SECOND
        posting = beside.submit(wrk.post_many, server.address, orders)
        if not backlog.watch(server.database, enough, longest):
            raise ServerFailed(f"{orders:,} orders were not completed within {longest:.0f} seconds")
        posting.result()
        return Memory(idle, peaks)


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds from the post of a new order to its receipt, and orders completed a second until none waits."""

    seconds: float
    per_second: float


def wait(orders: int) -> Wait:
    """Post a new order while this many others wait, of which the first are being completed."""
    with servers.orders_serve() as server:
        warm_up(server)
        with processes.paused(processes.descendants(server.pid)):
            _post(server, "waiting", orders)
        with backlog.completed_per_second(server.database) as rate:
            began = time.monotonic()
            _post(server, "new", 1)
            servers.completed(server, "new-0", WARM_UP_SECONDS)
            seconds = time.monotonic() - began
            backlog.watch(server.database, _nothing_waits, WARM_UP_SECONDS)
        return Wait(seconds, rate())


def start() -> float:
    """Seconds from the exec of `orders serve`, on an empty folder, to its first 200."""
    with servers.orders_serve() as server:
        return servers.first_answer(server, "/operations/orders")


def sync(folder: Path) -> float:
    """Seconds until a small write to this folder is durable. No commit can be faster."""
    probe = folder / f".bench-{os.getpid()}"
    times = []
    try:
        with probe.open("wb", buffering=0) as file:
            for _ in range(50):
                began = time.monotonic()
                file.write(bytes(4096))
                os.fdatasync(file.fileno())
                times.append(time.monotonic() - began)
    finally:
        probe.unlink(missing_ok=True)
    return sorted(times)[len(times) // 2]


def warm_up(server: Server) -> None:
    """Complete some orders, so that every process has loaded its modules and no order waits."""
    _post(server, "warm-up", WARM_UP_ORDERS)
    if not backlog.watch(server.database, _nothing_waits, WARM_UP_SECONDS):
        raise ServerFailed(f"{WARM_UP_ORDERS} orders were not completed within {WARM_UP_SECONDS} seconds")


def _post(server: Server, prefix: str, orders: int) -> None:
    """Post this many orders, one after another."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        for number in range(orders):
            order = json.dumps({"orderId": f"{prefix}-{number}", "customerName": "Alice"})
            connection.request("POST", "/orders", order, {"Content-Type": "application/json"})
            connection.getresponse().read()


def _nothing_waits(seen: Counts) -> bool:
    return seen.waiting == 0

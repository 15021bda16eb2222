"""Measures the operators' lists on this machine with many orders in the database, and one order for comparison.

    python bench/operations.py --orders 200000

Each figure is the median, and the 95th percentile, of requests one after another on one connection. The export is read
to its end; memory is the server's alone. Linux only: memory is read from /proc.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import urllib3
from report import positive, row, tell
from servers import Server, orders_serve_in, temporary_folder

from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import to_iso, utc_now
from orders.order.order import Order, StoredReceipt

REPEATS = 200
NAMES = ("Alice", "Zoë Ångström", "محمد", "José", "王小明", "Anna", "Oskar", "Priya", "Smith", "Nguyễn", "Иван", "Bob")
ITEMS = [{"name": "Espresso cup", "quantity": 4, "unitPrice": "7.50", "taxRate": "20"}]
LISTS = {
    "one order": "/orders/o1",
    "the first page": "/operations/orders",
    "the failed ones": "/operations/orders?status=FAILED",
    "an hour of them": "/operations/orders?from={hour}&to={now}",
    "found by an e-mail address": "/operations/orders?q=c77@example.com",
    "found by a whole name": "/operations/orders?q=" + quote("zoe angstrom 77"),
    "found by a common letter": "/operations/orders?q=a",
    "the 1,000th page": "/operations/orders?limit=100&cursor={cursor}",
    "the summary": "/operations/summary",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=positive, default=200_000, help="orders in the database (200000)")
    options = parser.parse_args()
    with temporary_folder() as folder:
        fill(folder / "data" / "orders.db", options.orders)
        with orders_serve_in(folder) as server:
            print("\n".join(table(server, options.orders)), flush=True)


def fill(path: Path, count: int) -> None:
    path.parent.mkdir(parents=True)
    chance, now = random.Random(1), utc_now()
    rows = (order(number, now - timedelta(seconds=0.3 * (count - number)), chance) for number in range(count))
    with closing(SqliteTable(path)) as table, ThreadPoolExecutor(32) as threads:
        for start in range(0, count, 1_000):
            list(threads.map(table.create, islice(rows, 1_000)))
            if not start % 20_000:
                tell(f"{start:,} of {count:,} orders made")


def order(number: int, at: datetime, chance: random.Random) -> Order:
    """Every fiftieth failed, the others have their receipts."""
    posted = {
        "orderId": f"o{number}",
        "customerName": f"{chance.choice(NAMES)} {chance.randrange(10_000)}",
        "customerEmail": f"c{chance.randrange(50_000)}@example.com",
        "currency": "EUR",
        "items": ITEMS,
    }
    row = Order.received(validation.parse(posted), "token", at)
    if number % 50 == 0:
        return row.failed("cannot be typeset", at, "process")
    return row.completed(StoredReceipt(row.receipt_key, "ab" * 32, 13_000), at + timedelta(seconds=chance.random()))


def table(server: Server, count: int) -> Iterator[str]:
    http = urllib3.PoolManager(retries=False)
    now = utc_now()
    places = {"now": to_iso(now), "hour": to_iso(now - timedelta(hours=1))}
    places["cursor"] = cursor_of_page(http, server, min(1_000, count // 100))
    yield row(f"{count:,} orders, milliseconds", "median", "p95", figures_of_widest=2)
    for name, path in LISTS.items():
        took = [timed(http, server.address + path.format(**places)) for _ in range(REPEATS)]
        yield row(name, f"{median(took):.1f}", f"{quantiles(took, n=20)[-1]:.1f}", figures_of_widest=2)
    before, began = resident(server.pid), time.perf_counter()
    size = exported(http, server)
    seconds, after = time.perf_counter() - began, resident(server.pid)
    yield f"\nThe export: {size / 1e6:.0f} MB in {seconds:.1f} s; memory {before} MiB before, {after} MiB after."


def cursor_of_page(http: urllib3.PoolManager, server: Server, page: int) -> str:
    tell(f"turning {page:,} pages")
    cursor = ""
    for _ in range(page - 1):
        answer = http.request("GET", f"{server.address}/operations/orders?limit=100{cursor}")
        cursor = f"&cursor={json.loads(answer.data)['cursor']}"
    return cursor.partition("=")[2]


def timed(http: urllib3.PoolManager, url: str) -> float:
    began = time.perf_counter()
    answer = http.request("GET", url)
    if answer.status != 200:
        raise SystemExit(f"bench: {url} answered {answer.status}")
    return (time.perf_counter() - began) * 1000


def exported(http: urllib3.PoolManager, server: Server) -> int:
    answer = http.request("GET", f"{server.address}/operations/orders.csv", preload_content=False)
    return sum(map(len, answer.stream(65_536)))


def resident(pid: int) -> int:
    """The peak memory of the process so far, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()

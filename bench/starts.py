"""Measures starts of the server on a data folder with many orders, and posts to it while it checks the database.

    python bench/starts.py --orders 1000000

A start is measured from the start of the process to the first list of orders. Starts are warm: the system has the file
in memory, as far as it fits. With --cold, which only root can use, the system forgets all files before each start. The
posts come one after another, and each is an order. Then `orders check` reads everything. With --keep FOLDER, the data
folder is made there if it is missing, and stays. Linux only: memory is read from /proc.
"""

import argparse
import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import processes
import servers
import urllib3
from filled import filled
from report import positive, row, tell
from servers import Server, orders_serve_in

from orders.local.folder.folder import DataFolder
from orders.local.sqlite import wal
from orders.order.clock import utc_now

LIST = "/operations/orders?limit=1"
CHECKED = "the whole database is not damaged"
LONGEST_CHECK = 1_800
SECONDS_BETWEEN_LOOKS = 0.2
POSTS = 1_000
DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def main() -> None:
    options = _options()
    with _folder(options.keep) as folder:
        data = filled(folder / "data", options.orders, utc_now())
        size = data.database.stat().st_size / 1e6
        print(_line(f"{options.orders:,} orders, {size:,.0f} MB", "median", "worst"), flush=True)
        for cold in (False, True) if options.cold else (False,):
            seconds = [_start(folder, cold) for _ in range(options.starts)]
            name = "a cold start, s" if cold else "a warm start, s"
            print(_line(name, f"{median(seconds):.2f}", f"{max(seconds):.2f}"), flush=True)
        for line in _posts(folder, data):
            print(line, flush=True)
        print(_check(data))


def _start(folder: Path, cold: bool) -> float:
    tell("starting the server")
    if cold:
        os.sync()
        DROP_CACHES.write_text("3\n")
    with orders_serve_in(folder) as server:
        return servers.first_answer(server, LIST)


def _posts(folder: Path, data: DataFolder) -> Iterator[str]:
    """While the check runs, and after it. A small database is checked before the start."""
    log = folder / "server.log"
    with orders_serve_in(folder) as server:
        deadline = time.monotonic() + LONGEST_CHECK
        yield _line("posts, ms", "median", "p99")
        time.sleep(2)  # the check begins a second after the start
        if CHECKED not in log.read_text():
            yield _of_posts(server, "while the database is checked")
            yield _line("memory of all processes, MB", "", f"{processes.memory(server.pid) / 1e6:.0f}")
            yield _line("the log meanwhile, MB", "", f"{wal.beside(data.database).stat().st_size / 1e6:.0f}")
        while CHECKED not in (told := log.read_text()) and time.monotonic() < deadline and _is_large(data):
            time.sleep(0.2)
        yield _of_posts(server, "afterwards")
    yield from (line for line in told.splitlines() if "the whole database" in line)


def _is_large(data: DataFolder) -> bool:
    return data.database.stat().st_size > 200_000_000


def _of_posts(server: Server, name: str) -> str:
    tell(f"posting {name}")
    took = list(_milliseconds(server))
    return _line(name, f"{median(took):.1f}", f"{quantiles(took, n=100)[-1]:.1f}")


def _milliseconds(server: Server) -> Iterator[float]:
    http, run = urllib3.PoolManager(retries=False), time.time_ns()
    for number in range(POSTS):
        body = json.dumps({"orderId": f"bench-{run}-{number}", "customerName": "Zoë"})
        began = time.perf_counter()
        answer = http.request(
            "POST", f"{server.address}/orders", body=body, headers={"Content-Type": "application/json"}
        )
        yield (time.perf_counter() - began) * 1000
        if answer.status != 202:
            raise SystemExit(f"bench: a post was answered {answer.status}")


def _check(data: DataFolder) -> str:
    tell("orders check")
    began = time.monotonic()
    check = subprocess.Popen([*servers.ORDERS, "check", "--data", str(data.path)], stdout=subprocess.DEVNULL)
    peak = 0
    while check.poll() is None:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, StopIteration):  # it has just ended
            peak = max(peak, processes.peak(check.pid))
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return _line(
        f"orders check: exit code {check.returncode}; s, MB", f"{time.monotonic() - began:.0f}", f"{peak / 1e6:.0f}"
    )


def _line(name: str, *figures: str) -> str:
    return row(name, *figures, figures_of_widest=2)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    with contextlib.nullcontext(kept) if kept else servers.temporary_folder() as folder:
        yield folder


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure starts on a data folder with many orders.")
    parser.add_argument("--orders", type=positive, default=20_000, help="orders in the folder (20000)")
    parser.add_argument("--starts", type=positive, default=5, help="starts of each kind (5)")
    parser.add_argument("--cold", action="store_true", help="starts after the system has forgotten all files, too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="a folder to use again")
    return parser.parse_args()


if __name__ == "__main__":
    main()

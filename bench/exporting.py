"""Measures how long `POST /orders` takes while an operator exports many orders, and how long the export takes.

    python bench/exporting.py --orders 100000

In turns: without an export, and while exports follow one another; with one connection that posts order after order
(wrk), and with 16. Receipts are deferred. Linux only: the worker is paused by its id from /proc.
"""

import argparse
import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median

import operations
import processes
import urllib3
import wrk
from report import positive, row, tell
from servers import Server, orders_serve_in, temporary_folder
from wrk import Load

CONNECTIONS = (1, wrk.CONNECTIONS)
CASES = [(many, exports) for many in CONNECTIONS for exports in (False, True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=positive, default=100_000, help="orders in the database (100000)")
    parser.add_argument("--rounds", type=positive, default=3, help="turns of each kind (3)")
    parser.add_argument("--seconds", type=positive, default=4, help="seconds of each turn (4)")
    options = parser.parse_args()
    with temporary_folder() as folder:
        operations.fill(folder / "data" / "orders.db", options.orders)
        with orders_serve_in(folder) as server, processes.paused(processes.descendants(server.pid)):
            print("\n".join(table(server, options)), flush=True)


def table(server: Server, options: argparse.Namespace) -> Iterator[str]:
    loads: dict[tuple[int, bool], list[Load]] = {case: [] for case in CASES}
    exports: list[float] = []
    for turn in range(options.rounds):
        for many, exports_too in CASES:
            tell(f"round {turn + 1} of {options.rounds}: {many} connections{' and an export' if exports_too else ''}")
            with exporting(server, exports) if exports_too else contextlib.nullcontext():
                loads[many, exports_too].append(wrk.post(server.address, options.seconds, many))
    yield row("POST /orders", "p50 ms", "p99 ms", "orders/s")
    for (many, exports_too), seen in loads.items():
        figures = median(it.p50 for it in seen), median(it.p99 for it in seen), median(it.per_second for it in seen)
        name = f"{many} connections, {f'{options.orders:,} exported meanwhile' if exports_too else 'no export'}"
        yield row(name, *(f"{figure:,.1f}" for figure in figures))
    yield row("The export meanwhile, seconds", f"{median(exports):.1f}")


@contextmanager
def exporting(server: Server, took: list[float]) -> Iterator[None]:
    """One export after another while the block runs; the last one is read to its end."""
    enough = threading.Event()

    def export() -> None:
        with urllib3.PoolManager(retries=False) as http:
            while not enough.is_set():
                began = time.perf_counter()
                operations.exported(http, server)
                took.append(time.perf_counter() - began)

    with ThreadPoolExecutor(1) as beside:
        ended = beside.submit(export)
        yield
        enough.set()
        ended.result()


if __name__ == "__main__":
    main()

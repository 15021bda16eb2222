"""Measures what numbers cost: orders completed a second with and without them, in turns, and prints one table.

    python bench/numbering.py [--rounds 5] [--orders 3000]

Whatever else the machine does, it does to both. Each round starts a fresh server of each kind, posts the orders while
its workers are paused, and lets them complete all. A rate is from the first completed order to the last. Linux only.
"""

import argparse
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from unittest.mock import patch

import backlog
import measures
import processes
import servers
import wrk
from report import positive, row, tell
from servers import ServerFailed
from wrk import LoadFailed

SECONDS_TO_COMPLETE = 300
SHOPS = {
    "without numbers": 'name = "Casa Luna"\n',
    "with numbers": 'name = "Casa Luna"\n[numbers]\nreceipt = "R{year}-{number:06}"\n',
}
_SPAN = "SELECT count(*), min(completedAt), max(completedAt) FROM orders WHERE orderId NOT LIKE 'warm-up%'"


@dataclass(frozen=True, slots=True)
class Round:
    """Orders completed a second, and the milliseconds of processors that one took, of the server and its workers."""

    per_second: float
    processors: float


def main() -> None:
    options = _options()
    rounds: dict[str, list[Round]] = {name: [] for name in SHOPS}
    try:
        for turn in range(options.rounds):
            for name, shop in SHOPS.items():
                tell(f"round {turn + 1} of {options.rounds}: {name}")
                rounds[name].append(measured(shop, options.orders))
    except (LoadFailed, ServerFailed) as error:
        raise SystemExit(f"bench: {error}") from None
    print("\n".join(table(rounds)))


def measured(shop: str, orders: int) -> Round:
    with servers.temporary_folder() as folder:
        file = folder / "shop.toml"
        file.write_text(shop, encoding="utf-8")
        with patch.dict(os.environ, ORDERS_RECEIPT=str(file)), servers.orders_serve_in(folder) as server:
            measures.warm_up(server)
            with processes.paused(processes.descendants(server.pid)):
                wrk.post_many(server.address, orders)
            before = processes.processor_seconds(server.pid)
            if not backlog.watch(server.database, lambda seen: seen.waiting == 0, SECONDS_TO_COMPLETE):
                raise ServerFailed(f"{orders:,} orders were not completed within {SECONDS_TO_COMPLETE} seconds")
            used = processes.processor_seconds(server.pid) - before
            completed, seconds = span(server.database)
            return Round(completed / seconds, used / completed * 1000)


def span(database: Path) -> tuple[int, float]:
    """How many orders were completed, and the seconds from the first of them to the last."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        completed, first, last = connection.execute(_SPAN).fetchone()
    return completed, (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def table(rounds: dict[str, list[Round]]) -> list[str]:
    usual = rounds["without numbers"]
    lines = [row("Medians", "orders/s", "ratio", "CPU ms", "ratio", figures_of_widest=4)]
    for name, own in rounds.items():
        rates = _compared([each.per_second for each in own], [each.per_second for each in usual], decimals=0)
        spent = _compared([each.processors for each in own], [each.processors for each in usual], decimals=2)
        lines.append(row(name, *rates, *spent, figures_of_widest=4))
    return lines


def _compared(own: Sequence[float], usual: Sequence[float], *, decimals: int) -> list[str]:
    """The median, and the median of each round's ratio to the one without numbers."""
    ratio = median(one / other for one, other in zip(own, usual, strict=True))
    return [f"{median(own):,.{decimals}f}", f"{ratio:.2f}"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=positive, default=5)
    parser.add_argument("--orders", type=positive, default=3_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()

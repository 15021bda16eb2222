"""Reads from a server's database file how many orders it has accepted and completed, without a call to the server."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.25
SECONDS_BETWEEN_REPORTS = 10


@dataclass(frozen=True, slots=True)
class Counts:
    accepted: int
    completed: int

    @property
    def waiting(self) -> int:
        return self.accepted - self.completed


def counts(database: Path) -> Counts:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        by_status = dict(connection.execute("SELECT status, count(*) FROM orders GROUP BY status"))
    return Counts(sum(by_status.values()), by_status.get("COMPLETED", 0))


@contextmanager
def completed_per_second(database: Path) -> Iterator[Callable[[], float]]:
    """The block gets a function that returns the orders completed a second from its begin to its end."""
    began, before = time.monotonic(), counts(database).completed
    rate = 0.0
    yield lambda: rate
    rate = (counts(database).completed - before) / (time.monotonic() - began)


def watch(database: Path, enough: Callable[[Counts], bool], seconds: float) -> bool:
    """Wait until `enough` holds; return whether it does. Reads four times a second, with progress on stderr."""
    deadline = time.monotonic() + seconds
    next_report = time.monotonic() + SECONDS_BETWEEN_REPORTS
    while not enough(seen := counts(database)):
        now = time.monotonic()
        if now > deadline:
            return False
        if now > next_report:
            next_report = now + SECONDS_BETWEEN_REPORTS
            print(f"    {seen.completed:,} of {seen.accepted:,} completed", file=sys.stderr, flush=True)
        time.sleep(POLL_SECONDS)
    return True

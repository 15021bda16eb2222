"""Several processes write to one database in turns: each holds a lock file during a commit or a checkpoint.

SQLite's own way is to sleep ever longer before it tries again.
"""

import contextlib
import fcntl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from orders.local.files import open_lock

SECONDS_TO_WAIT = 5.0
SECONDS_BETWEEN_TRIES = 0.0002


def beside(database: Path) -> Path:
    """The lock file of a database."""
    return database.with_name(f"{database.name}-turns")


@contextlib.contextmanager
def turn(lock: IO[str]) -> Iterator[None]:
    """Hold the lock during the block.

    Raises:
        TimeoutError: another process has held it for five seconds.
    """
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not _taken(lock):
        if time.monotonic() > deadline:
            raise TimeoutError("another process holds the database")
        time.sleep(SECONDS_BETWEEN_TRIES)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


@contextlib.contextmanager
def unchanged(database: Path) -> Iterator[None]:
    """Keep the database and its log as they are during the block: no process commits or makes a checkpoint.

    A worker can outlive a killed server for a moment. On a disk that takes no lock file, nobody writes either.

    Raises:
        TimeoutError: another process has held the lock for five seconds.
    """
    try:
        lock = open_lock(beside(database))
    except OSError:
        yield
        return
    with lock, turn(lock):
        yield


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

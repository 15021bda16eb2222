"""Lets one backup at a time write to a place."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from orders.local import files
from orders.local.backup.errors import BackupError

_LOCK = "backup.lock"


@contextlib.contextmanager
def alone_in(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder until the block ends. `what` completes "Another backup ... is running".

    Raises:
        BackupError: another process holds it.
    """
    with files.open_lock(folder / _LOCK) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup {what} is running. Wait until it has ended.") from None
        yield

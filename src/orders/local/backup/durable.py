"""Makes many files durable at once."""

import ctypes
import os
from pathlib import Path

from orders.local import files


def sync_disk_of(folder: Path) -> None:
    """Wait until everything on the disk of this folder is durable.

    `syncfs` reports a disk that could not write, and `sync` does not: https://man7.org/linux/man-pages/man2/sync.2.html

    Raises:
        OSError: something could not be written.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:  # macOS
        os.sync()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if syncfs(descriptor):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)


def sync_names_below(folder: Path) -> None:
    """Make the files directly in the folder durable, and all names below it. Files further down are durable already.

    Raises:
        OSError: something could not be written.
    """
    for path in folder.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for parent, _, _ in os.walk(folder, topdown=False):
        files.sync(Path(parent))

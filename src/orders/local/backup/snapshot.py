"""Copies the database of a data folder as it is at one instant, while a server may write to it.

SQLite's backup API begins again whenever another process has written, unless its source is in a read transaction: then
all steps copy the same instant, and a busy server can't starve them. The server goes on writing. Only its log can't
begin again meanwhile: it grows by what is written until the copy is made.

https://www.sqlite.org/backup.html
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from orders.local.backup.errors import BackupError
from orders.local.folder.inspection import Progress
from orders.local.sqlite import wal
from orders.local.sqlite.checkpoint import forget_the_log
from orders.local.sqlite.connections import connect, reading

_PAGES_A_STEP = 2_000
_ROOM_TO_LEAVE = 64 * 1024 * 1024
"""Bytes of the disk that a backup never takes from a server that may share it."""


def take(database: Path, copy: Path, progress: Progress) -> None:
    """Copy the database into a new file that needs no log. It is durable when this returns.

    Raises:
        BackupError: it can't be copied, or is damaged.
    """
    _see_that_there_is_room(database, copy.parent)
    copy.unlink(missing_ok=True)
    with _explained(database):
        with closing(connect(copy, "rwc")) as target, reading(database) as source:
            target.execute("PRAGMA synchronous = OFF")  # all of it is synced below
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on, all steps copy this instant
            source.backup(
                target,
                pages=_PAGES_A_STEP,
                progress=lambda _, left, pages: progress("database", pages - left, pages),
            )
        _complete_by_itself(copy)
        _refuse_damage(copy, database)
    _sync(copy)


def _see_that_there_is_room(database: Path, folder: Path) -> None:
    log = wal.beside(database)
    needed = database.stat().st_size + (log.stat().st_size if log.exists() else 0) + _ROOM_TO_LEAVE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"The disk of {folder} has {free // 1_000_000:,} MB left, and the database alone needs"
            f" {needed // 1_000_000:,} MB. Make room, or name another disk."
        )


def _complete_by_itself(copy: Path) -> None:
    """A checkpoint that ran at that instant may have left its mark: see `orders.local.sqlite.checkpoint`."""
    with closing(connect(copy, "rw")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # or reading the copy would leave files beside it
    forget_the_log(copy)


def _refuse_damage(copy: Path, database: Path) -> None:
    """SQLite copies damaged pages as they are. Backups of them would replace the last good one in the end."""
    with reading(copy) as connection:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _damaged(database, " ".join(verdict.split()))


def _damaged(database: Path, complaint: str) -> BackupError:
    return BackupError(
        f"{database} is damaged ({complaint}): no backup was made, and the earlier ones are kept. Run `orders check"
        f" --data {database.parent}`, and restore the newest backup."
    )


@contextmanager
def _explained(database: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise _damaged(database, str(error)) from None
        raise BackupError(
            f"{database} can't be copied ({error}). Look at its disk, and at that of the backup."
        ) from None


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())

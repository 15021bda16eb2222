"""Moves SQLite's write-ahead log into the database file, and marks a file that is not complete without its log.

The newest commits are only in `orders.db-wal`. A copy of `orders.db` alone is a valid database that lacks them. So the
file says itself that it needs its log. Before each checkpoint the mark is set to the checkpoint's number and "yes", and
the checkpoint copies that into the file. After the checkpoint the mark becomes "no", at first only in the log. SQLite
reads the file and the log together and sees "no". So does a hot backup (`.backup`, `VACUUM INTO`), and the last
checkpoint of an orderly end writes "no" into the file. Only a file without its log says "yes".

The numbers tell whether a file and a log belong together: after a copy of both while a server used them, one of them
may be from before a checkpoint and the other from after it.

https://www.sqlite.org/wal.html
"""

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from orders.local.sqlite.connections import connect

PAGES_BETWEEN = 1_000
"""Of 4 KiB, as many as after which SQLite makes a checkpoint by default."""
_PAGES_A_ROW = 10
"""A first guess: a commit of one small order takes nine. Each checkpoint tells how many it really were."""
_FEWEST_ROWS = 20
"""Also where somebody reads for so long that the log can't begin again."""
MOST_PAGES = 16_000
"""If this process does not get to it, for instance because all rows are very large, SQLite makes one by itself."""

FIRST_MARK = "INSERT INTO folder VALUES ('needsLog', '0 no');"
_BEGIN = "UPDATE folder SET value = (CAST(value AS INTEGER) + 1) || ' yes' WHERE name = 'needsLog'"
_END = "UPDATE folder SET value = CAST(value AS INTEGER) || ' no' WHERE name = 'needsLog' AND value LIKE '% yes'"
_GIVE_UP = (
    "UPDATE folder SET value = CAST(value AS INTEGER) - 1 || ' no' WHERE name = 'needsLog' AND value LIKE '% yes'"
)
_HAS_A_MARK = "SELECT 1 FROM sqlite_master WHERE name = 'folder'"
_GET = "SELECT value FROM folder WHERE name = 'needsLog'"


class Checkpoints:
    """The checkpoints of one connection. The caller holds the turn to write, so that no other process makes one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows, self._enough = 0, PAGES_BETWEEN // _PAGES_A_ROW
        connection.execute(f"PRAGMA wal_autocheckpoint = {MOST_PAGES}")

    def written(self, rows: int) -> None:
        """Make a checkpoint once the log may have so many pages."""
        self._rows += rows
        if self._rows >= self._enough:
            self.make()

    def make(self) -> None:
        """Copy the log into the file, and let the log begin again.

        Everything in the log is durable already. If the checkpoint fails, the log only stays longer.
        """
        with contextlib.suppress(sqlite3.Error):
            complete = False
            try:
                self._connection.execute(_BEGIN)
                complete = self._copy()
            finally:  # also if a signal ends the process here
                self._connection.execute(_END if complete else _GIVE_UP)

    def close(self) -> None:
        """Set the mark for the last checkpoint, which SQLite makes when the last connection closes."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute(_END)

    def _copy(self) -> bool:
        """Whether all of the log was copied: somebody may still be reading what was there before the mark."""
        rows, self._rows = self._rows, 0
        _, pages, copied = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if rows and pages > 0:
            self._enough = max(_FEWEST_ROWS, rows * PAGES_BETWEEN // pages)
        return bool(pages == copied)


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of the last checkpoint that was begun, and whether the log is needed."""

    checkpoint: int = 0
    needs_log: bool = False

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Self:
        """What the connection sees. A database of an older format has no mark, and needs no log."""
        if not connection.execute(_HAS_A_MARK).fetchone():
            return cls()
        checkpoint, _, needs_log = connection.execute(_GET).fetchone()[0].partition(" ")
        return cls(int(checkpoint), needs_log == "yes")

    def follows(self, file: Self) -> bool:
        """Whether this mark, of file and log together, can be one of that file.

        The log is one checkpoint ahead only if the process was killed during that checkpoint.
        """
        ahead = self.checkpoint - file.checkpoint
        return ahead == 0 or (ahead == 1 and self.needs_log)


def forget_the_log(database: Path) -> bool:
    """Remove the mark from a file whose log is lost for good; whether it had one.

    Raises:
        sqlite3.Error: the file can't be written to.
    """
    with contextlib.closing(connect(database, "rw")) as connection:
        return bool(connection.execute(_HAS_A_MARK).fetchone() and connection.execute(_END).rowcount)

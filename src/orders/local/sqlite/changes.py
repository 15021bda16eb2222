"""Whether anybody has committed to the database since the last call, without reading any table."""

import sqlite3
from pathlib import Path

from orders.local.sqlite.connections import connect

_VERSION = "PRAGMA data_version"
"""https://www.sqlite.org/pragma.html#pragma_data_version: the commits of all other connections, of any process."""


class Changes:
    """It has its own connection, for one thread."""

    def __init__(self, database: Path) -> None:
        self._connection = connect(database, "rw")
        self._version: int | None = None

    def are_there(self) -> bool:
        """Whether there was a commit since the last call. The first call, and a file that does not answer, say yes."""
        before = self._version
        try:
            (self._version,) = self._connection.execute(_VERSION).fetchone()
        except sqlite3.Error:
            self._version = None
        return self._version is None or self._version != before

    def close(self) -> None:
        self._connection.close()

"""Opens a database file: to write to it, to read it, or to read it without its log."""

import contextlib
import sqlite3
from functools import partial
from pathlib import Path

_SECONDS_TO_WAIT_FOR_A_LOCK = 5


def connect(database: Path, mode: str) -> sqlite3.Connection:
    """A connection that any thread may use. Mode `rwc` creates a missing file, `rw` does not.

    https://www.sqlite.org/uri.html
    """
    connection = _opened(database, f"mode={mode}")
    connection.execute("PRAGMA cache_size = -512")  # KiB, for each of some dozens of connections
    return connection


def reading(database: Path) -> contextlib.closing[sqlite3.Connection]:
    """A connection to an existing file, which writes nothing to it."""
    return contextlib.closing(_opened(database, "mode=ro"))


def reading_without_log(database: Path) -> contextlib.closing[sqlite3.Connection]:
    """A connection that reads the file alone. Nobody may write to the file meanwhile."""
    return contextlib.closing(_opened(database, "mode=ro&immutable=1"))


def _opened(database: Path, query: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?{query}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_SECONDS_TO_WAIT_FOR_A_LOCK,
    )
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # one damaged text spoils its row only
    return connection

"""A database file that is damaged: found at start where that is cheap, and believed in nothing once it is known."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from orders.errors import Misconfigured, Unavailable
from orders.local.folder import FolderError

SECONDS_TO_CHECK = 5.0
"""A check reads the whole file: 0.3 s for 100,000 orders, with the indexes an acknowledged order might be lost from.

It is not left out after an orderly end: a disk decays while nothing runs. Of a file that takes longer a part is
checked; damage in the rest is found where it is read.
"""
_INSTRUCTIONS_BETWEEN_GLANCES = 10_000  # SQLite's, between one look at the clock and the next
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NO_ROOM_OR_NO_RIGHT = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def check(database: Path) -> None:
    """See whether the file is whole, without changing it.

    A file that can't be read without being changed, as after a kill in the first instant of its life, is left to who
    opens it next.

    Raises:
        FolderError: it is damaged.
    """
    if not database.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            complaint = _first_complaint(connection)
    except sqlite3.Error as error:
        complaint = str(error) if _code(error) in _DAMAGE else None
    if complaint:
        raise _damaged(database, complaint)


def cannot_open(database: Path, error: sqlite3.Error) -> FolderError:
    """What to tell whoever started the server."""
    if _code(error) in _DAMAGE:
        return _damaged(database, str(error))
    if _code(error) in _NO_ROOM_OR_NO_RIGHT:
        return FolderError(
            f"{database} can't be opened as a database ({error}). See that its disk has room and can be written to,"
            " and start again; everything accepted so far is safe."
        )
    return FolderError(f"{database} can't be opened as a database ({error}).")


class Trust:
    """Whether a database file may be believed: not after it was once found damaged.

    An order acknowledged by a damaged file may be lost with it, and one that it does not find may be there.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._damage: str | None = None

    @contextlib.contextmanager
    def checked(self) -> Iterator[None]:
        """Around everything that is asked of the file, or told it.

        Raises:
            Misconfigured: the file is damaged.
            Unavailable: it did not answer.
        """
        if self._damage:
            raise Misconfigured(self._damage)
        try:
            yield
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: sqlite3.Error) -> Unavailable:
        if _code(error) not in _DAMAGE:
            return Unavailable(f"database: {error}")
        self._damage = str(_damaged(self._database, str(error)))
        return Misconfigured(self._damage)


def _first_complaint(connection: sqlite3.Connection) -> str | None:
    end = time.monotonic() + SECONDS_TO_CHECK
    connection.set_progress_handler(lambda: time.monotonic() > end, _INSTRUCTIONS_BETWEEN_GLANCES)
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return None if verdict == "ok" else " ".join(verdict.split())


def _code(error: sqlite3.Error) -> int:
    """The primary code; the other bits are details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _damaged(database: Path, complaint: str) -> FolderError:
    return FolderError(
        f"{database} can't be opened, it is damaged ({complaint}). Move {database.parent} away and put a backup in its"
        f" place; receipts made since the backup are still in {database.parent / 'bucket' / 'receipts'}."
    )

"""A database file that is damaged: found at start where that is cheap, and believed in nothing once it is known."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from orders.local.folder.folder import FolderError
from orders.local.sqlite import wal
from orders.local.sqlite.connections import reading
from orders.order.errors import Misconfigured, Unavailable

SECONDS_TO_CHECK = 0.3
"""A check reads the whole file, with the indexes that an acknowledged order might be lost from: some 100,000 orders.

It is not left out after an orderly end: a disk decays while nothing runs. A file that takes longer is checked while it
is served: see `orders.local.sqlite.whole_check`.
"""
SECONDS_FOR_THE_LOG = 5.0
"""A log of the usual 4 MB takes 0.1 s."""
GONE = "the data folder was moved or removed: put it back and start again"
_LOG_GONE = "its log was removed while the server was using it: stop the server, which writes it again, then start it"
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NOT_WRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
_NOT_READABLE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_NO_VERDICT = {
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
}


def check(database: Path, seconds: float | None = None) -> bool:
    """See whether the file is whole, without changing it. Returns whether it was read to its end.

    The check of the file ends after `seconds`, 0.3 by default, and that of its log after five or more. A file that
    can't be read without being changed, as after a kill in the first instant of its life, is left to the next opener.

    Raises:
        FolderError: it is damaged, or nobody can tell.
    """
    if not database.exists():
        return True
    _check_log(database, max(SECONDS_FOR_THE_LOG, seconds or 0.0))
    try:
        with reading(database) as connection:
            complaint = _first_complaint(connection, SECONDS_TO_CHECK if seconds is None else seconds)
    except sqlite3.Error as error:
        if tells_something(error):
            raise cannot_open(database, error) from None
        return False
    if complaint:
        raise _cannot_open_damaged(database, complaint)
    return True


def tells_something(error: sqlite3.Error) -> bool:
    """Whether it is about the file itself, and not only about a connection that may not change the file."""
    return _code(error) not in _NO_VERDICT


def cannot_open(database: Path, error: sqlite3.Error) -> FolderError:
    """What to tell whoever started the server."""
    if _code(error) in _DAMAGE:
        return _cannot_open_damaged(database, str(error))
    if _code(error) in _NOT_WRITABLE:
        return FolderError(
            f"{database} can't be opened as a database ({error}). See that its disk has room and can be written to,"
            " and start again; everything accepted so far is safe."
        )
    if _code(error) in _NOT_READABLE:
        return FolderError(
            f"{database} can't be opened as a database ({error}): it, or its disk, can't be read. Look at both, and"
            " start again."
        )
    return FolderError(f"{database} can't be opened as a database ({error}).")


class Damaged(sqlite3.DatabaseError):
    """The file is damaged, though SQLite could read it; the message says how."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class Trust:
    """Whether a database file may be believed: not after it was once found damaged.

    An order acknowledged by a damaged file may be lost with it, and one that it does not find may be there.

    It is one process's trust. The server and its worker use the file side by side, and each loses trust at the damage
    that it meets itself: where only the worker did, orders are still accepted and wait; where only the server did, it
    refuses everything, and the worker completes what it has started.
    """

    def __init__(self, database: Path) -> None:
        """Of the file, and the log, that are there now."""
        self._database = database
        self._log = wal.beside(database)
        self._identities = _identity(database), _identity(self._log)
        self._damage: str | None = None

    @contextlib.contextmanager
    def checked(self) -> Iterator[None]:
        """Around everything that is asked of the file, or told it.

        Raises:
            Misconfigured: the file is damaged, or it or its log is not where it was: SQLite would go on writing into
                one that is moved or removed.
            Unavailable: it did not answer.
        """
        if self._damage:
            raise Misconfigured(self._damage)
        if _identity(self._database) != self._identities[0]:
            raise Misconfigured(f"{self._database}: {GONE}")
        if _identity(self._log) != self._identities[1]:
            raise Misconfigured(f"{self._database}: {_LOG_GONE}")
        try:
            yield
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: sqlite3.Error) -> Unavailable:
        if _code(error) not in _DAMAGE:
            return Unavailable(f"database: {error}")
        self._damage = f"{self._database}: {_told(self._database, str(error))}"
        return Misconfigured(self._damage)


def _check_log(database: Path, seconds: float) -> None:
    try:
        end = wal.lost_commit(wal.beside(database), seconds)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FolderError(f"{wal.beside(database)} can't be read ({error.strerror}). Look at its disk.") from None
    if end is not None:
        raise _cannot_open_damaged(database, f"frame {end} of its log can't be read, and there are orders after it")


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _first_complaint(connection: sqlite3.Connection, seconds: float) -> str | None:
    with _interrupted_after(seconds, connection):
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return None if verdict == "ok" else " ".join(verdict.split())


@contextlib.contextmanager
def _interrupted_after(seconds: float, connection: sqlite3.Connection) -> Iterator[None]:
    """From another thread: SQLite calls no progress handler while it walks through a tree of pages."""
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _code(error: sqlite3.Error) -> int:
    """The primary code; the other bits are details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _cannot_open_damaged(database: Path, complaint: str) -> FolderError:
    return FolderError(f"{database} can't be opened, {_told(database, complaint)}")


def _told(database: Path, complaint: str) -> str:
    return (
        f"it is damaged ({complaint}). With no server running, move {database.parent} away and put a backup in its"
        " place; receipts made since the backup are in bucket/receipts in the folder that you moved away."
    )

"""Writes to SQLite: whatever is waiting shares one durable commit."""

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import TypeVar

from orders.local.files import open_lock
from orders.local.greenlets import Together
from orders.local.sqlite.checkpoint import Checkpoints
from orders.local.sqlite.damage import Trust
from orders.local.sqlite.turns import turn
from orders.order.errors import OrdersError, Unavailable

T = TypeVar("T")

MOST_ROWS_A_COMMIT = 500
_BY_ITSELF = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)
"""Errors of SQLite that are about what was asked for. All others are about the file."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that writes any number of rows at once; `{rows}` in it becomes a row of `width` places for each.

    SQLite works through all of them in one call, in which Python's other threads go on. The text begins with INSERT or
    UPDATE: of a statement that begins with WITH, `sqlite3` does not say how many rows it changed.
    https://docs.python.org/3/library/sqlite3.html#sqlite3.Cursor.rowcount
    """

    text: str
    width: int

    def sql(self, rows: int) -> str:
        return _with_places(self.text, self.width, rows)


def rows_named(*columns: str) -> str:
    """The rows of a `Statement` as a table in its FROM, with these names for their columns."""
    return f"(WITH new ({', '.join(columns)}) AS (VALUES {{rows}}) SELECT * FROM new)"


def _unknown() -> Unavailable:
    return Unavailable("not written")


@dataclass(slots=True)
class _Write:
    """`outcome`, once there is one: whether all rows of the statement changed a row, or why nobody knows."""

    statement: Statement
    rows: Sequence[Sequence[object]]
    outcome: bool | OrdersError = field(default_factory=_unknown)

    @property
    def size(self) -> int:
        return len(self.rows)


@dataclass(slots=True)
class _Step:
    """`size` is about how many rows it writes. `outcome`, once there is one: that it was taken, or why not."""

    take: Callable[[sqlite3.Connection], object]
    size: int
    outcome: bool | OrdersError = field(default_factory=_unknown)


class Writer:
    """Takes writes from any thread; each commit is for all who came until it began.

    `connection` must be in autocommit mode and usable by any thread. Each commit waits for its turn among the processes
    that hold `turns`, a lock file. A file that has lost `trust` is not written to.
    """

    def __init__(self, connection: sqlite3.Connection, turns: Path, trust: Trust) -> None:
        self._connection = connection
        self._checkpoints = Checkpoints(connection)
        self._trust = trust
        self._turns = open_lock(turns)
        self._waiting = deque[_Write | _Step]()
        self._committing = threading.Lock()
        self._commit = Together(self._commit_waiting)
        self.has_failed = False
        """Whether the last commit failed."""

    def write(self, statement: Statement, rows: Sequence[Sequence[object]]) -> bool:
        """Write the rows, durably. Whether each row changed one of the table, and each that shared their statement.

        Where that is false, at least one did not: read to know which.

        Raises:
            Unavailable: it could not be written, or nobody knows whether it was.
        """
        return self._share(_Write(statement, rows))

    def take(self, step: Callable[[sqlite3.Connection], T], size: int) -> T:
        """Take a step that reads before it writes, about `size` rows, durably. Returns what the step returned.

        Nobody else writes meanwhile. If the step fails by itself, nothing of it is written, and whoever shares the
        commit is not harmed; if the file fails it, they all fail. The step may be taken only in part, or for nothing:
        it must have no other effect than what it writes.

        Raises:
            Unavailable: as `write` does.
            OrdersError: the step raised it.
        """
        results = list[T]()
        self._share(_Step(lambda connection: results.append(step(connection)), size))
        return results[-1]

    def checkpoint(self) -> None:
        """Make a checkpoint now. From then on the database file is marked as one that needs its log."""
        with self._committing, turn(self._turns):
            self._checkpoints.make()

    def close(self) -> None:
        """Nobody may write any more."""
        self._commit.close()
        with self._committing, self._turns:
            with contextlib.suppress(TimeoutError), turn(self._turns):
                self._checkpoints.close()
                self._connection.close()  # which makes a checkpoint if no other process has the file open
            self._connection.close()

    def _share(self, write: _Write | _Step) -> bool:
        self._waiting.append(write)
        self._commit.join()
        if isinstance(write.outcome, OrdersError):
            raise write.outcome
        return write.outcome

    def _commit_waiting(self) -> None:
        """When this returns, everything that waited before has its outcome, by this thread or another.

        What comes meanwhile is left to who comes with it: or nobody would be told of a commit as long as others come.
        """
        with self._committing:
            left = len(self._waiting)
            while left > 0:
                writes = list(self._next_writes())
                left -= len(writes)
                try:
                    with turn(self._turns), self._trust.checked():
                        self._write_all(writes)
                        self._checkpoints.written(sum(write.size for write in writes))
                    self.has_failed = False
                except Exception as error:  # whatever it is, everyone who shared the commit has to hear of it
                    self.has_failed = True
                    reason = error if isinstance(error, Unavailable) else Unavailable(f"database: {error}")
                    for write in writes:
                        write.outcome = type(reason)(*reason.args)  # each is raised by somebody else

    def _next_writes(self) -> Iterator[_Write | _Step]:
        rows = 0
        while self._waiting and rows < MOST_ROWS_A_COMMIT:
            write = self._waiting.popleft()
            rows += write.size
            yield write

    def _write_all(self, writes: Sequence[_Write | _Step]) -> None:
        """One statement for each kind of write, and each step, all in one transaction."""
        steps = [write for write in writes if isinstance(write, _Step)]
        by_text = sorted((write for write in writes if isinstance(write, _Write)), key=_text)
        kinds = [(statement, list(alike)) for statement, alike in groupby(by_text, key=lambda write: write.statement)]
        if len(kinds) == 1 and not steps:
            complete = [self._execute(*kinds[0])]  # a statement alone is a transaction by itself
        else:
            with _transaction(self._connection):
                complete = [self._execute(statement, alike) for statement, alike in kinds]
                outcomes = [self._taken(step) for step in steps]
            for step, outcome in zip(steps, outcomes, strict=True):
                step.outcome = outcome
        for (_, alike), took_effect in zip(kinds, complete, strict=True):
            for write in alike:
                write.outcome = took_effect

    def _taken(self, step: _Step) -> bool | OrdersError:
        """The outcome of a step in a transaction. If it failed by itself, the transaction goes on without it."""
        self._connection.execute("SAVEPOINT step")
        try:
            step.take(self._connection)
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not isinstance(error, _BY_ITSELF):
                raise
            self._connection.execute("ROLLBACK TO step")
            return error if isinstance(error, OrdersError) else Unavailable(f"database: {error}")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE step")
        return True

    def _execute(self, statement: Statement, writes: list[_Write]) -> bool:
        rows = [row for write in writes for row in write.rows]
        cursor = self._connection.execute(statement.sql(len(rows)), list(chain.from_iterable(rows)))
        return cursor.rowcount == len(rows)


def _text(write: _Write) -> str:
    return write.statement.text


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@cache
def _with_places(text: str, width: int, rows: int) -> str:
    row = f"({', '.join('?' * width)})"
    return text.format(rows=", ".join([row] * rows))

"""One thread that writes to SQLite for everybody: whatever is waiting shares one durable commit."""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain, groupby

from orders.errors import Unavailable
from orders.local.side_by_side import Handover, hand_over

MOST_ROWS_A_COMMIT = 500


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL that writes any number of rows at once; `{rows}` in it becomes a row of `width` places for each.

    SQLite works through all of them in one call, in which Python's other threads go on.
    """

    text: str
    width: int

    def sql(self, rows: int) -> str:
        return _with_places(self.text, self.width, rows)


@dataclass(frozen=True, slots=True)
class _Write:
    statement: Statement
    rows: Sequence[Sequence[object]]
    outcome: Handover[bool | Unavailable]


class Writer:
    """Takes writes from any thread. `connection` must be in autocommit mode and usable by any thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: deque[_Write] = deque()
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def write(self, statement: Statement, rows: Sequence[Sequence[object]]) -> bool:
        """Write the rows, durably. Whether each one took effect, and each one that shared their statement.

        Where that is false, some did and some did not: read to know.

        Raises:
            Unavailable: nothing was written.
        """
        outcome: Handover[bool | Unavailable] = Handover()
        self._waiting.append(_Write(statement, rows, outcome))
        if outcome.in_handler:
            outcome.loop.call_soon(self._wake.set)  # after the handlers that are ready now, so that they share
        else:
            self._wake.set()
        result = outcome.take()
        if isinstance(result, Unavailable):
            raise result
        return result

    def close(self) -> None:
        """Finish what is waiting, then stop."""
        self._closed = True
        self._wake.set()
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while not self._closed or self._waiting:
            self._wake.wait()
            self._wake.clear()
            while writes := list(self._next_writes()):
                try:
                    self._commit(writes)
                except sqlite3.Error as error:
                    refusal = Unavailable(f"database: {error}")
                    hand_over((write.outcome, refusal) for write in writes)

    def _next_writes(self) -> Iterator[_Write]:
        rows = 0
        while self._waiting and rows < MOST_ROWS_A_COMMIT:
            write = self._waiting.popleft()
            rows += len(write.rows)
            yield write

    def _commit(self, writes: list[_Write]) -> None:
        """One statement for each kind of write, all in one transaction; then everyone is told."""
        kinds = [
            (statement, list(alike))
            for statement, alike in groupby(sorted(writes, key=_text), key=lambda write: write.statement)
        ]
        if len(kinds) == 1:
            complete = [self._execute(*kinds[0])]  # a statement alone is a transaction by itself
        else:
            with _transaction(self._connection):
                complete = [self._execute(statement, alike) for statement, alike in kinds]
        hand_over(
            (write.outcome, took_effect)
            for (_, alike), took_effect in zip(kinds, complete, strict=True)
            for write in alike
        )

    def _execute(self, statement: Statement, writes: list[_Write]) -> bool:
        rows = [row for write in writes for row in write.rows]
        cursor = self._connection.execute(statement.sql(len(rows)), list(chain.from_iterable(rows)))
        return cursor.rowcount == len(rows)


def _text(write: _Write) -> str:
    return write.statement.text


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@cache
def _with_places(text: str, width: int, rows: int) -> str:
    row = f"({', '.join('?' * width)})"
    return text.format(rows=", ".join([row] * rows))
